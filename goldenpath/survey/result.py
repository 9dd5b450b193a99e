"""What a survey finds: an assessment a repo, and the survey over all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from goldenpath.finding import Result, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from goldenpath.facts.model import Technology, Unreadable
    from goldenpath.finding import Finding
    from goldenpath.fleet.base import Problem
    from goldenpath.policy.base import Policy
    from goldenpath.policy.evaluate import PolicyResult
    from goldenpath.policy.waivers import Request, Waiver, WaiverNote
    from goldenpath.repo import Repo


class Status(StrEnum):
    """Whether a repo could be judged."""

    OK = "ok"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is found of one repo.

    `level` is 0 to 3, None where an error or an unreadable repo makes it unknown. `reason` says why it is unreadable.
    `unreadable` are its files that couldn't be read, `technologies` what it
    uses of the radar, where that was asked, `owners` whom it names as such.
    `requests` are the waivers that the repo asks for: listed, never honoured.
    """

    repo: Repo
    status: Status
    commit: str = ""
    level: int | None = None
    results: tuple[PolicyResult, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    technologies: tuple[Technology, ...] = ()
    owners: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    reason: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, waived ones too, the worst first."""
        found = [finding for result in self.results for finding in result.findings]
        return tuple(sorted(found, key=rank))

    @property
    def counts(self) -> Mapping[Result, int]:
        """How many policies came to each result (a policy counts once for each project that it judges)."""
        counted = Counter(result.result for result in self.results)
        return {result: counted[result] for result in Result}


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One run over a fleet: the standard it judged by, the date it judged for, and what it found, by repo id.

    `waivers` are those of the standard, for their reasons. `known` are the fingerprints of an earlier run that this one
    is held against, None where there is none: what was known counts for no exit code.
    """

    standard: str
    version: str
    ref: str | None
    as_of: date
    assessments: tuple[Assessment, ...]
    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...] = ()
    waiver_notes: tuple[WaiverNote, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    known: frozenset[str] | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every repo."""
        return tuple(finding for assessment in self.assessments for finding in assessment.findings)

    @property
    def unreadable(self) -> tuple[Assessment, ...]:
        """The repos that couldn't be judged."""
        return tuple(found for found in self.assessments if found.status is Status.UNREADABLE)

    def undecided(self, stage: Stage) -> tuple[Assessment, ...]:
        """Return the repos of which a policy at a stage or past it can't be said to pass or fail."""
        return tuple(
            found
            for found in self.assessments
            if any(row.result is Result.ERROR and row.stage.rank >= stage.rank for row in found.results)
        )

    def is_known(self, finding: Finding) -> bool:
        """Tell whether an earlier run, the baseline, had the finding already."""
        return self.known is not None and finding.fingerprint in self.known

    def counted(self, stage: Stage) -> tuple[Finding, ...]:
        """Return the findings that are the team's, new, not waived, and at a stage or past it."""
        found = (f for f in self.findings if f.result is Result.FAIL and f.stage.rank >= stage.rank)
        return tuple(finding for finding in found if not self.is_known(finding))


def rank(finding: Finding) -> tuple[bool, int, int, int, str, str, int, str]:
    """Return the order of findings: the team's before the blueprint's, blocking before warned, severe before slight.

    Then by level, policy and place.
    """
    return (
        finding.result is Result.BLUEPRINT,
        -finding.stage.rank,
        -finding.severity.rank,
        finding.level,
        finding.policy,
        finding.place.path,
        finding.place.line or 0,
        finding.subject,
    )
