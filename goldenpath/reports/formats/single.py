"""The terminal report of one repo: every finding with its place, what is wanted and how to mend it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from goldenpath._text import escape
from goldenpath.finding import Result
from goldenpath.reports.summary import stage_counts

if TYPE_CHECKING:
    from rich.console import Console

    from goldenpath.finding import Finding
    from goldenpath.survey.result import Assessment, Survey

_PLACES = 5
_STYLES = {"block": "bold red", "warn": "yellow", "audit": "cyan", "planned": "dim"}


def findings_of(out: Console, assessment: Assessment, survey: Survey) -> None:
    """Print what was found of one repo."""
    remedies = {policy.id: policy.remediation.text for policy in survey.policies}
    open_findings = [finding for finding in assessment.findings if not finding.waiver]
    for policy, group in groupby(open_findings, key=lambda finding: finding.policy):
        _policy(out, list(group), remedies.get(policy, ""))
    _errors(out, assessment)
    _unreadable(out, assessment)
    out.print()
    out.print(_verdict(assessment))


def _policy(out: Console, findings: list[Finding], remedy: str) -> None:
    first = findings[0]
    line = Text()
    line.append(f"{first.stage!s:<7}", _STYLES[first.stage])
    line.append(f" {first.policy}", "bold")
    line.append(f"  {escape(first.title)} (level {first.level}, {first.severity})")
    out.print()
    out.print(line)
    for finding in findings[:_PLACES]:
        place = Text(escape(str(finding.place)), "cyan")
        said = Text(f": {escape(finding.found)}")
        said.append(f", want {escape(finding.wanted)}" if finding.wanted else "", "green")
        out.print(Padding(place.append_text(said), (0, 0, 0, 8)))
    if len(findings) > _PLACES:
        out.print(Padding(Text(f"and {len(findings) - _PLACES} more places", "dim"), (0, 0, 0, 8)))
    if remedy:
        out.print(Padding(Text(f"-> {escape(remedy)}"), (0, 0, 0, 8)))


def _errors(out: Console, assessment: Assessment) -> None:
    for result in assessment.results:
        if result.result is Result.ERROR:
            out.print()
            out.print(Text("error  ", "bold red"), Text(f" {result.policy}  {escape(result.reason)}"), sep="")


def _unreadable(out: Console, assessment: Assessment) -> None:
    if not assessment.unreadable:
        return
    out.print()
    out.print(Text(f"{len(assessment.unreadable)} files could not be read:", "bold"))
    for file in assessment.unreadable[:_PLACES]:
        place = f"{file.path}:{file.line}" if file.line else file.path
        out.print(Padding(Text(f"{escape(place)}: {escape(file.reason)}"), (0, 0, 0, 8)))
    if len(assessment.unreadable) > _PLACES:
        out.print(Padding(Text(f"and {len(assessment.unreadable) - _PLACES} more", "dim"), (0, 0, 0, 8)))


def _verdict(assessment: Assessment) -> Text:
    counts = stage_counts(assessment.findings)
    level = "its level is unknown" if assessment.level is None else f"level {assessment.level} of 3"
    passed = assessment.counts[Result.PASS]
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to do"
    style = "bold red" if counts["block"] else "bold yellow" if counts["warn"] else "bold green"
    return Text(f"{escape(assessment.repo.id)}: {level}; {passed} policies pass; {said}", style)
