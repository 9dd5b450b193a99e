"""Holds an evaluation to the brief; training, batch and serving judge a model by the same rules."""

from dataclasses import dataclass

from road.core.brief import Brief
from road.core.manifest import Evaluation

METRIC = "objective.requirement.metric"
THRESHOLD = "objective.requirement.threshold"
MIN_GAIN = "objective.requirement.min_gain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one demand of the brief."""

    demand: str
    wanted: float
    passed: bool
    message: str


def judge_model(brief: Brief, evaluation: Evaluation) -> list[Verdict]:
    """Hold what was measured to threshold and baseline; another metric than the brief's fails alone."""
    requirement = brief.objective.requirement
    asked = (requirement.metric, requirement.direction)
    measured = (evaluation.metric, evaluation.direction)
    threshold, min_gain = brief.number(THRESHOLD), brief.number(MIN_GAIN)
    if asked != measured:
        message = f"measured by {' '.join(measured)}, asked for {' '.join(asked)}"
        return [Verdict(demand=METRIC, wanted=threshold, passed=False, message=message)]
    lower = requirement.direction == "lower"
    value, baseline = evaluation.value, evaluation.baseline_value
    share = gain(requirement.direction, value, baseline)
    return [
        Verdict(
            demand=THRESHOLD,
            wanted=threshold,
            passed=value <= threshold if lower else value >= threshold,
            message=f"{value:.4f}, at {'most' if lower else 'least'} {threshold:.4f}",
        ),
        Verdict(
            demand=MIN_GAIN,
            wanted=min_gain,
            passed=share >= min_gain,
            message=f"{share:.1%} better than {evaluation.baseline} ({baseline:.4f}), want {min_gain:.1%}",
        ),
    ]


def gain(direction: str, value: float, other: float) -> float:
    """Share by which a value is better than another one; negative when it is worse."""
    better = other - value if direction == "lower" else value - other
    return better / abs(other) if other else 0.0
