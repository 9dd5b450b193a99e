"""The data sets: rows that scikit-learn ships, with what its tables lack: keys, a category, a date, and gaps.

The same rows come out of every run: chance is seeded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from sklearn import datasets

if TYPE_CHECKING:
    from collections.abc import Callable

_SEED = 11
_GAPS = 0.05  # of the values of a column
_CHANCE = 0.5  # of a category's values
_FIRST_DAY = date(2019, 1, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Rows as a team might have them, and what the team tells `begin` of them."""

    name: str
    task: str
    rows: Callable[[], pl.DataFrame]
    key: str
    target: str
    options: tuple[str, ...] = ()


def tumours() -> pl.DataFrame:
    """569 tumours, benign or malignant, with the ward that measured them."""
    found: Any = datasets.load_breast_cancer()
    names = [name.replace(" ", "_") for name in found.feature_names]
    table = pl.DataFrame(found.data, schema=names).insert_column(0, _keys("patient", len(found.data)))
    ward = _category(found.target, ["north", "south", "west"], "ward")
    diagnosis = pl.Series("diagnosis", ["M" if value == 0 else "B" for value in found.target])
    return _with_gaps(table.with_columns(ward), ["ward", "mean_texture", "worst_area"]).with_columns(diagnosis)


def wines() -> pl.DataFrame:
    """178 wines of three growers; the label is a number, as many files have it."""
    found: Any = datasets.load_wine()
    names = [name.replace("/", "_") for name in found.feature_names]
    table = pl.DataFrame(found.data, schema=names).insert_column(0, _keys("bottle", len(found.data)))
    cork = _category(found.target, ["natural", "agglomerated", "screw cap"], "cork")
    grower = pl.Series("grower", found.target + 1)
    return _with_gaps(table.with_columns(cork), ["cork", "ash", "hue"]).with_columns(grower)


def diabetes() -> pl.DataFrame:
    """442 patients with the progress of their illness in a year, seen over three years in two clinics."""
    found: Any = datasets.load_diabetes(scaled=False)
    table = pl.DataFrame(found.data, schema=list(found.feature_names)).insert_column(
        0, _keys("patient", len(found.data))
    )
    seen = pl.Series("seen", [_FIRST_DAY + timedelta(days=int(at * 2.5)) for at in range(table.height)])
    clinic = _category(found.target > np.median(found.target), ["Lund", "Malmö"], "clinic")
    progress = pl.Series("progress", found.target)
    return _with_gaps(table.with_columns(seen, clinic), ["clinic", "bmi", "s5"]).with_columns(progress)


DATA_SETS = (
    DataSet(
        name="tumours", task="binary", rows=tumours, key="patient", target="diagnosis", options=("--positive", "M")
    ),
    DataSet(name="wines", task="multiclass", rows=wines, key="bottle", target="grower"),
    DataSet(
        name="diabetes", task="regression", rows=diabetes, key="patient", target="progress", options=("--time", "seen")
    ),
)


def _keys(name: str, count: int) -> pl.Series:
    return pl.Series(name, [f"{name[0]}{at:05}" for at in range(count)])


def _category(target: Any, values: list[str], name: str) -> pl.Series:
    """Make a category that knows a little of the target."""
    chance = np.random.default_rng(_SEED)
    drawn = chance.integers(0, len(values), len(target))
    chosen = np.where(chance.random(len(target)) < _CHANCE, drawn, np.asarray(target, int) % len(values))
    return pl.Series(name, [values[at] for at in chosen])


def _with_gaps(table: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    chance = np.random.default_rng(_SEED)
    gaps = {name: pl.Series(chance.random(table.height) < _GAPS) for name in names}
    return table.with_columns(pl.when(~gap).then(pl.col(name)).alias(name) for name, gap in gaps.items())
