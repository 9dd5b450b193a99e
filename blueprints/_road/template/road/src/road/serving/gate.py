"""Holds a bundle to the brief before it is served: what was measured must meet what is asked."""

from dataclasses import dataclass

from road.core.brief import Brief
from road.core.manifest import Manifest

THRESHOLD = "objective.requirement.threshold"
MIN_GAIN = "objective.requirement.min_gain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether one demand of the brief is met."""

    demand: str
    passed: bool
    message: str


def judge(brief: Brief, manifest: Manifest) -> tuple[Verdict, ...]:
    """Compare a bundle's evaluation with the brief, demand by demand."""
    requirement, evaluation = brief.objective.requirement, manifest.evaluation
    asked = (requirement.metric, requirement.direction)
    measured = (evaluation.metric, evaluation.direction)
    if asked != measured:
        message = f"measured by {' '.join(measured)}, asked for {' '.join(asked)}"
        return (Verdict(demand="objective.requirement.metric", passed=False, message=message),)
    threshold, min_gain = brief.number(THRESHOLD), brief.number(MIN_GAIN)
    lower = requirement.direction == "lower"
    enough = evaluation.value <= threshold if lower else evaluation.value >= threshold
    gain = _gain(evaluation.value, evaluation.baseline_value, lower=lower)
    return (
        Verdict(
            demand=THRESHOLD,
            passed=enough,
            message=f"{evaluation.value:.4f}, at {'most' if lower else 'least'} {threshold:.4f}",
        ),
        Verdict(
            demand=MIN_GAIN,
            passed=gain >= min_gain,
            message=f"{gain:.1%} better than the baseline, want {min_gain:.1%}",
        ),
    )


def _gain(value: float, baseline: float, *, lower: bool) -> float:
    """Share by which a value is better than the baseline."""
    if baseline == 0:
        return 0.0
    return ((baseline - value) if lower else (value - baseline)) / abs(baseline)
