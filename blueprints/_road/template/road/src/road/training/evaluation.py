"""Measures predictions by the metric of the brief, as a whole and by group, beside the baseline."""

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from road.core.brief import Brief, Requirement
from road.core.errors import UserError
from road.core.manifest import Evaluation
from road.core.project import Project
from road.training.baselines import Rule, find_baseline
from road.training.features import target_of
from road.training.hooks import Metric, Vector
from road.training.metrics import find_metric
from road.training.split import Split

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """The metric and the baseline that the brief names, found before anything is computed."""

    requirement: Requirement
    project: Project
    metric: Metric
    baseline: Rule

    @classmethod
    def of(cls, brief: Brief, project: Project) -> Self:
        """Find them; `UserError` says which one nobody knows."""
        asked = brief.objective.requirement
        metric, baseline = find_metric(asked.metric, project), find_baseline(asked.baseline, project)
        return cls(requirement=asked, project=project, metric=metric, baseline=baseline)

    def evaluate(self, split: Split, predicted: Vector) -> Evaluation:
        """Measure predictions of the rows to judge by."""
        asked, actual = self.requirement, target_of(split.test, self.project)
        return Evaluation(
            metric=asked.metric,
            direction=asked.direction,
            value=self._measured(actual, predicted),
            threshold=asked.threshold,
            baseline=asked.baseline,
            baseline_value=self._measured(actual, self.baseline(split)),
            rows=split.test.height,
            segments=dict(self._segments(split, actual, predicted)),
        )

    def _measured(self, actual: Vector, predicted: Vector) -> float:
        value = self._number(actual, predicted)
        if value is None:
            raise UserError(f"{self.requirement.metric} is no number on the {actual.size:,} rows to judge by")
        return value

    def _number(self, actual: Vector, predicted: Vector) -> float | None:
        with np.errstate(divide="ignore", invalid="ignore"):
            value = float(self.metric(actual, predicted))
        return value if math.isfinite(value) else None

    def _segments(self, split: Split, actual: Vector, predicted: Vector) -> Iterator[tuple[str, float]]:
        """The metric for each value of each key that is a category; of several such keys with the key's name."""
        names = [key for key in self.project.keys if self.project.columns[key].type == "category"]
        for name in names:
            values = split.test[name].cast(str).to_numpy()
            for value in np.unique(values):
                label = f"{name}={value}" if len(names) > 1 else str(value)
                measured = self._number(actual[values == value], predicted[values == value])
                if measured is None:
                    log.warning("no number for a segment", extra={"segment": label, "metric": self.requirement.metric})
                else:
                    yield label, measured
