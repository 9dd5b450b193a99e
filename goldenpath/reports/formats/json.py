"""The report for programs: one JSON document, its shape published by `goldenpath drift --schema` and versioned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goldenpath import __version__
from goldenpath._text import json_text
from goldenpath.finding import Result
from goldenpath.reports.summary import blueprint_rows, levels, policy_rows, stage_counts

if TYPE_CHECKING:
    from goldenpath.finding import Finding
    from goldenpath.policy.waivers import Request
    from goldenpath.reports.summary import BlueprintRow
    from goldenpath.survey.result import Assessment, Survey

SCHEMA_VERSION = 1


def render(survey: Survey, *, width: int = 0, color: bool = False, every: bool = True) -> str:  # noqa: ARG001 - the seam's
    """Return the survey as JSON, sorted, without a time of its own: the same input gives the same bytes."""
    return json_text(document(survey))


def document(survey: Survey) -> dict[str, Any]:
    """Return the survey as plain values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "goldenpath", "version": __version__},
        "standard": {"name": survey.standard, "version": survey.version, "ref": survey.ref},
        "as_of": survey.as_of.isoformat(),
        "summary": _summary(survey),
        "repos": [_repo(assessment, survey) for assessment in survey.assessments],
        "problems": [{"path": problem.path, "reason": problem.reason} for problem in survey.problems],
        "waivers": [_waiver(note) for note in survey.waiver_notes],
    }


def _summary(survey: Survey) -> dict[str, Any]:
    return {
        "repos": len(survey.assessments),
        "unreadable": len(survey.unreadable),
        "levels": levels(survey),
        "findings": stage_counts(survey.findings),
        "blueprints": [_blueprint(row) for row in blueprint_rows(survey)],
        "policies": [
            {
                "id": row.policy.id,
                "title": row.policy.title,
                "capability": str(row.policy.capability),
                "level": row.policy.level,
                "severity": str(row.policy.severity),
                "stage": str(row.policy.stage(survey.as_of)),
                "repos": {_key(result): row.repos[result] for result in Result},
                "findings": row.findings,
            }
            for row in policy_rows(survey)
        ],
    }


def _blueprint(row: BlueprintRow) -> dict[str, Any]:
    return {
        "blueprint": row.blueprint,
        "owner": row.owner or None,
        "policy": row.policy,
        "path": row.place.path,
        "line": row.place.line,
        "found": row.found,
        "wanted": row.wanted,
        "repos": list(row.repos),
    }


def _repo(assessment: Assessment, survey: Survey) -> dict[str, Any]:
    results = assessment.results
    return {
        "id": assessment.repo.id,
        "name": assessment.repo.name,
        "path": assessment.repo.path,
        "commit": assessment.commit or None,
        "owners": list(assessment.owners),
        "status": str(assessment.status),
        "reason": assessment.reason or None,
        "level": assessment.level,
        "counts": {
            "results": {_key(result): count for result, count in assessment.counts.items()},
            "findings": stage_counts(assessment.findings),
        },
        "findings": [_finding(finding, survey) for finding in assessment.findings],
        "errors": [
            {"policy": result.policy, "project": result.project, "reason": result.reason}
            for result in results
            if result.result is Result.ERROR
        ],
        "unreadable": [{"path": file.path, "line": file.line, "reason": file.reason} for file in assessment.unreadable],
        "waiver_requests": [_request(request) for request in assessment.requests],
    }


def _request(request: Request) -> dict[str, Any]:
    waiver = request.waiver
    asked = ("policy", "path", "owner", "reason", "ticket")
    said: dict[str, Any] = {name: getattr(waiver, name) if waiver else None for name in asked}
    return {**said, "expires": waiver.expires.isoformat() if waiver else None, "problem": request.problem or None}


def _finding(finding: Finding, survey: Survey) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "policy": finding.policy,
        "title": finding.title,
        "capability": str(finding.capability),
        "level": finding.level,
        "severity": str(finding.severity),
        "stage": str(finding.stage),
        "result": _key(finding.result),
        "project": finding.project,
        "path": finding.place.path,
        "line": finding.place.line,
        "subject": finding.subject,
        "found": finding.found,
        "wanted": finding.wanted,
        "remediation": finding.remediation or None,
        "waiver": finding.waiver or None,
        "blueprint": finding.blueprint or None,
        "owner": finding.owner or None,
        **({} if survey.known is None else {"known": survey.is_known(finding)}),
    }


def _waiver(note: Any) -> dict[str, Any]:
    waiver = note.waiver
    return {
        "state": str(note.state),
        "days": note.days,
        "policy": waiver.policy,
        "repo": waiver.repo,
        "path": waiver.path,
        "owner": waiver.owner,
        "ticket": waiver.ticket,
        "expires": waiver.expires.isoformat(),
        "origin": waiver.origin,
    }


def _key(result: Result) -> str:
    return str(result).replace(" ", "_")
