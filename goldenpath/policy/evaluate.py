"""Judges repos: policies over subjects, waivers over what they find, and the level that is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goldenpath._deadline import deadline
from goldenpath.errors import GoldenpathError
from goldenpath.finding import Capability, Finding, Result, Severity, Stage
from goldenpath.policy.waivers import decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from goldenpath.catalog.making import Making
    from goldenpath.policy.base import Miss, Outcome, Policy
    from goldenpath.policy.subject import Subject
    from goldenpath.policy.waivers import Waiver

_LEVELS = (1, 2, 3)

_OF_DRIFT = frozenset({"template"})
"""Kinds that tell what a team did to the blueprint's files, or didn't do: such a finding is never the blueprint's."""

SECONDS = 5.0
"""What a policy may compute on a subject; most take less than a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyResult:
    """What became of one policy on one repo or project.

    `project` is the project's root, "" for the repo. `reason` says why it errs or doesn't apply. `waivers` are the
    origins of the waivers that cover findings of it.
    """

    policy: str
    project: str
    capability: Capability
    level: int
    severity: Severity
    stage: Stage
    result: Result
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    waivers: tuple[str, ...] = ()


def evaluate(
    subjects: Sequence[Subject], policies: Iterable[Policy], waivers: Sequence[Waiver], as_of: date
) -> tuple[PolicyResult, ...]:
    """Return what becomes of each policy on each subject of its scope, sorted by policy and project.

    A policy that raises is an error on that subject and leaves all others alone. Disabled policies are left out.
    """
    results: list[PolicyResult] = []
    for policy in policies:
        if policy.disabled:
            continue
        mine = [waiver for waiver in waivers if waiver.policy == policy.id]
        results.extend(_judged(policy, subject, mine, as_of) for subject in subjects if subject.scope is policy.scope)
    return tuple(sorted(results, key=lambda result: (result.policy, result.project)))


def level(results: Iterable[PolicyResult]) -> int | None:
    """Return the level that a repo holds, 0 to 3, None where an error makes it unknown.

    Counted are the policies past their audit date, at the date that the results were made for.
    """
    in_force = [result for result in results if result.stage is not Stage.PLANNED]
    if any(result.result is Result.ERROR for result in in_force):
        return None
    failed = min((result.level for result in in_force if result.result is Result.FAIL), default=_LEVELS[-1] + 1)
    return failed - 1


def worst(findings: Iterable[Finding]) -> Result:
    """Return what a policy that fails comes to by its findings; without any it fails."""
    results = {finding.result for finding in findings} or {Result.FAIL}
    return next(each for each in (Result.FAIL, Result.BLUEPRINT, Result.WAIVED) if each in results)


def outcome_of(policy: Policy, subject: Subject) -> Outcome | None:
    """Return what a policy's rule says of a subject, None where its `when:` doesn't hold."""
    if policy.when is not None and not policy.when.holds(subject):
        return None
    return policy.rule.check(subject)


def _judged(policy: Policy, subject: Subject, waivers: Sequence[Waiver], as_of: date) -> PolicyResult:
    result = PolicyResult(
        policy=policy.id,
        project=subject.root,
        capability=policy.capability,
        level=policy.level,
        severity=policy.severity,
        stage=policy.stage(as_of),
        result=Result.NOT_APPLICABLE,
        reason="the policy doesn't apply here",
    )
    try:
        with deadline(SECONDS):
            outcome = outcome_of(policy, subject)
            makings = _makings(policy, subject, outcome)
    except GoldenpathError as error:
        return replace(result, result=Result.ERROR, reason=str(error))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a rule may be a third party's: it must neither pass nor end the run
        return replace(result, result=Result.ERROR, reason=f"{type(error).__name__}: {error}")
    if outcome is None:
        return result
    if outcome.result is not Result.FAIL:
        return replace(result, result=outcome.result, reason=outcome.reason)
    findings = _findings(policy, subject, outcome, result.stage, makings)
    return _decided(replace(result, reason=outcome.reason), findings, waivers if policy.waivable else (), as_of)


def _makings(policy: Policy, subject: Subject, outcome: Outcome | None) -> Mapping[str, Making]:
    """Return what brought the files that fail, by path, where the team can't mend them."""
    if outcome is None or policy.kind in _OF_DRIFT:
        return {}
    paths = {miss.place.path for miss in outcome.misses}
    return {path: made for path in paths if (made := subject.maker(path)) is not None}


def _decided(result: PolicyResult, findings: Iterable[Finding], waivers: Sequence[Waiver], as_of: date) -> PolicyResult:
    """Return the result with its findings, waived where a waiver covers them; one that is open makes it a fail."""
    kept, used = [], set()
    for finding in findings:
        waiver = decide(finding, waivers, as_of)
        if waiver is not None:
            used.add(waiver.origin)
        kept.append(replace(finding, waiver=waiver.ticket) if waiver else finding)
    return replace(result, result=worst(kept), findings=tuple(kept), waivers=tuple(sorted(used)))


def _findings(
    policy: Policy, subject: Subject, outcome: Outcome, stage: Stage, makings: Mapping[str, Making]
) -> Iterator[Finding]:
    """Yield a finding a miss; what repeats at one path is numbered, so that no two share a fingerprint."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for miss in sorted(outcome.misses, key=_order):
        project = subject.root if miss.project is None else miss.project
        key = (project, miss.place.path, miss.subject)
        seen[key] += 1
        name = miss.subject if seen[key] == 1 else f"{miss.subject} #{seen[key]}"
        made = makings.get(miss.place.path)
        yield Finding(
            repo=subject.repo.id,
            project=project,
            policy=policy.id,
            title=policy.title,
            capability=policy.capability,
            level=policy.level,
            severity=policy.severity,
            stage=stage,
            place=miss.place,
            subject=name,
            found=miss.found,
            wanted=policy.wanted or miss.wanted,
            remediation=policy.remediation.text,
            blueprint=f"{made.blueprint} {made.version}" if made else "",
            owner=made.owner if made else "",
        )


def _order(miss: Miss) -> tuple[str, int, str]:
    return (miss.place.path, miss.place.line or 0, miss.subject)
