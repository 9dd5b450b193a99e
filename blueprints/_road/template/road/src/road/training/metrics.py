"""The metrics that a brief can name, and the simple rules that a model can be held against."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from road.core.errors import UserError

Vector = NDArray[np.float64]


def wape(actual: Vector, predicted: Vector) -> float:
    """Weighted absolute percentage error: the sum of errors over the sum of actual values."""
    return float(np.abs(actual - predicted).sum() / np.abs(actual).sum())


def mae(actual: Vector, predicted: Vector) -> float:
    """Mean absolute error."""
    return float(np.abs(actual - predicted).mean())


def rmse(actual: Vector, predicted: Vector) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.square(actual - predicted).mean()))


METRICS: dict[str, Callable[[Vector, Vector], float]] = {"wape": wape, "mae": mae, "rmse": rmse}

BASELINES = {"same_hour_last_week": "lag_7d", "same_hour_yesterday": "lag_1d"}


def baseline(features: pl.DataFrame, name: str) -> Vector:
    """Predict by the simple rule that the brief names."""
    if name not in BASELINES:
        raise UserError(f"brief.yaml names an unknown baseline, {name}: {', '.join(BASELINES)}")
    return features[BASELINES[name]].to_numpy().astype(np.float64)


def gain(direction: str, value: float, other: float) -> float:
    """Share by which a value is better than another one; negative when it is worse."""
    better = other - value if direction == "lower" else value - other
    return better / abs(other) if other else 0.0
