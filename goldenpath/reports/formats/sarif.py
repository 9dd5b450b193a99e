"""SARIF 2.1.0, for code scanning: a run a repo, with the rules that its results name.

The level follows the stage: block is an error, warn a warning, audit a note; what is only planned, or the blueprint's,
is told for information. A waived finding carries its waiver as a suppression, a finding of the baseline its state. What
could not be judged or read is a notification of the run's invocation, which then says that it was not successful.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from goldenpath import __version__
from goldenpath._text import escape, json_text
from goldenpath.finding import Capability, Result, Severity, Stage
from goldenpath.reports.words import errors, justification, whose
from goldenpath.survey.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.finding import Finding
    from goldenpath.policy.base import Policy
    from goldenpath.survey.result import Assessment, Survey

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://goldenpath.invalid/"
_LEVELS = {Stage.BLOCK: "error", Stage.WARN: "warning", Stage.AUDIT: "note"}
_SCORES = {Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}


def render(survey: Survey, *, width: int = 0, color: bool = False, every: bool = True) -> str:  # noqa: ARG001 - the seam's
    """Return the log, without a time of its own."""
    policies = {policy.id: policy for policy in survey.policies}
    runs = [_run(assessment, survey, policies) for assessment in survey.assessments]
    if survey.problems:
        notes = [_notification(f"{problem.path}: {problem.reason}", "error") for problem in survey.problems]
        runs.append(_shell("fleet", survey, rules=(), results=[], notes=notes))
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": runs})


def _run(assessment: Assessment, survey: Survey, policies: dict[str, Policy]) -> dict[str, Any]:
    findings = assessment.findings
    failed = {finding.policy for finding in findings} | {result.policy for result in errors(assessment)}
    rules = tuple(policies[name] for name in sorted(failed) if name in policies)
    index = {policy.id: number for number, policy in enumerate(rules)}
    results = [_result(finding, survey, index) for finding in findings]
    return _shell(assessment.repo.id, survey, rules=rules, results=results, notes=list(_notes(assessment, index)))


def _shell(
    name: str, survey: Survey, *, rules: Iterable[Policy], results: list[Any], notes: list[Any]
) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": not any(note["level"] == "error" for note in notes)}
    if notes:
        invocation["toolExecutionNotifications"] = notes
    driver = {
        "name": "goldenpath",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": [_rule(policy, survey) for policy in rules],
    }
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"goldenpath/{escape(name)}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": f"The root of the repo {escape(name)}."}}},
        "invocations": [invocation],
        "results": results,
        "properties": {
            "standard": survey.standard,
            "standardVersion": survey.version,
            "asOf": survey.as_of.isoformat(),
        },
    }


def _rule(policy: Policy, survey: Survey) -> dict[str, Any]:
    text, markdown = _help(policy)
    stage = policy.stage(survey.as_of)
    tags = [str(policy.capability), f"level-{policy.level}"]
    properties: dict[str, Any] = {"tags": tags, "problem.severity": _LEVELS.get(stage, "note")}
    if policy.capability is Capability.SECURITY:
        properties["security-severity"] = _SCORES[policy.severity]
    return {
        "id": policy.id,
        "name": _name(policy.id),
        "shortDescription": {"text": _stopped(policy.title)},
        "fullDescription": {"text": _stopped(" ".join(policy.rationale.split()))},
        "help": {"text": text, "markdown": markdown},
        "helpUri": next((uri for uri in policy.references if uri.startswith("https://")), HOME),
        "messageStrings": {
            "default": {"text": "'{0}' was found, wanted is '{1}'."},
            "blueprint": {"text": "'{0}' was found, wanted is '{1}'. This is {2}."},
        },
        "defaultConfiguration": {"level": _LEVELS.get(stage, "none")},
        "properties": {**properties, "severity": str(policy.severity), "stage": str(stage)},
    }


def _name(policy: str) -> str:
    """Return a rule's name, which must not be its id in other letters."""
    words = policy.split("-")
    return "".join(word.capitalize() for word in (words if len(words) > 1 else (*words, "policy")))


def _help(policy: Policy) -> tuple[str, str]:
    """Return a rule's help as plain text and as Markdown."""
    remedy = policy.remediation
    plain = [" ".join(part.split()) for part in (policy.rationale, remedy.text) if part]
    marked = list(plain)
    for name, example in (("Before", remedy.before), ("After", remedy.after)):
        if example:
            plain.append(f"{name}:\n{example.rstrip()}")
            marked.append(f"{name}:\n\n````\n{example.rstrip()}\n````")
    marked.extend(f"<{reference}>" for reference in policy.references)
    plain.extend(policy.references)
    return "\n\n".join(plain), "\n\n".join(marked)


def _result(finding: Finding, survey: Survey, index: dict[str, int]) -> dict[str, Any]:
    found, wanted = _words(finding.found), _words(finding.wanted or finding.title)
    theirs = finding.result is Result.BLUEPRINT
    planned = theirs or finding.stage is Stage.PLANNED
    result: dict[str, Any] = {
        "ruleId": finding.policy,
        **({"ruleIndex": index[finding.policy]} if finding.policy in index else {}),
        "kind": "informational" if planned else "fail",
        "level": "none" if planned else _LEVELS[finding.stage],
        "message": _message(found, wanted, _words(whose(finding)) if theirs else ""),
        "locations": [_location(finding.place.path, finding.place.line)],
        "partialFingerprints": {"goldenpath/v1": finding.fingerprint},
        "properties": {
            "stage": str(finding.stage),
            "severity": str(finding.severity),
            "project": finding.project,
            "subject": finding.subject,
            **({"blueprint": finding.blueprint, "owner": finding.owner} if finding.blueprint else {}),
        },
    }
    if survey.known is not None:
        result["baselineState"] = "unchanged" if survey.is_known(finding) else "new"
    result["suppressions"] = [_suppression(finding, survey)] if finding.waiver else []
    return result


def _message(found: str, wanted: str, theirs: str) -> dict[str, Any]:
    text = f"'{found}' was found, wanted is '{wanted}'."
    if not theirs:
        return {"id": "default", "text": text, "arguments": [found, wanted]}
    return {"id": "blueprint", "text": f"{text} This is {theirs}.", "arguments": [found, wanted, theirs]}


def _suppression(finding: Finding, survey: Survey) -> dict[str, Any]:
    return {"kind": "external", "status": "accepted", "justification": escape(justification(survey, finding))}


def _location(path: str, line: int | None) -> dict[str, Any]:
    # Viewers want a region, also of a file that is to be made: its first line.
    artifact = {"uri": quote(path.encode("utf-8", "surrogatepass")), "uriBaseId": "SRCROOT"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line or 1}}}


def _notes(assessment: Assessment, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    if assessment.status is Status.UNREADABLE:
        yield _notification(f"The repo is unreadable: {assessment.reason}", "error")
    for result in errors(assessment):
        note = _notification(f"{result.policy} could not be judged: {result.reason}", "error")
        rule = {"id": result.policy, **({"index": index[result.policy]} if result.policy in index else {})}
        yield {**note, "associatedRule": rule}
    for file in assessment.unreadable:
        note = _notification(f"A file can't be read: {file.reason}", "warning")
        yield {**note, "locations": [_location(file.path, file.line)]}


def _notification(text: str, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _stopped(_words(text))}}


def _words(text: str) -> str:
    """Return a text of others on one line, in which no viewer sees a link."""
    return escape(text).replace("](", "] (")


def _stopped(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
