"""The simple rules that a model must beat: a column of the features, or a hook."""

from collections.abc import Callable

from road.core.documents import nearest
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.project import Project
from road.training import predictions
from road.training.hooks import Baseline, Vector
from road.training.split import Split

Rule = Callable[[Split], Vector]
"""Predicts the rows to judge by."""


def find_baseline(name: str, project: Project) -> Rule:
    """The rule that the brief names; `UserError` when nobody knows it."""
    if name not in project.baselines:
        known = ", ".join(project.baselines) or "none"
        raise UserError(
            f"brief.yaml: objective.requirement.baseline: {name} is unknown{nearest(name, project.baselines)}: "
            f"project.yaml has {known} under baselines"
        )
    wanted, key = project.baselines[name], f"baselines.{name}"
    who = f"project.yaml: {key}: {wanted}"
    if ":" not in wanted:
        return lambda split: predictions.checked(_column(split, wanted, who), split.test.height, who)
    predict: Baseline = load_hook(key, wanted, Baseline)
    return lambda split: predictions.checked(predict(split.train, split.test), split.test.height, who)


def _column(split: Split, name: str, who: str) -> Vector:
    if name not in split.test.columns:
        raise UserError(f"{who} is no column of the features{nearest(name, split.test.columns)}")
    values: Vector = split.test[name].to_numpy()
    return values
