"""Decides whether the candidate becomes the champion, on the same data for both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from road.core.bundle import Bundle
from road.core.errors import UserError
from road.core.gate import gain
from road.core.manifest import Evaluation
from road.core.project import Split as Rule
from road.training.config import Training
from road.training.evaluation import Yardstick
from road.training.features import columns_of
from road.training.gate import judge
from road.training.preparation import prepare
from road.training.registry import Alias, Entry, Registry
from road.training.runs import read_run

_MAY_KNOW = " (it may have learnt from some of these rows)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether the candidate was promoted, and why."""

    promoted: bool
    reason: str


def promote(repository: Training, *, now: datetime) -> Decision:
    """Promote the candidate when it passes the gate and beats the champion; else change nothing."""
    registry = Registry(repository.settings.artifacts)
    aliases = registry.aliases()
    if "candidate" not in aliases:
        raise UserError("there is no candidate to promote: train first")
    candidate, champion = aliases["candidate"], aliases.get("champion")
    if champion is not None and champion.digest == candidate.digest:
        return Decision(promoted=False, reason="the candidate is the champion already")

    contest = _Contest(repository, now)
    challenger, _ = contest.evaluate("candidate", candidate)
    failed = [v for v in judge(repository.brief, challenger, candidate.seconds) if not v.passed]
    if failed:
        return Decision(promoted=False, reason=f"gate: {failed[0].demand}: {failed[0].message}")
    reason = f"{challenger.metric} {challenger.value:.4f}, and there was no champion"
    if champion is not None:
        holder, note = contest.evaluate("champion", champion)
        reason = f"{challenger.metric} {challenger.value:.4f}, the champion's {holder.value:.4f}{note}"
        if gain(challenger.direction, challenger.value, holder.value) <= 0:
            return Decision(promoted=False, reason=reason)
    registry.point("champion", candidate)
    return Decision(promoted=True, reason=reason)


class _Contest:
    """The rows that models are compared on."""

    def __init__(self, repository: Training, now: datetime) -> None:
        self._artifacts = repository.settings.artifacts
        self._project = repository.project
        self._yardstick = Yardstick.of(repository.brief, repository.project)
        self._prepared = prepare(repository, as_of=now)

    def evaluate(self, alias: Alias, entry: Entry) -> tuple[Evaluation, str]:
        """Measure a model, and say where it may be judged too well."""
        bundle = Registry(self._artifacts).load(alias)
        note = "" if self._is_unseen(bundle, entry) else self._unfair(alias, bundle)
        test = self._prepared.split.test
        gone = [name for name in bundle.names if name not in test.columns]
        if gone:
            raise UserError(
                f"the {alias} takes {', '.join(gone)}, which the features don't have any more: "
                "let them give it until another model is in use; the others don't see it"
            )
        predicted = bundle.predict(columns_of(test, bundle.manifest.inputs))
        return self._yardstick.evaluate(self._prepared.split, predicted), note

    def _is_unseen(self, bundle: Bundle, entry: Entry) -> bool:
        """Whether the model learnt from none of these rows: from older ones alone, or by this very split."""
        first: Any = self._prepared.split.test[self._project.wanted_time().column].min()
        if bundle.manifest.data.trained_on.last < first:
            return True
        try:
            run = read_run(self._artifacts, entry.run)
        except UserError:
            return False
        return (run.data_sha256, run.project.split) == (self._prepared.dataset.sha256, self._project.split)

    def _unfair(self, alias: Alias, bundle: Bundle) -> str:
        """A champion that knows the test looks better than it is: whoever beats it may have its place.

        Where the split goes by time, a longer history settles it, so that nobody needs to guess.
        """
        if alias == "candidate" or isinstance(self._project.split, Rule):
            raise UserError(f"bundle {bundle.digest[:16]} was trained on rows of this test period")
        return _MAY_KNOW
