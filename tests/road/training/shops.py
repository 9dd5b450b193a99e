"""An invented project: sales of two shops in each hour, and the Python that its project.yaml names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from pydantic import BaseModel, PositiveInt
from road.core.project import Project
from road.training.config import Training
from road.training.runs import Run
from road.training.sklearn import Sklearn
from sklearn.ensemble import HistGradientBoostingRegressor

START, DAYS = datetime(2026, 3, 2), 30
ORDER = ["shop", "hour"]
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
Declare = Callable[..., Project]
Trained = tuple[Training, Run]
PROJECT: dict[str, Any] = {
    "version": 1,
    "task": "forecasting",
    "keys": ORDER,
    "time": {"column": "hour", "step": "1h", "history": "21d"},
    "target": {"column": "sales", "unit": "sales an hour", "minimum": 0},
    "columns": {
        "shop": {"type": "category", "values": ["north", "south"]},
        "hour": {"type": "datetime"},
        "sales": {"type": "number", "range": [0, 60]},
        "heat": {"type": "number", "range": [-40, 50], "nullable": True},
    },
    "features": "tests.road.training.shops:features",
    "inputs": {
        "shop": {"type": "category", "values": ["north", "south"]},
        "clock": {"type": "number"},
        "day_before": {"type": "number"},
        "heat_before": {"type": "number", "nullable": True},
    },
    "split": {"by": "time", "test": "7d"},
    "model": "tests.road.training.shops:model",
    "baselines": {"yesterday": "day_before"},
}


class Parameters(BaseModel):
    """How hard the trees try: hardly, so that tests take no time."""

    trees: PositiveInt = 15


def make_trees(parameters: Parameters, seed: int) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        random_state=seed, early_stopping=False, max_iter=parameters.trees, learning_rate=0.3
    )


model = Sklearn(make_trees, Parameters)


def features(frame: pl.DataFrame) -> pl.DataFrame:
    """Give what is known a day before."""
    before = [pl.col(name).shift(24).over("shop").alias(f"{new}_before") for name, new in _BEFORE.items()]
    return (
        frame.sort(ORDER)
        .with_columns(*before, clock=pl.col("hour").dt.hour())
        .filter(pl.col("day_before").is_not_null())
        .drop("heat")
    )


_BEFORE = {"sales": "day", "heat": "heat"}


def make_panel(days: int = DAYS) -> pl.DataFrame:
    """Give sales that follow the clock, with chance in them; the heat is missing now and then."""
    chance = np.random.default_rng(1)
    hours = [START + timedelta(hours=at) for at in range(24 * days)]
    clock = np.array([hour.hour for hour in hours])
    shops = []
    for level, shop in ((8.0, "north"), (14.0, "south")):
        sales = level + 6 * np.sin(clock / 24 * 2 * np.pi) + chance.normal(0, 1.5, clock.size)
        heat = np.where(clock % 11 == 0, np.nan, 10 + chance.normal(0, 3, clock.size))
        shops.append(pl.DataFrame({"shop": shop, "hour": hours, "sales": sales.round().clip(0), "heat": heat}))
    return pl.concat(shops).with_columns(pl.col("heat").fill_nan(None))


def setting(repository: Training, **changes: Any) -> Training:
    """Return a repository with other settings."""
    return replace(repository, settings=repository.settings.model_copy(update=changes))


def asking(repository: Training, **requirement: Any) -> Training:
    """Return a repository whose brief requires something else."""
    objective = repository.brief.objective
    changed = objective.model_copy(update={"requirement": objective.requirement.model_copy(update=requirement)})
    return replace(repository, brief=repository.brief.model_copy(update={"objective": changed}))
