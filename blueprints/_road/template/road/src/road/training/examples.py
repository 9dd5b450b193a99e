"""Chooses the rows that a bundle carries with what the fitted model says of them: readers prove themselves by these."""

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from road.core.manifest import Examples
from road.training.features import columns_of
from road.training.fitting import Fitted
from road.training.preparation import Prepared

_COUNT, _WITH_GAPS = 16, 6


def make_examples(fitted: Fitted, prepared: Prepared, *, personal: bool) -> Examples:
    """Give rows from all over those to judge by, some with gaps, and the fitted model's answer.

    Of personal data no row is anybody's: each column is moved on against the others.
    """
    names = [each.name for each in prepared.inputs]
    rows = _chosen(prepared.split.test, names)
    if personal:
        rows = rows.select(_moved(rows[name], at + 1) for at, name in enumerate(names))
    columns = columns_of(rows, prepared.inputs)
    said = [[_value(value) for value in np.asarray(columns[name]).tolist()] for name in names]
    told = [dict(zip(names, row, strict=True)) for row in zip(*said, strict=True)]
    return Examples(rows=told, expected=fitted.answer(prepared.rows(rows)).tolist())


def _chosen(test: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    has_gap = pl.any_horizontal(pl.col(name).is_null() for name in names)
    gaps = _spread(test.select(has_gap.arg_true()).to_series().to_numpy(), _WITH_GAPS)
    rest = [at for at in _spread(np.arange(test.height), _COUNT) if at not in gaps]
    return test.select(names)[sorted([*gaps, *rest[: _COUNT - len(gaps)]])]


def _spread(places: Any, count: int) -> list[int]:
    """At most so many of some places, from the first to the last."""
    if not len(places):
        return []
    return [int(places[at]) for at in np.unique(np.linspace(0, len(places) - 1, count).round().astype(int))]


def _moved(values: pl.Series, by: int) -> pl.Series:
    order = (np.arange(len(values)) + by) % len(values)
    return values[order.tolist()]


def _value(value: Any) -> float | str | None:
    """A value as JSON has it; None for what is missing."""
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or value != value:  # NaN alone is not itself
        return None
    return value if isinstance(value, str) else float(value)
