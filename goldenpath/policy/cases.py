"""Runs the cases of policies, and shows whether each proves something.

A failing case must stop failing when the check is emptied, a passing one must stop passing when it is negated; a case
that holds either way says nothing about the check.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, cast

from goldenpath.errors import GoldenpathError
from goldenpath.facts.advisories import advisories_of
from goldenpath.facts.radar import Radar
from goldenpath.facts.technologies import technologies
from goldenpath.finding import Result
from goldenpath.policy import case_templates, engine
from goldenpath.policy.base import Outcome
from goldenpath.policy.evaluate import evaluate
from goldenpath.policy.subject import Knowledge, Subject, subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from goldenpath.facts.advisories import Advisories
    from goldenpath.facts.model import Facts
    from goldenpath.policy.base import Files, Policy, Rule
    from goldenpath.snapshot.base import Snapshot

_REPO = Repo(id="case", name="case", path="")
_RECORD = "osv:"
_ANY_DAY = date(2000, 1, 1)
#: Whatever the radar lets be used for a while has ended, so that a case doesn't change with the calendar.
_LAST_DAY = date(9999, 12, 31)


class Expected(StrEnum):
    """What a case must come to."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a verdict, no password
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of one case of a policy; `number` counts from 1 among those that expect the same.

    `problem` says why the case isn't good, "" where it is.
    """

    policy: str
    origin: str
    expected: Expected
    number: int
    result: Result
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether the case came out as expected and proves its check."""
        return not self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A rule whose check was emptied or negated."""

    rule: Rule
    change: Callable[[engine.Question], engine.Question] | None
    turned: Mapping[Result, Result]

    def check(self, subject: Subject) -> Outcome:
        """Return what the changed rule says."""
        if self.change is not None:
            question = cast("engine.Asking", self.rule).question(subject)
            return engine.judge(self.change(question))
        outcome = self.rule.check(subject)
        return Outcome(result=self.turned.get(outcome.result, outcome.result), reason=outcome.reason)


class Inventory(Protocol):
    """How facts are had of a snapshot."""

    def __call__(self, snapshot: Snapshot, /, *, packages: bool = False) -> Facts:
        """Return the facts, with the packages that lock files pin where they are asked for."""
        ...


def run(policies: Iterable[Policy], inventory: Inventory, radar: Radar | None = None) -> tuple[CaseResult, ...]:
    """Return what becomes of each case of each policy, in order.

    A policy that has no failing or no passing case gets a result with number 0 that says so. `radar` is what policies
    of technologies ask; every `until` on it has passed.
    """
    knowledge = Knowledge(radar=radar or Radar(), as_of=_LAST_DAY)
    return tuple(result for policy in policies for result in _cases(policy, inventory, knowledge))


def emptied(rule: Rule) -> Mutant:
    """Return a rule that looks at the same things and demands nothing of them."""
    change = engine.Question.emptied if hasattr(rule, "question") else None
    return Mutant(rule=rule, change=change, turned={Result.FAIL: Result.PASS})


def relaxed(rule: Rule) -> Mutant:
    """Return a rule that demands nothing of the things it finds, and still judges that there are none."""
    change = engine.Question.relaxed if hasattr(rule, "question") else None
    return Mutant(rule=rule, change=change, turned={Result.FAIL: Result.PASS})


def negated(rule: Rule) -> Mutant:
    """Return a rule that looks at the same things and demands the opposite of each."""
    change = engine.Question.negated if hasattr(rule, "question") else None
    return Mutant(rule=rule, change=change, turned={Result.FAIL: Result.PASS, Result.PASS: Result.FAIL})


def snapshot_of(files: Files) -> MemorySnapshot:
    """Return the repo that a case describes; the advisories and the blueprint beside its files are no part of it."""
    kept = {path: text for path, text in files.items() if not path.startswith((_RECORD, case_templates.PREFIX))}
    return MemorySnapshot({path: bytes(text) if isinstance(text, int) else text for path, text in kept.items()})


def advisories_in(files: Files) -> Advisories | None:
    """Return the advisories of a case: records in OSV's schema under names that begin with `osv:`; None without any."""
    records = [(path, text) for path, text in files.items() if path.startswith(_RECORD) and isinstance(text, str)]
    if not records:
        return None
    try:
        return advisories_of([(path, json.loads(text)) for path, text in records])
    except ValueError as error:
        raise GoldenpathError(f"a case's advisory is no JSON: {error}") from error


def _cases(policy: Policy, inventory: Inventory, knowledge: Knowledge) -> Iterator[CaseResult]:
    groups = {
        Expected.FAIL: policy.cases.fail,
        Expected.PASS: policy.cases.pass_,
        Expected.NOT_APPLICABLE: policy.cases.not_applicable,
    }
    for expected, cases in groups.items():
        for number, files in enumerate(cases, start=1):
            yield _case(policy, expected, number, files, inventory, knowledge)
        if expected is Expected.FAIL and cases and not _shows_a_lack(policy, inventory, knowledge):
            yield CaseResult(
                policy=policy.id,
                origin=policy.origin,
                expected=expected,
                number=0,
                result=Result.FAIL,
                problem="no failing case has a thing that lacks what is asked: each fails for what isn't there",
            )
        if not cases and expected is not Expected.NOT_APPLICABLE:
            yield CaseResult(
                policy=policy.id,
                origin=policy.origin,
                expected=expected,
                number=0,
                result=Result.ERROR,
                problem=f"there is no case that must {expected}",
            )


def _judged(files: Files, inventory: Inventory, knowledge: Knowledge) -> tuple[Subject, ...]:
    snapshot = snapshot_of(files)
    known = advisories_in(files)
    facts = inventory(snapshot) if known is None else inventory(snapshot, packages=True)
    paths = snapshot.entries().keys()
    facts = replace(facts, technologies=technologies(facts, knowledge.radar, paths))
    makings = case_templates.templates_in(files)
    return subjects(_REPO, snapshot, facts, replace(knowledge, advisories=known, makings=makings))


def _shows_a_lack(policy: Policy, inventory: Inventory, knowledge: Knowledge) -> bool:
    """Tell whether a failing case fails for a thing that is there; a check that asks for existence alone needs none."""
    rule = _with(policy, relaxed(policy.rule))
    return any(_worst(rule, _judged(files, inventory, knowledge))[0] is not Result.FAIL for files in policy.cases.fail)


def _case(  # noqa: PLR0913, PLR0917 - one case, and what it is judged with
    policy: Policy, expected: Expected, number: int, files: Files, inventory: Inventory, knowledge: Knowledge
) -> CaseResult:
    judged = _judged(files, inventory, knowledge)
    result, reason = _worst(policy, judged)
    problem = ""
    if result.value != expected.value:
        problem = f"must {expected}, comes to {result}" + (f" ({reason})" if reason else "")
    elif expected is Expected.FAIL and _worst(_with(policy, emptied(policy.rule)), judged)[0] is Result.FAIL:
        problem = "proves nothing: it fails when the check is emptied too"
    elif expected is Expected.PASS and _worst(_with(policy, negated(policy.rule)), judged)[0] is Result.PASS:
        problem = "proves nothing: it passes when the check is negated too"
    return CaseResult(
        policy=policy.id, origin=policy.origin, expected=expected, number=number, result=result, problem=problem
    )


def _with(policy: Policy, rule: Mutant) -> Policy:
    return replace(policy, rule=rule)


def _worst(policy: Policy, judged: tuple[Subject, ...]) -> tuple[Result, str]:
    results = evaluate(judged, (replace(policy, disabled=""),), (), _ANY_DAY)
    for wanted, known in (
        (Result.ERROR, (Result.ERROR,)),
        (Result.FAIL, (Result.FAIL, Result.BLUEPRINT)),  # whose it is changes nothing of what the policy says
        (Result.PASS, (Result.PASS,)),
    ):
        for result in results:
            if result.result in known:
                return wanted, result.reason or "; ".join(f"{f.place}: {f.found}" for f in result.findings)
    return Result.NOT_APPLICABLE, next((result.reason for result in results), "")
