"""Annotations for a GitHub workflow: `::error file=...,line=...::message`, a line each, the worst first.

Blocking findings are errors, warned ones warnings, audited ones and the blueprint's notices; what is waived, known or
only planned is left out. Places are given for a survey of one repo: those of a fleet lead nowhere in the workflow's own
checkout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath._text import escape
from goldenpath.finding import Result, Stage
from goldenpath.reports.words import errors, sentence, whose
from goldenpath.survey.result import Status, rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.finding import Finding
    from goldenpath.survey.result import Assessment, Survey

_COMMANDS = {Stage.BLOCK: "error", Stage.WARN: "warning", Stage.AUDIT: "notice"}


def render(survey: Survey, *, width: int = 0, color: bool = False, every: bool = True) -> str:  # noqa: ARG001 - the seam's
    """Return a line for each thing that somebody must look at."""
    alone = len(survey.assessments) == 1
    lines = [_command("error", f"{problem.path}: {problem.reason}") for problem in survey.problems]
    for assessment in survey.assessments:
        lines.extend(_not_judged(assessment, alone=alone))
    lines.extend(_annotation(finding, alone=alone) for finding in sorted(_open(survey), key=rank))
    return "".join(f"{line}\n" for line in lines)


def _open(survey: Survey) -> Iterator[Finding]:
    return (f for f in survey.findings if f.stage in _COMMANDS and not f.waiver and not survey.is_known(f))


def _not_judged(assessment: Assessment, *, alone: bool) -> Iterator[str]:
    name = "" if alone else f"{assessment.repo.id}: "
    if assessment.status is Status.UNREADABLE:
        yield _command("error", f"{assessment.repo.id} is unreadable: {assessment.reason}")
    for result in errors(assessment):
        yield _command("error", f"{name}could not be judged: {result.reason}", title=result.policy)
    for file in assessment.unreadable:
        place = {"file": file.path, "line": str(file.line or 1)} if alone else {}
        yield _command("warning", f"{name}{file.path} can't be read: {file.reason}", **place)


def _annotation(finding: Finding, *, alone: bool) -> str:
    said = f"{finding.title}: {sentence(finding)}"
    command = _COMMANDS[finding.stage]
    if finding.result is Result.BLUEPRINT:
        command = "notice"
        said += f" ({whose(finding)})"
    elif finding.remediation:
        said += f". {finding.remediation}"
    if not alone:
        said = f"{finding.repo}: {finding.place}: {said}"
        return _command(command, said, title=finding.policy)
    whole = finding.place.path in {"", "."}  # of the repo as a whole: a folder takes no annotation
    place = {} if whole else {"file": finding.place.path, "line": str(finding.place.line or 1)}
    return _command(command, said, title=finding.policy, **place)


def _command(name: str, message: str, **properties: str) -> str:
    """Return a workflow command; a property may hold neither `:` nor `,`, and nothing may end the line."""
    given = ",".join(
        f"{key}={_data(properties[key]).replace(':', '%3A').replace(',', '%2C')}"
        for key in ("file", "line", "title")
        if key in properties
    )
    return f"::{name} {given}::{_data(message)}" if given else f"::{name}::{_data(message)}"


def _data(text: str) -> str:
    return escape(text).replace("%", "%25")
