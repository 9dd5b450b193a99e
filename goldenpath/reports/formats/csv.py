"""A table for a spreadsheet: a row a finding, and a row for what could not be judged.

No cell can be taken for a formula: one that begins like one is led by an apostrophe, also where a spreadsheet that
splits at semicolons would begin a cell.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from goldenpath._text import escape
from goldenpath.finding import Result
from goldenpath.reports.words import errors
from goldenpath.survey.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.finding import Finding
    from goldenpath.survey.result import Assessment, Survey

_COLUMNS = (
    "repo",
    "project",
    "result",
    "new",
    "stage",
    "severity",
    "capability",
    "level",
    "policy",
    "title",
    "path",
    "line",
    "subject",
    "found",
    "wanted",
    "remediation",
    "waiver",
    "blueprint",
    "owner",
    "fingerprint",
)
_FORMULA = re.compile(r'(^|;)([\s"\']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])')


def render(survey: Survey, *, width: int = 0, color: bool = False, every: bool = True) -> str:  # noqa: ARG001 - the seam's
    """Return the table with a head of column names."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    for row in _rows(survey):
        writer.writerow({name: _safe(value) for name, value in row.items()})
    return out.getvalue()


def _rows(survey: Survey) -> Iterator[dict[str, str]]:
    for problem in survey.problems:
        yield {"result": "unreadable", "path": problem.path, "found": problem.reason}
    for assessment in survey.assessments:
        yield from _not_judged(assessment)
        yield from (_finding(finding, survey) for finding in assessment.findings)


def _not_judged(assessment: Assessment) -> Iterator[dict[str, str]]:
    repo = {"repo": assessment.repo.id}
    if assessment.status is Status.UNREADABLE:
        yield {**repo, "result": "unreadable", "found": assessment.reason}
    for result in errors(assessment):
        yield {
            **repo,
            "project": result.project,
            "result": str(Result.ERROR),
            "stage": str(result.stage),
            "severity": str(result.severity),
            "capability": str(result.capability),
            "level": str(result.level),
            "policy": result.policy,
            "found": result.reason,
        }
    for file in assessment.unreadable:
        yield {
            **repo,
            "result": "unreadable",
            "path": file.path,
            "line": str(file.line or ""),
            "found": file.reason,
        }


def _finding(finding: Finding, survey: Survey) -> dict[str, str]:
    return {
        "repo": finding.repo,
        "project": finding.project,
        "result": str(finding.result),
        "new": "" if survey.known is None else "no" if survey.is_known(finding) else "yes",
        "stage": str(finding.stage),
        "severity": str(finding.severity),
        "capability": str(finding.capability),
        "level": str(finding.level),
        "policy": finding.policy,
        "title": finding.title,
        "path": finding.place.path,
        "line": str(finding.place.line or ""),
        "subject": finding.subject,
        "found": finding.found,
        "wanted": finding.wanted,
        "remediation": finding.remediation,
        "waiver": finding.waiver,
        "blueprint": finding.blueprint,
        "owner": finding.owner,
        "fingerprint": finding.fingerprint,
    }


def _safe(text: str) -> str:
    return _FORMULA.sub(r"\1'\2", escape(text))
