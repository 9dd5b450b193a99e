"""Lets a model in, or refuses it: it must fit the panel and be as good as the brief asks.

Training has a gate of its own. This one stands where the model is used: a bundle from elsewhere,
or a brief that asks for more by now, is found here.
"""

from collections.abc import Callable

from road.batch.config import BatchSettings
from road.batch.contract import PANEL, Category
from road.core.brief import Brief
from road.core.bundle import Bundle, BundleError
from road.core.location import load_bundle
from road.core.manifest import Column, Evaluation

Check = Callable[[Evaluation, float], str | None]


def _below_threshold(evaluation: Evaluation, threshold: float) -> str | None:
    lower = evaluation.direction == "lower"
    good = evaluation.value <= threshold if lower else evaluation.value >= threshold
    side = "at most" if lower else "at least"
    said = f"{evaluation.metric} is {evaluation.value:.4f}, {side} {threshold:.4f} is asked"
    return None if good else said


def _beats_baseline(evaluation: Evaluation, min_gain: float) -> str | None:
    value, baseline = evaluation.value, evaluation.baseline_value
    better = baseline - value if evaluation.direction == "lower" else value - baseline
    gain = better / abs(baseline) if baseline else 0.0
    said = f"{gain:.1%} better than {evaluation.baseline}, {min_gain:.1%} is asked"
    return None if gain >= min_gain else said


CHECKS: dict[str, Check] = {
    "objective.requirement.threshold": _below_threshold,
    "objective.requirement.min_gain": _beats_baseline,
}


def admit(settings: BatchSettings, brief: Brief) -> Bundle:
    """Load the model that the settings name; `BundleError` says why it isn't let in."""
    bundle = load_bundle(settings.model)
    problems = [*_wrong_inputs(bundle), *_unmet_demands(bundle, brief)]
    if problems:
        raise BundleError(f"{settings.model} is refused:\n  " + "\n  ".join(problems))
    return bundle


def _wrong_inputs(bundle: Bundle) -> list[str]:
    problems = [_wrong_input(column) for column in bundle.manifest.inputs]
    return [problem for problem in problems if problem]


def _wrong_input(column: Column) -> str | None:
    field = PANEL.get(column.name)
    if field is None:
        return f"it takes {column.name}, which the panel doesn't hold (contract.py)"
    kind = "category" if isinstance(field, Category) else "number"
    if column.kind != kind:
        return f"it takes {column.name} as a {column.kind}, in the panel it is a {kind}"
    unknown = set(field.values) - set(column.values) if isinstance(field, Category) else set()
    return f"it doesn't know {column.name} {', '.join(sorted(unknown))}" if unknown else None


def _unmet_demands(bundle: Bundle, brief: Brief) -> list[str]:
    evaluation, requirement = bundle.manifest.evaluation, brief.objective.requirement
    if (evaluation.metric, evaluation.direction) != (requirement.metric, requirement.direction):
        return [f"it was judged by {evaluation.metric}, the brief asks for {requirement.metric}"]
    said = ((demand, check(evaluation, brief.number(demand))) for demand, check in CHECKS.items())
    return [f"{demand}: {problem}" for demand, problem in said if problem]
