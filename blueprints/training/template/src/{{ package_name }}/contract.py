"""The data contract: what the panel must hold before anything is learnt from it."""

from datetime import datetime, timedelta

import pandera.polars as pa
import polars as pl

from .errors import UserError

AIRPORTS = ["EWR", "JFK", "LGA"]
KEYS = ["airport", "hour"]
MIN_DAYS = 120  # four weeks of lags, a test period, and enough to learn from
MAX_DEPARTURES = 60  # twice what the runways take in an hour
_SHOWN = 3
_WORDS = {  # what pandera's own checks find, in words
    "not_nullable": "is missing",
    "multiple_fields_uniqueness": "is there more than once",
}


class ContractError(UserError):
    """The data breaks its contract; the message says how and in which rows."""


def schema(as_of: datetime) -> pa.DataFrameSchema:
    """The contract of each column, at a moment."""
    now = f"{as_of:%Y-%m-%d %H:%M}"
    return pa.DataFrameSchema(
        {
            "airport": pa.Column(pl.String, pa.Check.isin(AIRPORTS)),
            "hour": pa.Column(pl.Datetime("us"), pa.Check.le(as_of, error=f"not after {now}")),
            "departures": pa.Column(pl.Int16, pa.Check.in_range(0, MAX_DEPARTURES)),
            "temp": pa.Column(pl.Float32, pa.Check.in_range(-60, 130), nullable=True),
            "wind_speed": pa.Column(pl.Float32, pa.Check.in_range(0, 100), nullable=True),
            "precip": pa.Column(pl.Float32, pa.Check.in_range(0, 10), nullable=True),
            "visib": pa.Column(pl.Float32, pa.Check.in_range(0, 100), nullable=True),
        },
        unique=KEYS,
        strict=True,
    )


def validate(panel: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """Give the panel back sorted, or raise `ContractError` with every problem found.

    The frame must be collected: on a lazy one pandera checks names and types alone.
    """
    problems = _column_problems(panel, as_of) or _panel_problems(panel)
    if problems:
        raise ContractError("the data breaks its contract:\n  " + "\n  ".join(problems))
    return panel.sort(KEYS)


def _column_problems(panel: pl.DataFrame, as_of: datetime) -> list[str]:
    try:
        schema(as_of).validate(panel, lazy=True)
    except pa.errors.SchemaErrors as error:
        return _explain(error.failure_cases, panel)
    return []


def _explain(cases: pl.DataFrame, panel: pl.DataFrame) -> list[str]:
    whole = cases.filter(pl.col("index").is_null())
    mistyped = whole.filter(pl.col("check").str.starts_with("dtype"))["column"].to_list()
    problems = [
        _explain_whole(row)
        for row in whole.iter_rows(named=True)
        if row["column"] not in mistyped or row["check"].startswith("dtype")
    ]
    rows = cases.filter(
        pl.col("index").is_not_null() & ~pl.col("column").is_in(mistyped).fill_null(False)
    )
    for (column, check), group in rows.group_by("column", "check", maintain_order=True):
        where = sorted(set(group["index"].to_list()))
        shown = "; ".join(_show(panel, row, column) for row in where[:_SHOWN])
        more = " ..." if len(where) > _SHOWN else ""
        wrong = _WORDS.get(check, f"{check} fails")
        count = f"{len(where)} row{'s' if len(where) > 1 else ''}"
        problems.append(f"{column or ' and '.join(KEYS)}: {wrong} in {count}: {shown}{more}")
    return problems


def _explain_whole(case: dict[str, object]) -> str:
    if case["check"] == "column_in_dataframe":
        return f"{case['failure_case']}: the column is missing"
    if case["check"] == "column_in_schema":
        return f"{case['failure_case']}: the column is unknown"
    wanted = str(case["check"]).removeprefix("dtype('").removesuffix("')")
    return f"{case['column']}: has type {case['failure_case']}, wanted {wanted}"


def _show(panel: pl.DataFrame, row: int, column: object) -> str:
    values = panel.row(row, named=True)
    names = KEYS if column is None or column in KEYS else [*KEYS, str(column)]
    named = {name: values.get(name) for name in names}
    return f"row {row} ({', '.join(f'{name}={value}' for name, value in named.items())})"


def _panel_problems(panel: pl.DataFrame) -> list[str]:
    """What no single row shows: too short a history, and hours that have no row."""
    problems = []
    for airport in AIRPORTS:
        hours = panel.filter(pl.col("airport") == airport)["hour"].sort()
        if hours.len() < MIN_DAYS * 24:
            problems.append(f"{airport}: {hours.len()} rows, want at least {MIN_DAYS * 24}")
            continue
        after = hours.filter(hours.diff() > timedelta(hours=1))
        if after.len():
            shown = ", ".join(f"{hour:%Y-%m-%d %H:%M}" for hour in after[:_SHOWN])
            problems.append(
                f"{airport}: {after.len()} gaps, before {shown} "
                "(an hour without departures is a row with 0)"
            )
    return problems
