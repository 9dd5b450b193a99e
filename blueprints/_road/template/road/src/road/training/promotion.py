"""Decides whether the candidate becomes the champion, on the same data for both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from road.core.bundle import Bundle
from road.core.encoding import InputError
from road.core.errors import UserError
from road.core.gate import gain
from road.core.manifest import Data, Evaluation, Output
from road.core.project import HashSplit, TimeSplit
from road.training.config import Training
from road.training.evaluation import Yardstick
from road.training.features import columns_of
from road.training.gate import judge
from road.training.preparation import prepare
from road.training.registry import Alias, Registry
from road.training.split import rule_of, rule_text

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
    challenger, _ = contest.evaluate("candidate")
    failed = [v for v in judge(repository, challenger, candidate.seconds) if not v.passed]
    if failed:
        return Decision(promoted=False, reason=f"gate: {failed[0].demand}: {failed[0].message}")
    reason = f"{challenger.metric} {challenger.value:.4f}, and there was no champion"
    if champion is not None:
        holder, note = contest.evaluate("champion")
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

    def evaluate(self, alias: Alias) -> tuple[Evaluation, str]:
        """Measure a model, and say where it may be judged too well."""
        bundle = Registry(self._artifacts).load(alias)
        manifest, prepared = bundle.manifest, self._prepared
        _check_same_output(alias, manifest.output, prepared.output)
        note = "" if self._is_unseen(manifest.data) else self._unfair(alias, bundle)
        test = prepared.split.test
        gone = [name for name in bundle.names if name not in test.columns]
        if gone:
            raise UserError(
                f"the {alias} takes {', '.join(gone)}, which the features don't have any more: "
                "let them give it until another model is in use; the others don't see it"
            )
        try:
            matrix = bundle.encode(columns_of(test, manifest.inputs))
        except InputError as error:
            raise UserError(f"the {alias} can't be asked for these rows: {error}") from error
        answer = bundle.run(matrix).astype(np.float64)
        return self._yardstick.evaluate(prepared.split, answer, manifest.output), note

    def _is_unseen(self, data: Data) -> bool:
        """Whether the model learnt from none of these rows: from older ones alone, or by this very split.

        By a hash a row is always on the same side; what a hook does with other rows nobody knows.
        """
        project, now = self._project, self._prepared
        rule = rule_of(project)
        if isinstance(rule, TimeSplit) or (project.time is not None and isinstance(rule, str)):
            first: Any = now.split.test[project.wanted_time().column].min()
            if data.trained_on is not None and data.trained_on.last < first:
                return True
        same_rule = data.split == rule_text(project)
        return same_rule and (isinstance(rule, HashSplit) or data.sha256 == now.dataset.sha256)

    def _unfair(self, alias: Alias, bundle: Bundle) -> str:
        """A champion that knows the test looks better than it is: whoever beats it may have its place.

        Where the split goes by time, a longer history settles it, so that nobody needs to guess; by a hash nothing
        ever settles it.
        """
        data, rule = bundle.manifest.data, rule_of(self._project)
        who = f"the {alias}, bundle {bundle.digest[:16]},"
        if isinstance(rule, HashSplit):
            then, now = data.split or "another rule", rule_text(self._project)
            raise UserError(
                f"{who} was split by {then}, and project.yaml now says {now}: it may have learnt from rows to judge "
                f"by. Take the old split, or take the {alias} out of registry/aliases.json and train again"
            )
        if alias == "candidate" or isinstance(rule, TimeSplit):
            raise UserError(f"{who} was trained on rows of this test period")
        return _MAY_KNOW


def _check_same_output(alias: Alias, given: Output, wanted: Output) -> None:
    if given.model_copy(update={"threshold": None, "unit": wanted.unit}) != wanted:
        raise UserError(
            f"the {alias} predicts {_said(given)}, and project.yaml asks for {_said(wanted)}: they can't be compared. "
            f"Take the {alias} out of registry/aliases.json and train again"
        )


def _said(output: Output) -> str:
    labels = f", one of {', '.join(output.labels)}" if output.labels else ""
    return f"{output.name}{labels}{f', positive {output.positive}' if output.positive else ''}"
