"""What reports count in a survey; the same figures in every format."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goldenpath.finding import Place, Result, Stage
from goldenpath.policy.evaluate import worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from goldenpath.finding import Finding
    from goldenpath.policy.base import Policy
    from goldenpath.policy.evaluate import PolicyResult
    from goldenpath.survey.result import Survey

_WORST_FIRST = (
    Result.ERROR,
    Result.FAIL,
    Result.BLUEPRINT,
    Result.WAIVED,
    Result.PASS,
    Result.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """How one policy stands: repos by their worst result on it, and its open findings of their teams."""

    policy: Policy
    repos: Mapping[Result, int]
    findings: int

    @property
    def applicable(self) -> int:
        """How many repos it applies to."""
        return sum(count for result, count in self.repos.items() if result is not Result.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintRow:
    """What of a blueprint fails: a policy at a place of its road, and the ids of the repos that have it so.

    `place` is relative to the project, `owner` is whom the blueprint names as its owner.
    """

    blueprint: str
    owner: str
    policy: str
    place: Place
    found: str
    wanted: str
    repos: tuple[str, ...]


def levels(survey: Survey) -> dict[str, int]:
    """Return how many repos hold each level, `unknown` where an error or an unreadable repo hides it."""
    counted = Counter("unknown" if found.level is None else str(found.level) for found in survey.assessments)
    return {name: counted[name] for name in ("3", "2", "1", "0", "unknown")}


def stage_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings of the team stand at each stage, how many are waived, and how many the blueprint's."""
    counted = Counter(
        str(finding.stage) if finding.result is Result.FAIL else str(finding.result) for finding in findings
    )
    stages = (str(stage) for stage in reversed(Stage))
    return {name: counted[name] for name in (*stages, str(Result.WAIVED), str(Result.BLUEPRINT))}


def counted(counts: Mapping[str, int]) -> list[str]:
    """Return the counts that aren't zero as words."""
    words = {str(Result.BLUEPRINT): "the blueprint's"}
    return [f"{count} {words.get(name, name)}" for name, count in counts.items() if count]


def blueprint_rows(survey: Survey) -> tuple[BlueprintRow, ...]:
    """Return what the blueprints of a fleet must mend, by blueprint, policy and place."""
    found: dict[tuple[str, str, str, str, str], list[Finding]] = defaultdict(list)
    for finding in survey.findings:
        if finding.result is Result.BLUEPRINT:
            path = finding.place.path.removeprefix(f"{finding.project}/" if finding.project else "")
            found[finding.blueprint, finding.owner, finding.policy, path, finding.subject].append(finding)
    return tuple(
        BlueprintRow(
            blueprint=blueprint,
            owner=owner,
            policy=policy,
            place=Place(path=path, line=findings[0].place.line),
            found=findings[0].found,
            wanted=findings[0].wanted,
            repos=tuple(sorted({finding.repo for finding in findings})),
        )
        for (blueprint, owner, policy, path, _), findings in sorted(found.items())
    )


def policy_rows(survey: Survey) -> tuple[PolicyRow, ...]:
    """Return how each policy stands, in the order of the policies."""
    worst: dict[str, Counter[Result]] = defaultdict(Counter)
    findings: Counter[str] = Counter()
    for assessment in survey.assessments:
        seen: dict[str, Result] = {}
        for result in assessment.results:
            before = seen.get(result.policy, Result.NOT_APPLICABLE)
            seen[result.policy] = min(before, result.result, key=_WORST_FIRST.index)
            findings[result.policy] += sum(finding.result is Result.FAIL for finding in result.findings)
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
    return replace(result, findings=left, result=worst(left) if left else Result.PASS)


def plural(count: int, word: str) -> str:
    """Return a count with its word: `1 repo`, `2 repos`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
