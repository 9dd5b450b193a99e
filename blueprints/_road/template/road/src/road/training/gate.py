"""Holds a run to the numbers of the brief: the model, and the time that its training took."""

from road.core.gate import Verdict, judge_model
from road.core.manifest import Evaluation
from road.training.config import Training

MAX_MINUTES = "quality_attributes.training.max_minutes"


def judge(repository: Training, evaluation: Evaluation, seconds: float) -> list[Verdict]:
    """Judge the model, and whether its training was quick enough."""
    brief = repository.brief
    verdicts = judge_model(brief, evaluation, production=repository.is_production)
    return [*verdicts, _within_time(brief.number(MAX_MINUTES), seconds / 60)]


def _within_time(wanted: float, minutes: float) -> Verdict:
    message = f"{minutes:.2f} min, at most {wanted:g}"
    return Verdict(demand=MAX_MINUTES, wanted=wanted, passed=minutes <= wanted, message=message)
