"""Holds an evaluation to the brief; training, batch and serving judge a model by the same rules."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from road.core.brief import Brief, Requirement
from road.core.manifest import Evaluation

METRIC = "objective.requirement.metric"
THRESHOLD = "objective.requirement.threshold"
MIN_GAIN = "objective.requirement.min_gain"
SEGMENTS = "objective.requirement.segments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one demand of the brief."""

    demand: str
    wanted: float
    passed: bool
    message: str
    binds: bool = True
    """Whether it may stop a model; one that may not has passed, whatever its message says."""


def judge_model(brief: Brief, evaluation: Evaluation, *, production: bool = False) -> list[Verdict]:
    """Hold what was measured to threshold, baseline and segments; another metric than the brief's fails alone.

    A threshold that is only proposed is told and stops nothing; in production it is refused.
    """
    requirement = brief.objective.requirement
    asked = (requirement.metric, requirement.direction)
    measured = (evaluation.metric, evaluation.direction)
    if asked != measured:
        message = f"measured by {' '.join(measured)}, asked for {' '.join(asked)}"
        return [Verdict(demand=METRIC, wanted=requirement.threshold, passed=False, message=message)]
    share = gain(requirement.direction, evaluation.value, evaluation.baseline_value)
    baseline = f"{evaluation.baseline} ({evaluation.baseline_value:.4f})"
    return [
        _threshold(requirement, evaluation.value, production=production),
        Verdict(
            demand=MIN_GAIN,
            wanted=requirement.min_gain,
            passed=share >= requirement.min_gain,
            message=f"{share:.1%} better than {baseline}, want {requirement.min_gain:.1%}",
        ),
        *_segments(requirement, evaluation),
    ]


def gain(direction: str, value: float, other: float) -> float:
    """Share by which a value is better than another one; negative when it is worse, endless from nothing."""
    better = other - value if direction == "lower" else value - other
    if other:
        return better / abs(other)
    return better * math.inf if better else 0.0


def _threshold(requirement: Requirement, value: float, *, production: bool) -> Verdict:
    wanted, lower = requirement.threshold, requirement.direction == "lower"
    passed = value <= wanted if lower else value >= wanted
    message = f"{value:.4f}, at {'most' if lower else 'least'} {wanted:.4f}"
    if not requirement.proposed:
        return Verdict(demand=THRESHOLD, wanted=wanted, passed=passed, message=message)
    if production:
        message = f"{wanted:.4f} is only proposed: agree on it with the owner, then take `proposed` out of brief.yaml"
        return Verdict(demand=THRESHOLD, wanted=wanted, passed=False, message=message)
    message += f", {'met' if passed else 'not met'}; it is proposed and stops nothing"
    return Verdict(demand=THRESHOLD, wanted=wanted, passed=True, message=message, binds=False)


def _segments(requirement: Requirement, evaluation: Evaluation) -> Iterator[Verdict]:
    """For each column of the brief, whether the group that is judged worst is near enough to the whole."""
    for column, wanted in requirement.segments.items():
        demand, start = f"{SEGMENTS}.{column}", f"{column}="
        worse = {
            name: -gain(requirement.direction, value, evaluation.value)
            for name, value in evaluation.segments.items()
            if name.startswith(start)
        }
        if not worse:
            message = f"nothing was measured by {column}"
            yield Verdict(demand=demand, wanted=wanted, passed=False, message=message)
            continue
        worst = max(worse, key=worse.__getitem__)
        said = f"{evaluation.segments[worst]:.4f}, {max(worse[worst], 0.0):.1%} worse than the whole"
        message = f"{worst}: {said} ({evaluation.value:.4f}), at most {wanted:.1%}"
        yield Verdict(demand=demand, wanted=wanted, passed=worse[worst] <= wanted, message=message)
