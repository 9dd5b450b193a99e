"""How reports put a judgement into words; the same in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.finding import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.finding import Finding
    from goldenpath.policy.evaluate import PolicyResult
    from goldenpath.survey.result import Assessment, Survey


def sentence(finding: Finding) -> str:
    """Return what was found and what is wanted."""
    return f"found {finding.found}, want {finding.wanted}" if finding.wanted else f"found {finding.found}"


def whose(finding: Finding) -> str:
    """Return whose a finding of the blueprint is, and whom to tell."""
    return f"the blueprint's, not yours: tell {finding.owner}" if finding.owner else "the blueprint's, not yours"


def justification(survey: Survey, finding: Finding) -> str:
    """Return why a finding is waived: the ticket, with owner, reason and end where the standard's waiver is at hand."""
    for waiver in survey.waivers:
        if (waiver.policy, waiver.ticket) == (finding.policy, finding.waiver):
            return f"{waiver.ticket}, until {waiver.expires}, accepted by {waiver.owner}: {waiver.reason}"
    return finding.waiver


def errors(assessment: Assessment) -> Iterator[PolicyResult]:
    """Yield the policies that could not be judged."""
    return (result for result in assessment.results if result.result is Result.ERROR)
