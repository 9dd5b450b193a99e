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
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from goldenpath.policy.base import Miss, Outcome, Policy
    from goldenpath.policy.subject import Subject
    from goldenpath.policy.waivers import Waiver

_LEVELS = (1, 2, 3)

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
    except GoldenpathError as error:
        return replace(result, result=Result.ERROR, reason=str(error))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a rule may be a third party's: it must neither pass nor end the run
        return replace(result, result=Result.ERROR, reason=f"{type(error).__name__}: {error}")
    if outcome is None:
        return result
    if outcome.result is not Result.FAIL:
        return replace(result, result=outcome.result, reason=outcome.reason)
    return _waived(replace(result, result=Result.FAIL, reason=outcome.reason), policy, subject, outcome, waivers, as_of)


def _waived(  # noqa: PLR0913, PLR0917 - the one place where all that judges a finding comes together
    result: PolicyResult,
    policy: Policy,
    subject: Subject,
    outcome: Outcome,
    waivers: Sequence[Waiver],
    as_of: date,
) -> PolicyResult:
    findings, used = [], set()
    for finding in _findings(policy, subject, outcome, result.stage):
        waiver = decide(finding, waivers, as_of) if policy.waivable else None
        if waiver is not None:
            used.add(waiver.origin)
        findings.append(replace(finding, waiver=waiver.ticket) if waiver else finding)
    all_waived = bool(findings) and all(finding.waiver for finding in findings)
    return replace(
        result,
        result=Result.WAIVED if all_waived else Result.FAIL,
        findings=tuple(findings),
        waivers=tuple(sorted(used)),
    )


def _findings(policy: Policy, subject: Subject, outcome: Outcome, stage: Stage) -> Iterator[Finding]:
    """Yield a finding a miss; what repeats at one path is numbered, so that no two share a fingerprint."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for miss in sorted(outcome.misses, key=_order):
        project = subject.root if miss.project is None else miss.project
        key = (project, miss.place.path, miss.subject)
        seen[key] += 1
        name = miss.subject if seen[key] == 1 else f"{miss.subject} #{seen[key]}"
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
        )


def _order(miss: Miss) -> tuple[str, int, str]:
    return (miss.place.path, miss.place.line or 0, miss.subject)
