"""Holds the data to its contract before anything is learnt from it.

Each row must hold what `project.yaml` says of its columns. Where rows have a time they must lie in the past, and where
that has a step the rows of each series must follow one another without a gap. The hooks `checks` ask for more.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl

from road.core.contract import Check, Contract, ContractError
from road.core.hooks import load_hook
from road.core.project import Project, Time, duration_text

_SHOWN = 3


def validate(frame: pl.DataFrame, project: Project, *, as_of: datetime) -> pl.DataFrame:
    """Give the rows back in the order of their keys, or raise `ContractError` with every problem found."""
    checks: list[Check] = [load_hook("checks", each, Check) for each in project.checks]
    ignored = {name for name, column in project.columns.items() if column.type == "ignore"} - {*project.keys}
    frame = frame.drop(ignored, strict=False)
    contract = Contract.of(project)
    problems = [f"{name}: the column is missing" for name in project.keys if name not in frame.columns]
    problems = problems or contract.problems(frame, _future(project, as_of))
    if not problems:
        frame = contract.cast(frame)
        problems = [*_series_problems(frame, project), *(said for check in checks for said in check(frame))]
    if problems:
        raise ContractError("the data breaks its contract:\n  " + "\n  ".join(problems))
    return frame.sort(project.keys) if project.keys else frame


def _future(project: Project, as_of: datetime) -> dict[str, pl.Expr]:
    time = project.time
    if time is None:
        return {}
    later = (pl.col(time.column) > as_of).fill_null(value=False)
    return {f"{time.column} is after {as_of:%Y-%m-%d %H:%M}": later}


def _series_problems(frame: pl.DataFrame, project: Project) -> list[str]:
    """What no single row shows: a series that isn't there, is too short, or has gaps."""
    time = project.time
    if time is None or (time.step is None and time.history is None):
        return []
    names = [key for key in project.keys if key != time.column]
    rows = frame.select(*names, time.column).sort(*names, time.column)
    absent = [said for name in names for said in _absent(rows[name], project)]
    return [*absent, *_too_short(rows, names, time), *_gaps(rows, names, time)]


def _absent(values: pl.Series, project: Project) -> Iterable[str]:
    there = set(values.cast(pl.String))
    gone = [value for value in project.columns[values.name].values if value not in there]
    return (f"{values.name}={value}: there is no row" for value in gone)


def _too_short(rows: pl.DataFrame, names: list[str], time: Time) -> list[str]:
    if time.history is None:
        return []
    when = pl.col(time.column)
    series = rows.group_by(names, maintain_order=True) if names else rows.group_by(pl.lit(0))
    spans = series.agg(first=when.min(), last=when.max())
    short = spans.filter(pl.col("last") - pl.col("first") + (time.step or timedelta(0)) < time.history)
    return _few(
        f"{_name(row, names)}: from {row['first']:%Y-%m-%d %H:%M} to {row['last']:%Y-%m-%d %H:%M}, "
        f"want at least {duration_text(time.history)}"
        for row in short.iter_rows(named=True)
    )


def _gaps(rows: pl.DataFrame, names: list[str], time: Time) -> list[str]:
    if time.step is None:
        return []
    step, when = duration_text(time.step), pl.col(time.column)
    distance = when.diff().over(names) if names else when.diff()
    after = rows.filter(distance != time.step)
    if after.is_empty():
        return []
    series = after.group_by(names, maintain_order=True) if names else after.group_by(pl.lit(0))
    return _few(
        f"{_name(row, names)}: no row {step} before {_times(row[time.column])} (each {step} has one, if only with 0)"
        for row in series.agg(time.column).iter_rows(named=True)
    )


def _name(row: dict[str, object], names: list[str]) -> str:
    return ", ".join(f"{name}={row[name]}" for name in names) or "the series"


def _times(times: list[datetime]) -> str:
    shown = ", ".join(f"{time:%Y-%m-%d %H:%M}" for time in times[:_SHOWN])
    return shown if len(times) <= _SHOWN else f"{shown} and {len(times) - _SHOWN:,} more"


def _few(said: Iterable[str]) -> list[str]:
    found = list(said)
    rest = len(found) - _SHOWN
    return [*found[:_SHOWN], f"and so for {rest:,} more"] if rest > 0 else found
