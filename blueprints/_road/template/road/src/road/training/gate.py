"""Holds a run to the numbers of the brief: each number has one check, found by its path."""

from collections.abc import Callable
from dataclasses import dataclass

from road.core.brief import Brief
from road.training.metrics import gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a gate looks at."""

    direction: str
    value: float
    baseline_value: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one check."""

    demand: str
    wanted: float
    passed: bool
    message: str


Check = Callable[[Measured, float], tuple[bool, str]]


def beats_threshold(measured: Measured, threshold: float) -> tuple[bool, str]:
    """The metric is on the good side of the threshold."""
    lower = measured.direction == "lower"
    passed = measured.value <= threshold if lower else measured.value >= threshold
    return passed, f"{measured.value:.4f}, {'at most' if lower else 'at least'} {threshold:.4f}"


def beats_baseline(measured: Measured, min_gain: float) -> tuple[bool, str]:
    """The metric is better than the baseline's by the wanted share."""
    share = gain(measured.direction, measured.value, measured.baseline_value)
    return (
        share >= min_gain,
        f"{share:.1%} better than {measured.baseline_value:.4f}, want {min_gain:.1%}",
    )


def within_time(measured: Measured, max_minutes: float) -> tuple[bool, str]:
    """Training took no longer than it may."""
    return measured.minutes <= max_minutes, f"{measured.minutes:.2f} min, at most {max_minutes:g}"


CHECKS: dict[str, Check] = {
    "objective.requirement.threshold": beats_threshold,
    "objective.requirement.min_gain": beats_baseline,
    "quality_attributes.training.max_minutes": within_time,
}


def judge(brief: Brief, measured: Measured) -> list[Verdict]:
    """Run every check against the number that the brief gives for it."""
    verdicts = []
    for demand, check in CHECKS.items():
        wanted = brief.number(demand)
        passed, message = check(measured, wanted)
        verdicts.append(Verdict(demand=demand, wanted=wanted, passed=passed, message=message))
    return verdicts
