"""The metrics that a brief can name, each with the tasks that it fits; the hooks `metrics` add more.

What is measured of classes is scikit-learn's, whose definitions are the usual ones.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from road.core.brief import Requirement
from road.core.documents import nearest
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.manifest import Output
from road.core.predictions import decide
from road.core.project import CLASSES, Project, Task
from road.training.hooks import Metric, Vector
from road.training.target import task_of

_NUMBERS: tuple[Task, ...] = ("forecasting", "regression")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came true of some rows, beside what was predicted."""

    actual: Vector
    """Numbers, or the places of labels."""
    predicted: NDArray[np.float64]
    """Numbers, or probabilities [rows, labels]."""
    chosen: Vector
    """Numbers, or the places of the labels that were given."""
    positive: int | None = None
    """The place of the label that is looked for."""

    @classmethod
    def of(cls, output: Output, actual: Vector, answer: NDArray[np.float64]) -> Self:
        """Decide on what a model gave of each row; `answer` is [rows, 1] or [rows, labels]."""
        if output.kind == "number":
            return cls(actual=actual, predicted=answer[:, 0], chosen=answer[:, 0])
        place = {label: float(at) for at, label in enumerate(output.labels)}
        labels = decide(output, answer.astype(np.float32)).labels or []
        chosen = np.array([place[label] for label in labels], dtype=np.float64)
        positive = None if output.positive is None else output.labels.index(output.positive)
        return cls(actual=actual, predicted=answer, chosen=chosen, positive=positive)

    def take(self, rows: NDArray[np.bool_]) -> "Outcome":
        """Give some of the rows."""
        return Outcome(
            actual=self.actual[rows], predicted=self.predicted[rows], chosen=self.chosen[rows], positive=self.positive
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A metric, the tasks that it fits, and which side of it is good; the project's own are asked neither."""

    measure: Callable[[Outcome], float]
    tasks: tuple[Task, ...]
    direction: Literal["lower", "higher"] | None

    def __call__(self, outcome: Outcome) -> float:
        """Give the number; not a number where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of rows without one of the labels
            return float(self.measure(outcome))


def find_metric(requirement: Requirement, project: Project) -> Measure:
    """The metric that the brief names, the project's own ones first; `UserError` where it can't decide."""
    name, task, key = requirement.metric, task_of(project), "brief.yaml: objective.requirement"
    if name in project.metrics:
        hook: Metric = load_hook(f"metrics.{name}", project.metrics[name], Metric)
        return Measure(measure=lambda each: hook(each.actual, each.predicted), tasks=(task,), direction=None)
    fitting = [*(known for known, each in METRICS.items() if task in each.tasks), *project.metrics]
    there = f"there are {', '.join(fitting)}; project.yaml may add others under metrics"
    if name not in METRICS:
        raise UserError(f"{key}.metric: {name} is unknown{nearest(name, fitting)}: {there}")
    found = METRICS[name]
    if task not in found.tasks:
        raise UserError(f"{key}.metric: {name} measures {' or '.join(found.tasks)}, and task is {task}: {there}")
    if found.direction != requirement.direction:
        raise UserError(f"{key}.direction: of {name} {found.direction} is better, not {requirement.direction}")
    if task in CLASSES:
        _sklearn()
    return found


def _wape(o: Outcome) -> float:
    """Weighted absolute percentage error: the sum of errors over the sum of actual values."""
    return float(np.abs(o.actual - o.predicted).sum() / np.abs(o.actual).sum())


def _mae(o: Outcome) -> float:
    """Mean absolute error."""
    return float(np.abs(o.actual - o.predicted).mean())


def _rmse(o: Outcome) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.square(o.actual - o.predicted).mean()))


def _r2(o: Outcome) -> float:
    """Share of the variance that is explained."""
    return float(1 - np.square(o.actual - o.predicted).sum() / np.square(o.actual - o.actual.mean()).sum())


def _roc_auc(o: Outcome) -> float:
    """Of several classes the mean of each against the rest."""
    return _ranked(o, "roc_auc_score")


def _average_precision(o: Outcome) -> float:
    """Of several classes the mean of each against the rest."""
    return _ranked(o, "average_precision_score")


def _ranked(o: Outcome, name: str) -> float:
    """A metric of how one class is ranked before the rest; no number where a class isn't there."""
    score, width = getattr(_sklearn(), name), o.predicted.shape[1]
    if len(np.unique(o.actual)) < width:
        return float("nan")
    wanted = range(width) if o.positive is None else [o.positive]
    return float(np.mean([score(o.actual == at, o.predicted[:, at]) for at in wanted]))


def _log_loss(o: Outcome) -> float:
    """Mean negative logarithm of the probability of what came true."""
    likely = o.predicted / o.predicted.sum(axis=1, keepdims=True)
    return float(_sklearn().log_loss(o.actual, likely, labels=list(range(likely.shape[1]))))


def _brier(o: Outcome) -> float:
    """Mean squared error of probabilities: of the positive label, or summed up over several classes."""
    if o.positive is not None:
        return float(_sklearn().brier_score_loss(o.actual == o.positive, o.predicted[:, o.positive]))
    return float(np.square(o.predicted - np.eye(o.predicted.shape[1])[o.actual.astype(np.int64)]).sum(axis=1).mean())


def _accuracy(o: Outcome) -> float:
    return float(_sklearn().accuracy_score(o.actual, o.chosen))


def _balanced_accuracy(o: Outcome) -> float:
    """Mean over the classes of the share that is found."""
    return float(_sklearn().balanced_accuracy_score(o.actual, o.chosen))


def _f1(o: Outcome) -> float:
    """Of the positive label; of several classes the mean over them."""
    if o.positive is not None:
        return float(_sklearn().f1_score(o.actual == o.positive, o.chosen == o.positive, zero_division=0))
    return float(_sklearn().f1_score(o.actual, o.chosen, average="macro", zero_division=0))


def _sklearn() -> Any:
    """Import scikit-learn's metrics, which take a second, only where classes are measured."""
    try:
        return import_module("sklearn.metrics")
    except ImportError as error:
        raise UserError("classes are measured by scikit-learn: add it to the dependencies in pyproject.toml") from error


def _lower(measure: Callable[[Outcome], float], tasks: tuple[Task, ...]) -> Measure:
    return Measure(measure=measure, tasks=tasks, direction="lower")


def _higher(measure: Callable[[Outcome], float], tasks: tuple[Task, ...]) -> Measure:
    return Measure(measure=measure, tasks=tasks, direction="higher")


METRICS: dict[str, Measure] = {
    "wape": _lower(_wape, _NUMBERS),
    "mae": _lower(_mae, _NUMBERS),
    "rmse": _lower(_rmse, _NUMBERS),
    "r2": _higher(_r2, _NUMBERS),
    "roc_auc": _higher(_roc_auc, CLASSES),
    "average_precision": _higher(_average_precision, CLASSES),
    "log_loss": _lower(_log_loss, CLASSES),
    "brier": _lower(_brier, CLASSES),
    "accuracy": _higher(_accuracy, CLASSES),
    "balanced_accuracy": _higher(_balanced_accuracy, CLASSES),
    "f1": _higher(_f1, CLASSES),
}
