"""The terminal report of one repo: every finding with its place, what is wanted and how to mend it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from goldenpath._text import escape
from goldenpath.finding import Result
from goldenpath.reports.summary import counted, plural, stage_counts
from goldenpath.reports.words import whose

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from goldenpath.finding import Finding
    from goldenpath.policy.base import Policy
    from goldenpath.survey.result import Assessment, Survey

_PLACES = 5
_INDENT = " " * 8
STYLES = {"block": "bold red", "warn": "yellow", "audit": "cyan", "planned": "dim"}


def findings_of(out: Console, assessment: Assessment, survey: Survey, *, every: bool) -> None:
    """Print what was found of one repo; `every` place of a policy instead of the first few."""
    policies = {policy.id: policy for policy in survey.policies}
    most = None if every else _PLACES
    waits = [finding for finding in assessment.findings if finding.result is Result.FAIL]
    open_findings = [finding for finding in waits if every or not survey.is_known(finding)]
    for name, group in groupby(open_findings, key=lambda finding: finding.policy):
        _policy(out, list(group), policies.get(name), survey, most)
    _blueprint(out, [finding for finding in assessment.findings if finding.result is Result.BLUEPRINT], most)
    _errors(out, assessment)
    _unreadable(out, assessment, most)
    out.print()
    out.print(_verdict(assessment, survey))
    if survey.known is not None:
        known = sum(survey.is_known(finding) for finding in waits)
        out.print(Text(f"{plural(known, 'finding')} known from the baseline; {len(waits) - known} new", "bold"))
    if open_findings:
        out.print(Text("`goldenpath policy explain ID` says why, and shows before and after.", "dim"))


def hanging(lead: str, text: Text, style: str = "") -> Table:
    """Return a text whose further lines are indented as far as its lead."""
    table = Table.grid(padding=0)
    table.add_column(no_wrap=True, width=len(lead))
    table.add_column(overflow="fold")
    table.add_row(Text(lead, style), text)
    return table


def _policy(out: Console, findings: list[Finding], policy: Policy | None, survey: Survey, most: int | None) -> None:
    first = findings[0]
    line = Text(first.policy, "bold")
    line.append(
        f"  {escape(first.title)} (level {first.level}, {first.severity}{_next(policy, survey.as_of)})", "not bold"
    )
    out.print()
    out.print(hanging(f"{first.stage!s:<8}", line, STYLES[first.stage]))
    for finding in findings[:most]:
        out.print(hanging(_INDENT, _said(finding, known=survey.is_known(finding))))
    if len(findings) > len(findings[:most]):
        out.print(Text(f"{_INDENT}and {plural(len(findings) - _PLACES, 'more place')}: --all", "dim"))
    remedy = escape(" ".join(policy.remediation.text.split())) if policy else ""
    if remedy:
        out.print(hanging(f"{_INDENT}-> ", Text(remedy)))


def _blueprint(out: Console, findings: list[Finding], most: int | None) -> None:
    """Print what the team can't mend, since the blueprint brought it."""
    for said in sorted({(finding.blueprint, whose(finding)) for finding in findings}):
        every = [finding for finding in findings if (finding.blueprint, whose(finding)) == said]
        line = Text(escape(said[0]), "bold")
        line.append(f"  {escape(said[1])}", "not bold")
        out.print()
        out.print(hanging("road    ", line, "dim"))
        for finding in every[:most]:
            text = _said(finding, known=False)
            text.append(f" ({finding.policy}, {finding.stage})", "dim")
            out.print(hanging(_INDENT, text))
        if len(every) > len(every[:most]):
            out.print(Text(f"{_INDENT}and {plural(len(every) - _PLACES, 'more place')}: --all", "dim"))


def _said(finding: Finding, *, known: bool) -> Text:
    """Return where a finding is, what was found and what is wanted; the repo as a whole is no place."""
    whole = finding.place.path in {"", "."}
    said = Text()
    said.append("" if whole else f"{escape(str(finding.place))}: ", "cyan")
    said.append(escape(finding.found))
    said.append(f", want {escape(finding.wanted)}" if finding.wanted else "", "green")
    said.append(" (known)" if known else "", "dim")
    return said


def _next(policy: Policy | None, as_of: date) -> str:
    """Return the next step of a policy's enforcement, where one is still to come."""
    if policy is None:
        return ""
    dates = policy.enforcement
    steps = (("audited", dates.audit), ("warns", dates.warn), ("blocks", dates.block))
    coming = [(day, word) for word, day in steps if day is not None and day > as_of]
    return f"; {min(coming)[1]} from {min(coming)[0]}" if coming else ""


def _errors(out: Console, assessment: Assessment) -> None:
    for result in assessment.results:
        if result.result is Result.ERROR:
            out.print()
            line = Text(result.policy, "bold")
            line.append(f"  {escape(result.reason)}", "not bold")
            out.print(hanging("error   ", line, "bold red"))


def _unreadable(out: Console, assessment: Assessment, most: int | None) -> None:
    if not assessment.unreadable:
        return
    out.print()
    out.print(Text(f"{plural(len(assessment.unreadable), 'file')} could not be read:", "bold"))
    shown = assessment.unreadable[:most]
    for file in shown:
        place = f"{file.path}:{file.line}" if file.line else file.path
        out.print(hanging(_INDENT, Text(f"{escape(place)}: {escape(file.reason)}")))
    if len(assessment.unreadable) > len(shown):
        out.print(Text(f"{_INDENT}and {len(assessment.unreadable) - len(shown)} more: --all", "dim"))


def _verdict(assessment: Assessment, survey: Survey) -> Text:
    counts = stage_counts(finding for finding in assessment.findings if not survey.is_known(finding))
    level = "its level is unknown" if assessment.level is None else f"level {assessment.level} of 3"
    passed = assessment.counts[Result.PASS]
    errors = assessment.counts[Result.ERROR]
    told = counted(counts)
    told += [plural(errors, "error")] if errors else []
    said = ", ".join(told) or "nothing to do"
    style = "bold red" if counts["block"] or errors else "bold yellow" if counts["warn"] else "bold green"
    return Text(f"{escape(assessment.repo.id)}: {level}; {plural(passed, 'check')} passed; {said}", style)
