"""The Code Quality report of GitLab: a JSON list that a merge request shows beside the changed lines.

What is waived, known or only planned is left out. Paths of a fleet begin with the repo's id.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from goldenpath._text import json_text
from goldenpath.finding import Result, Severity, Stage
from goldenpath.reports.words import errors, sentence, whose
from goldenpath.survey.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.finding import Finding
    from goldenpath.survey.result import Assessment, Survey

_SEVERITIES = {
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def render(survey: Survey, *, width: int = 0, color: bool = False, every: bool = True) -> str:  # noqa: ARG001 - the seam's
    """Return the findings and what could not be judged."""
    alone = len(survey.assessments) == 1
    items = [_error("unreadable", problem.path, problem.path, problem.reason) for problem in survey.problems]
    for assessment in survey.assessments:
        folder = "" if alone else f"{assessment.repo.id}/"
        items.extend(_not_judged(assessment, folder))
        items.extend(
            _finding(finding, folder)
            for finding in assessment.findings
            if not finding.waiver and finding.stage is not Stage.PLANNED and not survey.is_known(finding)
        )
    return json_text(items)


def _finding(finding: Finding, folder: str) -> dict[str, Any]:
    theirs = finding.result is Result.BLUEPRINT
    return {
        "description": f"{finding.title}: {sentence(finding)}" + (f" ({whose(finding)})" if theirs else ""),
        "check_name": finding.policy,
        "fingerprint": finding.fingerprint,
        "severity": "info" if theirs or finding.stage is Stage.AUDIT else _SEVERITIES[finding.severity],
        "location": {"path": f"{folder}{finding.place.path}", "lines": {"begin": finding.place.line or 1}},
    }


def _not_judged(assessment: Assessment, folder: str) -> Iterator[dict[str, Any]]:
    repo = assessment.repo.id
    if assessment.status is Status.UNREADABLE:
        yield _error("unreadable", repo, f"{folder}.", assessment.reason)
    for result in errors(assessment):
        path = f"{folder}{result.project or '.'}"
        yield _error(result.policy, f"{repo}\0{result.project}", path, f"could not be judged: {result.reason}")
    for file in assessment.unreadable:
        key = f"{repo}\0{file.path}\0{file.line}\0{file.reason}"
        yield _error("unreadable", key, f"{folder}{file.path}", f"can't be read: {file.reason}", file.line)


def _error(name: str, key: str, path: str, reason: str, line: int | None = None) -> dict[str, Any]:
    text = f"{name}\0{key}".encode("utf-8", "surrogatepass")
    return {
        "description": reason,
        "check_name": name,
        "fingerprint": hashlib.sha256(text).hexdigest()[:32],
        "severity": "major",
        "location": {"path": path, "lines": {"begin": line or 1}},
    }
