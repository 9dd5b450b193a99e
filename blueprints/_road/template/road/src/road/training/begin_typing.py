"""Tells the types of columns, for `begin`: numbers, times and texts, with a gap wherever nothing is known.

What comes out has plain types: Int64 or other integers, Float64, Datetime without a zone, String.
"""

from collections.abc import Callable

import polars as pl

from road.core.project import Column
from road.core.texts import as_declared, without_gaps

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_CODE = r"^[+-]?0\d"  # of digits, such as 00123: no number begins so
_LOOKS_LIKE_A_DATE = r"^(\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})([T ]|$)"
_ZONED = r"(?i)\d(z|[+-]\d{2}:?\d{2})$"
_NUMBERS, _TIMES = Column(type="number"), Column(type="datetime")
_NONE = "none"  # means nothing among numbers, and may be a word among words


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
    values = without_gaps(texts, _NUMBERS)
    if values.null_count() == values.len():
        return without_gaps(texts, _TIMES)
    if _all_are(values, _NUMBER) and not values.str.contains(_CODE).any():
        return as_declared(texts, _NUMBERS, whole=True)
    known = without_gaps(texts, _TIMES)
    if _all_are(known, _LOOKS_LIKE_A_DATE):
        times = _times(known, remarks)
        if times is not None:
            return times
    return pl.select(
        pl.when(texts.str.to_lowercase() == _NONE).then(texts).otherwise(known).alias(texts.name)
    ).to_series()


def _all_are(texts: pl.Series, pattern: str) -> bool:
    return bool(texts.drop_nulls().str.contains(pattern).all())


def _times(known: pl.Series, remarks: list[str]) -> pl.Series | None:
    """Read dates and times in the one form that fits all rows; None where none fits, or two do."""
    times = as_declared(known, _TIMES)
    if times.null_count() > known.null_count():
        if times.null_count() == times.len():
            remarks.append(f"{known.name}: day and month can't be told apart: write dates as 2026-01-31")
        return None
    if known.str.contains(_ZONED).any():
        remarks.append(f"{known.name}: its times have a zone, they count as UTC")
    return times


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
