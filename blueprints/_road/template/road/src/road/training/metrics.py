"""The metrics that a brief can name; the hooks `metrics` add more."""

import numpy as np

from road.core.documents import nearest
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.project import Project
from road.training.hooks import Metric, Vector


def wape(actual: Vector, predicted: Vector) -> float:
    """Weighted absolute percentage error: the sum of errors over the sum of actual values."""
    return float(np.abs(actual - predicted).sum() / np.abs(actual).sum())


def mae(actual: Vector, predicted: Vector) -> float:
    """Mean absolute error."""
    return float(np.abs(actual - predicted).mean())


def rmse(actual: Vector, predicted: Vector) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.square(actual - predicted).mean()))


METRICS: dict[str, Metric] = {"wape": wape, "mae": mae, "rmse": rmse}


def find_metric(name: str, project: Project) -> Metric:
    """The metric of a name, the project's own ones first; `UserError` when nobody knows it."""
    if name in project.metrics:
        found: Metric = load_hook(f"metrics.{name}", project.metrics[name], Metric)
        return found
    if name not in METRICS:
        known = [*METRICS, *project.metrics]
        raise UserError(
            f"brief.yaml: objective.requirement.metric: {name} is unknown{nearest(name, known)}: "
            f"there are {', '.join(known)}; project.yaml may add others under metrics"
        )
    return METRICS[name]
