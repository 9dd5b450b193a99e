"""The data contract: what a partition of the panel and each of its rows must hold.

A partition that breaks it is bad as a whole; a row that breaks it is taken out alone. What may
be missing is said by the model's own inputs.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from road.core.manifest import Column

AIRPORT, HOUR = "airport", "hour"
KEYS = (AIRPORT, HOUR)
MAX_DEPARTURES = 60  # twice what the runways take in an hour
_LAGS = (1, 2, 3, 7, 14, 21, 28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in a range, both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One of some values."""

    values: tuple[str, ...]


PANEL: dict[str, Number | Category] = {
    AIRPORT: Category(values=("EWR", "JFK", "LGA")),
    "hour_of_day": Number(low=0, high=23),
    "weekday": Number(low=1, high=7),
    **{f"lag_{days}d": Number(low=0, high=MAX_DEPARTURES) for days in _LAGS},
    "same_weekday_mean": Number(low=0, high=MAX_DEPARTURES),
    "yesterday_total": Number(low=0, high=24 * MAX_DEPARTURES),
    "week_mean_total": Number(low=0, high=24 * MAX_DEPARTURES),
    "yesterday_temp": Number(low=-60, high=130),
    "yesterday_wind": Number(low=0, high=100),
    "yesterday_precip": Number(low=0, high=100),
    "yesterday_visib": Number(low=0, high=100),
}


class BadPartitionError(Exception):
    """The partition can't be scored at all; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The rows to score, the rows taken out with their reasons, and how often each reason came."""

    good: pl.DataFrame
    bad: pl.DataFrame
    reasons: dict[str, int]


def fingerprint() -> str:
    """Names this version of the contract: with another one, partitions are scored anew."""
    fields = {name: asdict(field) for name, field in PANEL.items()}
    return hashlib.sha256(json.dumps([KEYS, fields]).encode()).hexdigest()


def check_partition(schema: pl.Schema, inputs: Sequence[Column]) -> None:
    """Raise `BadPartitionError` where columns are missing or of another type."""
    kinds = {HOUR: "datetime", **{column.name: column.kind for column in inputs}}
    kinds.setdefault(AIRPORT, "category")
    missing = [name for name in kinds if name not in schema]
    if missing:
        raise BadPartitionError(f"columns are missing: {', '.join(missing)}")
    wrong = [f"{name} is {schema[name]}, wanted {kind}" for name, kind in kinds.items() if not _is(schema[name], kind)]
    if wrong:
        raise BadPartitionError("; ".join(wrong))


def sort_rows(panel: pl.DataFrame, day: date, inputs: Sequence[Column]) -> Sorted:
    """Part the rows that keep the contract from those that don't."""
    checks = _checks(day, inputs)
    broken = panel.select(broken.fill_null(value=True).alias(why) for why, broken in checks.items())
    is_bad = broken.select(pl.any_horizontal(pl.all())).to_series()
    if not is_bad.any():
        return Sorted(good=panel, bad=_explained(panel.clear(), broken.clear()), reasons={})
    counts = broken.sum().row(0, named=True)
    return Sorted(
        good=panel.filter(~is_bad),
        bad=_explained(panel.filter(is_bad), broken.filter(is_bad)),
        reasons={why: count for why, count in counts.items() if count},
    )


def _checks(day: date, inputs: Sequence[Column]) -> dict[str, pl.Expr]:
    """Each reason, and the rows that it takes out; a comparison with null counts as broken."""
    checks = {
        f"{HOUR} is not of the day": pl.col(HOUR).dt.date() != day,
        f"{AIRPORT} and {HOUR} come twice": pl.struct(KEYS).is_duplicated(),
    }
    if AIRPORT not in {column.name for column in inputs}:
        checks[f"{AIRPORT} is missing"] = pl.col(AIRPORT).is_null()
    for column in inputs:
        checks |= _input_checks(column, PANEL[column.name])
    return checks


def _input_checks(column: Column, field: Number | Category) -> dict[str, pl.Expr]:
    value, name = pl.col(column.name), column.name
    if isinstance(field, Category):
        known = ", ".join(column.values)
        return {f"{name} is none of {known}": ~value.cast(pl.String).is_in(column.values)}
    number = value.cast(pl.Float32)
    gone = number.is_null() | number.is_nan()
    outside = ~number.is_between(field.low, field.high) & ~gone
    checks = {f"{name} is outside {field.low:g} to {field.high:g}": outside.fill_null(value=False)}
    if not column.nullable:
        checks[f"{name} is missing"] = gone
    return checks


def _explained(rows: pl.DataFrame, broken: pl.DataFrame) -> pl.DataFrame:
    """Rows with one more column that says why they were taken out."""
    reasons = [pl.when(pl.col(name)).then(pl.lit(name, dtype=pl.String)) for name in broken.columns]
    said = broken.select(pl.concat_str(reasons, separator="; ", ignore_nulls=True).alias("reasons"))
    return rows.hstack(said)


def _is(dtype: pl.DataType, kind: str) -> bool:
    if kind == "datetime":
        return isinstance(dtype, pl.Datetime) and dtype.time_zone is None
    if kind == "number":
        return dtype.is_numeric()
    return dtype in (pl.String, pl.Categorical, pl.Enum)
