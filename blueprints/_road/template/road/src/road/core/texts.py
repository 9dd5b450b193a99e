"""Reads CSV: all columns as text first, then each as the type that is declared for it.

Values are parted by commas, semicolons, tabs or bars, whichever the header has; with semicolons a comma is a decimal
point. White space around a value doesn't count, nor does a column without a name.
"""

import csv
import io

import polars as pl

from road.core.project import Column

GAPS = ("", "na", "n/a", "#n/a", "nan", "null", "none", "?")
"""What stands for a missing value, in any case of letters; but for a category that declares it as a value."""
_GAPS_OF_NUMBERS = ("-", "--", ".", "inf", "-inf")
_SEPARATORS = ",;\t|"
_COMMA = r"^[+-]?\d+,\d+$"
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S%.f")
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")
_ZONED = r"(?i)\d(z|[+-]\d{2}:?\d{2})$"


class TextError(Exception):
    """The bytes are no CSV; the message says why."""


def read_texts(content: bytes) -> pl.DataFrame:
    """Give all rows as text, stripped; `TextError` where the bytes are no table."""
    text = _decoded(content)
    header = text.partition("\n")[0].rstrip("\r")
    separator = max(_SEPARATORS, key=lambda each: len(next(csv.reader([header], delimiter=each), [])))
    names = [name.strip() for name in next(csv.reader([header], delimiter=separator), [])]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TextError(f"the header names {', '.join(twice)} twice")
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise TextError(str(error).strip().partition("\n")[0]) from error
    if frame.width != len(names):
        raise TextError("the header is no row of names")
    columns = {name: frame[given] for name, given in zip(names, frame.columns, strict=True) if name}
    stripped = pl.DataFrame({name: values.str.strip_chars() for name, values in columns.items()})
    return stripped.with_columns(map(_with_point, stripped)) if separator == ";" else stripped


def as_declared(texts: pl.Series, column: Column, *, whole: bool = False) -> pl.Series:
    """Cast texts to the type that is declared; what is no value of it is missing, as `without_gaps` leaves it not.

    With `whole`, numbers that all are whole stay so.
    """
    known = without_gaps(texts, column)
    if column.type == "datetime":
        return _times(known)
    if column.type != "number":
        return known
    known = known.str.strip_prefix("+")
    if whole:
        numbers = known.cast(pl.Int64, strict=False)
        if numbers.null_count() == known.null_count():
            return numbers
    return known.cast(pl.Float64, strict=False)


def without_gaps(texts: pl.Series, column: Column) -> pl.Series:
    """Give texts with a null wherever one stands for a missing value."""
    gaps = [*GAPS, *(_GAPS_OF_NUMBERS if column.type == "number" else ())]
    gone = texts.str.to_lowercase().is_in(gaps) & ~texts.is_in(column.values)
    return pl.select(pl.when(~gone).then(texts).alias(texts.name)).to_series()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _with_point(texts: pl.Series) -> pl.Series:
    point = texts.str.replace(",", ".", literal=True)
    return pl.select(pl.when(texts.str.contains(_COMMA)).then(point).otherwise(texts).alias(texts.name)).to_series()


def _times(texts: pl.Series) -> pl.Series:
    """Read times in the form that fits most rows; of two such forms, such as 01/02/2026, neither is taken.

    A time with a zone counts as that of UTC.
    """
    spaced = texts.str.replace("T", " ", literal=True)
    if spaced.str.contains(_ZONED).any():
        return _zoned(spaced)
    read = sorted((_local(spaced, form) for form in _DATES), key=lambda times: times.null_count())
    best, other = read[:2]
    if best.null_count() == other.null_count() and not best.equals(other):
        return best.clear(len(best))
    return best


def _local(texts: pl.Series, date: str) -> pl.Series:
    read = [texts.str.to_datetime(date + time, strict=False, time_unit="us") for time in _TIMES]
    return pl.select(pl.coalesce(read).alias(texts.name)).to_series()


def _zoned(texts: pl.Series) -> pl.Series:
    forms = [f"%Y-%m-%d{time}%#z" for time in _TIMES[1:]]
    read = [texts.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC") for form in forms]
    return pl.select(pl.coalesce(read).dt.replace_time_zone(None).alias(texts.name)).to_series()
