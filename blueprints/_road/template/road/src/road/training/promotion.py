"""Decides whether the candidate becomes the champion, on the same data for both."""

from dataclasses import dataclass
from datetime import datetime

from road.core.brief import Brief
from road.core.bundle import Bundle
from road.core.errors import UserError
from road.core.manifest import Evaluation
from road.training.config import TrainingSettings
from road.training.data import load_dataset
from road.training.features import build_features
from road.training.gate import judge
from road.training.metrics import gain
from road.training.registry import Registry
from road.training.training import Split, evaluate, measured, split_by_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether the candidate was promoted, and why."""

    promoted: bool
    reason: str


def promote(settings: TrainingSettings, brief: Brief, *, now: datetime) -> Decision:
    """Promote the candidate when it passes the gate and beats the champion; else change nothing."""
    registry = Registry(settings.artifacts)
    aliases = registry.aliases()
    if "candidate" not in aliases:
        raise UserError("there is no candidate to promote: train first")
    candidate, champion = aliases["candidate"], aliases.get("champion")
    if champion is not None and champion.digest == candidate.digest:
        return Decision(promoted=False, reason="the candidate is the champion already")

    dataset = load_dataset(settings.data, as_of=now.replace(tzinfo=None))
    split = split_by_time(build_features(dataset.panel), settings.test_days)
    challenger = _evaluate(registry.load("candidate"), split, brief)
    failed = [v for v in judge(brief, measured(challenger, candidate.seconds)) if not v.passed]
    if failed:
        return Decision(promoted=False, reason=f"gate: {failed[0].demand}: {failed[0].message}")
    reason = f"{challenger.metric} {challenger.value:.4f}, and there was no champion"
    if champion is not None:
        holder = _evaluate(registry.load("champion"), split, brief)
        reason = f"{challenger.metric} {challenger.value:.4f}, the champion's {holder.value:.4f}"
        if gain(challenger.direction, challenger.value, holder.value) <= 0:
            return Decision(promoted=False, reason=reason)
    registry.point("champion", candidate)
    return Decision(promoted=True, reason=reason)


def _evaluate(bundle: Bundle, split: Split, brief: Brief) -> Evaluation:
    if bundle.manifest.data.trained_on.last >= split.test["hour"].min():  # type: ignore[operator]
        raise UserError(f"bundle {bundle.digest[:16]} was trained on rows of this test period")
    columns = {name: split.test[name].to_numpy() for name in bundle.names}
    return evaluate(split.test, bundle.predict(columns), brief)
