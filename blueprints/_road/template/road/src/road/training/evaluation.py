"""Measures predictions by the metric of the brief, as a whole and by group, beside the baseline."""

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from road.core.brief import Brief, Requirement
from road.core.errors import UserError
from road.core.manifest import Evaluation, Output
from road.core.project import Project
from road.training.baselines import Rule, find_baseline
from road.training.metrics import Measure, Outcome, find_metric
from road.training.predictions import Answer
from road.training.split import Split
from road.training.target import output_of, target_of

log = logging.getLogger(__name__)

_MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """The metric and the baseline that the brief names, found before anything is computed."""

    requirement: Requirement
    project: Project
    metric: Measure
    baseline: Rule

    @classmethod
    def of(cls, brief: Brief, project: Project) -> Self:
        """Find them; `UserError` says which one nobody knows, or which segment is no category."""
        asked = brief.objective.requirement
        for name in asked.segments:
            column = project.inputs.get(name) or project.columns.get(name)
            if column is None or column.type != "category":
                raise UserError(f"brief.yaml: objective.requirement.segments: {name} is no category of project.yaml")
        baseline = find_baseline(asked.baseline, project, output_of(project))
        return cls(requirement=asked, project=project, metric=find_metric(asked, project), baseline=baseline)

    def evaluate(self, split: Split, answer: Answer, output: Output) -> Evaluation:
        """Measure what a model gave of the rows to judge by; `output` has the threshold of its classes."""
        asked, actual = self.requirement, target_of(split.test, output)
        outcome = Outcome.of(output, actual, answer)
        plain = output.model_copy(update={"threshold": None})
        simple = Outcome.of(plain, actual, self.baseline(split))
        return Evaluation(
            metric=asked.metric,
            direction=asked.direction,
            value=self._measured(outcome),
            threshold=asked.threshold,
            baseline=asked.baseline,
            baseline_value=self._measured(simple),
            rows=split.test.height,
            segments=dict(self._segments(split, outcome)),
        )

    def _measured(self, outcome: Outcome) -> float:
        value = self._number(outcome)
        if value is None:
            raise UserError(f"{self.requirement.metric} is no number on the {outcome.actual.size:,} rows to judge by")
        return value

    def _number(self, outcome: Outcome) -> float | None:
        value = self.metric(outcome)
        return value if math.isfinite(value) else None

    def _segments(self, split: Split, outcome: Outcome) -> Iterator[tuple[str, float]]:
        """The metric for each value of each key that is a category, and of what the brief asks for.

        Of several such columns, and of those that the brief asks for, with the column's name.
        """
        keys = [key for key in self.project.keys if self.project.columns[key].type == "category"]
        names = list(dict.fromkeys([*keys, *self.requirement.segments]))
        for name in names:
            if name not in split.test.columns:
                raise UserError(f"brief.yaml: objective.requirement.segments: {name} is no column of the features")
            values = split.test[name].cast(pl.String).fill_null(_MISSING).to_numpy()
            for value in np.unique(values.astype(str)):
                named = len(names) > 1 or name in self.requirement.segments
                label = f"{name}={value}" if named else str(value)
                measured = self._number(outcome.take(values == value))
                if measured is None:
                    log.warning("no number for a segment", extra={"segment": label, "metric": self.requirement.metric})
                else:
                    yield label, measured
