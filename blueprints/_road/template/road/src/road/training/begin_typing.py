"""Tells the types of columns, for `begin`: numbers, times and texts, with a gap wherever nothing is known.

What comes out has plain types: Int64 or other integers, Float64, Datetime without a zone, String.
"""

from collections.abc import Callable

import polars as pl

_GAPS = ("", "na", "n/a", "#n/a", "nan", "null", "?")
_GAPS_OF_NUMBERS = ("none", "-", "--", ".", "inf", "-inf")
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_WHOLE = r"^[+-]?\d+$"
_CODE = r"^[+-]?0\d"  # of digits, such as 00123: no number begins so
_LOOKS_LIKE_A_DATE = r"^(\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})([T ]|$)"
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S%.f")
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")
_ZONED = r"(?i)(z|[+-]\d{2}:?\d{2})$"


def from_texts(frame: pl.DataFrame, remarks: list[str]) -> pl.DataFrame:
    """Tell the types of columns that were read as text."""
    return frame.select(_told(frame[name], remarks) for name in frame.columns)


def plain(frame: pl.DataFrame, remarks: list[str]) -> pl.DataFrame:
    """Turn the many types of Parquet into the few that a project declares; texts stay as they are."""
    return frame.select(_plain(frame[name], remarks) for name in frame.columns)


def as_labels(values: pl.Series) -> pl.Series:
    """Turn the values of a class into texts; whole numbers are written without a point."""
    if values.dtype.is_float() and (values.drop_nulls() % 1 == 0).all():
        values = values.cast(pl.Int64)
    return values.cast(pl.String)


def is_time(dtype: pl.DataType) -> bool:
    """Whether a column of plain types holds times."""
    return isinstance(dtype, pl.Datetime)


def _told(texts: pl.Series, remarks: list[str]) -> pl.Series:
    stripped = texts.str.strip_chars()
    known = _without(stripped, _GAPS)
    seen = known.drop_nulls()
    if seen.is_empty():
        return known
    numbers = _without(known, _GAPS_OF_NUMBERS)
    if numbers.null_count() < numbers.len() and not _all_are(numbers, _NUMBER):
        numbers = known
    if _all_are(numbers, _NUMBER) and not numbers.str.contains(_CODE).any():
        return _numbers(numbers)
    if _all_are(seen, _LOOKS_LIKE_A_DATE):
        times = _times(known, remarks)
        if times is not None:
            return times
    return known


def _without(texts: pl.Series, gaps: tuple[str, ...]) -> pl.Series:
    gone = texts.str.to_lowercase().is_in(gaps)
    return pl.select(pl.when(~gone).then(texts).alias(texts.name)).to_series()


def _all_are(texts: pl.Series, pattern: str) -> bool:
    return bool(texts.drop_nulls().str.contains(pattern).all())


def _numbers(texts: pl.Series) -> pl.Series:
    if _all_are(texts, _WHOLE):
        whole = texts.str.strip_prefix("+").cast(pl.Int64, strict=False)
        if whole.null_count() == texts.null_count():
            return whole
    return texts.str.strip_prefix("+").cast(pl.Float64, strict=False)


def _times(texts: pl.Series, remarks: list[str]) -> pl.Series | None:
    """Read dates and times in the one form that fits all rows; None where none fits, or two do."""
    spaced = texts.str.replace("T", " ", literal=True)
    if _all_are(texts, _ZONED):
        found = [_zoned(spaced)]
        remarks.append(f"{texts.name}: its times have a zone, they count as UTC")
    else:
        found = [_local(spaced, date) for date in _DATES]
    fit = [times for times in found if times.null_count() == texts.null_count()]
    if len(fit) > 1 and not all(times.equals(fit[0]) for times in fit[1:]):
        remarks.append(f"{texts.name}: day and month can't be told apart: write dates as 2026-01-31")
        return None
    return fit[0].cast(pl.Datetime("us")).alias(texts.name) if fit else None


def _local(texts: pl.Series, date: str) -> pl.Series:
    read = [texts.str.to_datetime(date + time, strict=False, time_unit="us") for time in _TIMES]
    return pl.select(pl.coalesce(read)).to_series()


def _zoned(texts: pl.Series) -> pl.Series:
    forms = [f"%Y-%m-%d{time}%#z" for time in _TIMES[1:]]
    read = [texts.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC") for form in forms]
    return pl.select(pl.coalesce(read).dt.replace_time_zone(None)).to_series()


def _plain(values: pl.Series, remarks: list[str]) -> pl.Series:
    dtype = values.dtype
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        remarks.append(f"{values.name}: its times are those of {dtype.time_zone}, kept as local time")
    if dtype.is_float() and (values.is_infinite() & values.is_not_null()).any():
        remarks.append(f"{values.name}: what is infinite counts as missing")
    for fits, change in _CHANGES:
        if fits(dtype):
            return change(values)
    return values


def _finite(values: pl.Series) -> pl.Series:
    return pl.select(pl.when(values.is_finite()).then(values).alias(values.name)).to_series()


_CHANGES: tuple[tuple[Callable[[pl.DataType], bool], Callable[[pl.Series], pl.Series]], ...] = (
    (lambda dtype: dtype == pl.Boolean or dtype == pl.Null, lambda values: values.cast(pl.String)),
    (lambda dtype: isinstance(dtype, pl.Categorical | pl.Enum), lambda values: values.cast(pl.String)),
    (lambda dtype: isinstance(dtype, pl.Decimal), lambda values: values.cast(pl.Float64)),
    (lambda dtype: dtype == pl.Date, lambda values: values.cast(pl.Datetime("us"))),
    (
        lambda dtype: isinstance(dtype, pl.Datetime),
        lambda values: values.dt.replace_time_zone(None).cast(pl.Datetime("us")),
    ),
    (lambda dtype: dtype.is_float(), _finite),
)
