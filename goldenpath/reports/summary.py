"""What reports count in a survey; the same figures in every format."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goldenpath.finding import Result, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from goldenpath.finding import Finding
    from goldenpath.policy.base import Policy
    from goldenpath.policy.evaluate import PolicyResult
    from goldenpath.survey.result import Survey

_WORST_FIRST = (Result.ERROR, Result.FAIL, Result.WAIVED, Result.PASS, Result.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """How one policy stands: repos by their worst result on it, and its findings that are not waived."""

    policy: Policy
    repos: Mapping[Result, int]
    findings: int

    @property
    def applicable(self) -> int:
        """How many repos it applies to."""
        return sum(count for result, count in self.repos.items() if result is not Result.NOT_APPLICABLE)


def levels(survey: Survey) -> dict[str, int]:
    """Return how many repos hold each level, `unknown` where an error or an unreadable repo hides it."""
    counted = Counter("unknown" if found.level is None else str(found.level) for found in survey.assessments)
    return {name: counted[name] for name in ("3", "2", "1", "0", "unknown")}


def stage_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings stand at each stage, and how many are waived."""
    counted = Counter("waived" if finding.waiver else str(finding.stage) for finding in findings)
    return {name: counted[name] for name in (*(str(stage) for stage in reversed(Stage)), "waived")}


def policy_rows(survey: Survey) -> tuple[PolicyRow, ...]:
    """Return how each policy stands, in the order of the policies."""
    worst: dict[str, Counter[Result]] = defaultdict(Counter)
    findings: Counter[str] = Counter()
    for assessment in survey.assessments:
        seen: dict[str, Result] = {}
        for result in assessment.results:
            before = seen.get(result.policy, Result.NOT_APPLICABLE)
            seen[result.policy] = min(before, result.result, key=_WORST_FIRST.index)
            findings[result.policy] += sum(not finding.waiver for finding in result.findings)
        for policy, verdict in seen.items():
            worst[policy][verdict] += 1
    return tuple(
        PolicyRow(policy=p, repos={r: worst[p.id][r] for r in Result}, findings=findings[p.id]) for p in survey.policies
    )


def fresh(survey: Survey) -> Survey:
    """Return the survey without what its baseline knows: what is left counts; levels stay what they are."""
    if survey.known is None:
        return survey
    assessments = (
        replace(found, results=tuple(_fresh(result, survey) for result in found.results))
        for found in survey.assessments
    )
    return replace(survey, assessments=tuple(assessments))


def _fresh(result: PolicyResult, survey: Survey) -> PolicyResult:
    left = tuple(finding for finding in result.findings if not survey.is_known(finding))
    if len(left) == len(result.findings):
        return result
    return replace(result, findings=left, result=result.result if left else Result.PASS)


def plural(count: int, word: str) -> str:
    """Return a count with its word: `1 repo`, `2 repos`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
