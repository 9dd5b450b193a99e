"""The report for a person with five minutes: where the fleet stands, what is worst, what to do first."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from goldenpath._text import escape
from goldenpath.finding import Result, Stage
from goldenpath.reports.formats.single import STYLES, findings_of, hanging
from goldenpath.reports.summary import PolicyRow, blueprint_rows, fresh, levels, plural, policy_rows, stage_counts
from goldenpath.survey.result import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.survey.result import Assessment, Survey

_REPOS = 40
_POLICIES = 10
_FIRST = 3
_WIDE = 100  # where a title fits beside an id


def render(survey: Survey, *, width: int, color: bool, every: bool) -> str:
    """Return the report in `width` columns; `every` repo and policy instead of the worst ones."""
    out = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        _environ={},  # a report is a function of its arguments
    )
    _head(out, survey)
    if len(survey.assessments) == 1 and survey.assessments[0].status is Status.OK:
        findings_of(out, survey.assessments[0], survey, every=every)
    elif survey.assessments:
        new = fresh(survey)
        _fleet(out, survey, new)
        _worst_policies(out, new, every=every)
        _repos(out, new, every=every)
        _blueprints(out, new, every=every)
        _first(out, new)
    else:
        out.print()
        out.print(Text("No repos were found, so nothing was judged.", "bold"))
    _notes(out, survey)
    text: str = out.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _head(out: Console, survey: Survey) -> None:
    ref = f" ({survey.ref})" if survey.ref else ""
    out.print(
        Text(f"Standard {escape(survey.standard)} {escape(survey.version)}{escape(ref)}, as of {survey.as_of}", "dim")
    )


def _fleet(out: Console, survey: Survey, new: Survey) -> None:
    total = len(survey.assessments)
    held = levels(survey)
    stood = ", ".join(f"{count} at level {name}" for name, count in held.items() if name != "unknown")
    unknown = f", {held['unknown']} unknown" if held["unknown"] else ""
    out.print()
    out.print(Text(f"{plural(total, 'repo')}: {stood}{unknown}", "bold"))
    counts = stage_counts(new.findings)
    line = Text("Findings: " if survey.known is None else "New findings: ")
    for number, name in enumerate(("block", "warn", "audit", "planned", "waived")):
        line.append(", " if number else "")
        line.append(f"{counts[name]} {name}", STYLES.get(name, "") if counts[name] else "dim")
    line.append(f", {counts['blueprint']} the blueprints'" if counts["blueprint"] else "")
    out.print(line)
    if survey.known is not None:
        known = len(survey.findings) - len(new.findings)
        out.print(Text(f"{plural(known, 'finding')} known from the baseline, counted nowhere below", "bold"))


def _worst_policies(out: Console, survey: Survey, *, every: bool) -> None:
    rows = [row for row in policy_rows(survey) if row.findings or row.repos[Result.ERROR]]
    rows.sort(key=lambda row: _badness(row, survey))
    if not rows:
        return
    shown = rows if every else rows[:_POLICIES]
    out.print()
    table = _table("Worst policies")
    table.add_column("Policy", no_wrap=True, overflow="ellipsis", ratio=3)
    if out.width >= _WIDE:
        table.add_column("What it asks", no_wrap=True, overflow="ellipsis", ratio=4)
    for name in ("Stage", "Severity"):
        table.add_column(name, no_wrap=True)
    table.add_column("Repos", justify="right", no_wrap=True)
    table.add_column("Findings", justify="right", no_wrap=True)
    for row in shown:
        stage = str(row.policy.stage(survey.as_of))
        cells = [Text(row.policy.id), Text(escape(row.policy.title))] if out.width >= _WIDE else [Text(row.policy.id)]
        failing = row.repos[Result.FAIL] + row.repos[Result.ERROR]
        cells += [Text(stage, STYLES[stage]), Text(str(row.policy.severity))]
        table.add_row(*cells, f"{failing} of {row.applicable}", str(row.findings))
    out.print(table)
    if len(rows) > len(shown):
        out.print(Text(f"and {len(rows) - len(shown)} more policies with findings: --all", "dim"))


def _badness(row: PolicyRow, survey: Survey) -> tuple[int, int, int, str]:
    policy = row.policy
    failing = row.repos[Result.FAIL] + row.repos[Result.ERROR]
    return (-policy.stage(survey.as_of).rank, -policy.severity.rank, -failing, policy.id)


def _repos(out: Console, survey: Survey, *, every: bool) -> None:
    rows = sorted(survey.assessments, key=_standing)
    shown = rows if every else rows[:_REPOS]
    remedies = {policy.id: policy.remediation.text or policy.title for policy in survey.policies}
    out.print()
    table = _table("Repos, the worst first")
    wide = out.width >= _WIDE
    longest = max((cell_len(escape(assessment.repo.id)) for assessment in shown), default=0)
    names = max(4, min(longest, out.width * 2 // 5 if wide else out.width // 3))
    table.add_column("Repo", no_wrap=True, width=names)
    for name in ("Level", "Block", "Warn", "Audit"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("First", no_wrap=True, overflow="ellipsis", ratio=1)
    for assessment in shown:
        table.add_row(Text(_ending(escape(assessment.repo.id), names)), *_repo_row(assessment, remedies, wide=wide))
    out.print(table)
    if len(rows) > len(shown):
        out.print(Text(f"and {len(rows) - len(shown)} more repos: --all", "dim"))


def _ending(text: str, width: int) -> str:
    """Return as much of the end of a text as fits: what tells repos of one host apart stands there."""
    if cell_len(text) <= width:
        return text
    while cell_len(text) > width - 1:
        text = text[1:]
    return f"…{text}"


def _repo_row(assessment: Assessment, remedies: Mapping[str, str], *, wide: bool) -> list[Text]:
    if assessment.status is Status.UNREADABLE:
        return [Text("?", "bold red"), *[Text("")] * 3, Text(f"unreadable: {escape(assessment.reason)}", "red")]
    counts = stage_counts(assessment.findings)
    level = "?" if assessment.level is None else str(assessment.level)
    cells = [
        Text(str(counts[stage]), STYLES[stage] if counts[stage] else "dim") for stage in ("block", "warn", "audit")
    ]
    return [Text(level, "bold"), *cells, _first_step(assessment, remedies, wide=wide)]


def _first_step(assessment: Assessment, remedies: Mapping[str, str], *, wide: bool) -> Text:
    """Return what a repo should do first; an error goes before any finding, since it hides what is behind it."""
    error = next((result for result in assessment.results if result.result is Result.ERROR), None)
    if error:
        return Text(f"error in {error.policy}: {escape(error.reason)}", "red")
    finding = next((finding for finding in assessment.findings if finding.result is Result.FAIL), None)
    if finding is None:
        return Text("nothing to do", "green")
    remedy = " ".join(remedies.get(finding.policy, finding.title).split())
    style = "dim" if finding.stage is Stage.PLANNED else ""
    # A remedy that is cut short says nothing; the policy's id can be asked of `policy explain`.
    return Text(f"{finding.policy}: {escape(remedy)}" if wide else finding.policy, style)


def _standing(assessment: Assessment) -> tuple[int, int, int, str]:
    counts = stage_counts(assessment.findings)
    level = -1 if assessment.level is None else assessment.level
    return (level, -counts["block"], -counts["warn"], assessment.repo.id)


def _blueprints(out: Console, survey: Survey, *, every: bool) -> None:
    """Print what the blueprints must mend: no team can."""
    rows = blueprint_rows(survey)
    if not rows:
        return
    shown = rows if every else rows[:_POLICIES]
    out.print()
    table = _table("The blueprints', no team's")
    for name in ("Blueprint", "Owner"):
        table.add_column(name, no_wrap=True)
    table.add_column("Policy", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("Place", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("Repos", justify="right", no_wrap=True)
    for row in shown:
        told = (row.blueprint, row.owner or "?", row.policy, str(row.place), str(len(row.repos)))
        table.add_row(*(Text(escape(cell)) for cell in told))
    out.print(table)
    if len(rows) > len(shown):
        out.print(Text(f"and {len(rows) - len(shown)} more: --all", "dim"))


def _first(out: Console, survey: Survey) -> None:
    rows = [row for row in policy_rows(survey) if row.findings and row.policy.stage(survey.as_of) is not Stage.PLANNED]
    rows.sort(key=lambda row: _badness(row, survey))
    if not rows:
        return
    out.print()
    out.print(Text("Do first", "bold"))
    for number, row in enumerate(rows[:_FIRST], start=1):
        remedy = escape(" ".join((row.policy.remediation.text or row.policy.title).split()))
        line = Text(f"{row.policy.id}, {plural(row.repos[Result.FAIL], 'repo')}: {remedy}")
        out.print(hanging(f"{number}. ", line))
    out.print(Text("`goldenpath policy explain ID` says why, and shows before and after.", "dim"))


def _notes(out: Console, survey: Survey) -> None:
    notes = [f"{escape(problem.path)}: {escape(problem.reason)}" for problem in survey.problems]
    undecided = {row.policy.id: row.repos[Result.ERROR] for row in policy_rows(survey) if row.repos[Result.ERROR]}
    notes += [f"{name} could not be decided on {plural(count, 'repo')}: no pass" for name, count in undecided.items()]
    for note in survey.waiver_notes:
        waiver = note.waiver
        days = plural(abs(note.days), "day")
        days = f"{note.state} {days} ago" if note.days < 0 else f"{note.state}, {days} left"
        notes.append(f"waiver {escape(waiver.ticket)} of {escape(waiver.owner)} for {escape(waiver.policy)}: {days}")
    asked = sum(len(assessment.requests) for assessment in survey.assessments)
    if asked:
        notes.append(
            f"{plural(asked, 'waiver')} requested by repos; a request changes nothing before the standard takes it up"
        )
    if notes:
        out.print()
        out.print(Text("Notes", "bold"))
        for text in notes:
            out.print(hanging("- ", Text(text)))


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, expand=True)
