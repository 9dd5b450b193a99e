"""Holds a run to the numbers of the brief: the model, and the time that its training took."""

from road.core.brief import Brief
from road.core.gate import Verdict, judge_model
from road.core.manifest import Evaluation

MAX_MINUTES = "quality_attributes.training.max_minutes"


def judge(brief: Brief, evaluation: Evaluation, seconds: float) -> list[Verdict]:
    """Judge the model, and whether its training was quick enough."""
    return [*judge_model(brief, evaluation), _within_time(brief.number(MAX_MINUTES), seconds / 60)]


def _within_time(wanted: float, minutes: float) -> Verdict:
    message = f"{minutes:.2f} min, at most {wanted:g}"
    return Verdict(demand=MAX_MINUTES, wanted=wanted, passed=minutes <= wanted, message=message)
