"""Markdown that fits the comment of a pull request: what to do first, each policy's places folded away.

Text of scanned repos stands in code spans alone, where nothing is a link, a mention or markup.
"""

from __future__ import annotations

import html
import re
from itertools import groupby
from typing import TYPE_CHECKING

from goldenpath._text import escape
from goldenpath.finding import Result, Stage
from goldenpath.reports.summary import fresh, stage_counts
from goldenpath.reports.words import errors, justification
from goldenpath.survey.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from goldenpath.finding import Finding
    from goldenpath.survey.result import Assessment, Survey

MOST = 64_000  # GitHub takes 65,536 characters
_PLACES = 10
_LONGEST = 300
_REPOS = 100


def render(survey: Survey, *, width: int = 0, color: bool = False, every: bool = True) -> str:  # noqa: ARG001 - the seam's
    """Return the report; what doesn't fit is counted at its end."""
    alone = len(survey.assessments) == 1
    blocks = [_head(survey)]
    if not alone:
        blocks.append(_fleet(fresh(survey)))
    for assessment in sorted(survey.assessments, key=_standing):
        blocks.extend(_repo(assessment, survey, alone=alone))
    return _fitting(blocks)


def _head(survey: Survey) -> str:
    counts = stage_counts(f for f in survey.findings if not survey.is_known(f))
    said = ", ".join(f"{counts[name]} {name}" for name in ("block", "warn", "audit", "waived"))
    said += f", {counts['blueprint']} the blueprint's" if counts["blueprint"] else ""
    known = sum(survey.is_known(finding) for finding in survey.findings)
    baseline = f"; {known} known from the baseline" if survey.known is not None else ""
    standard = f"{_plain(survey.standard)} {_plain(survey.version)}, as of {survey.as_of}"
    return f"### goldenpath: {_verdict(counts)}\n\n{said}{baseline} · standard {standard}\n"


def _verdict(counts: dict[str, int]) -> str:
    if counts["block"]:
        return "🔴 blocked"
    return "🟡 to mend soon" if counts["warn"] else "🟢 nothing blocks"


def _fleet(survey: Survey) -> str:
    rows = ["| Repo | Level | Block | Warn | Audit |", "|---|---|---|---|---|"]
    ordered = sorted(survey.assessments, key=_standing)
    for assessment in ordered[:_REPOS]:
        counts = stage_counts(assessment.findings)
        level = "?" if assessment.level is None else str(assessment.level)
        # A bar would end the cell, also within code.
        name = _code(assessment.repo.id).replace("|", "\\|")
        rows.append(f"| {name} | {level} | {counts['block']} | {counts['warn']} | {counts['audit']} |")
    rows += [f"\n{_code(problem.path)}: {_code(problem.reason)}" for problem in survey.problems]
    more = len(ordered) - _REPOS
    return "\n".join([*rows, *([f"\nand {more} more repos"] if more > 0 else []), ""])


def _standing(assessment: Assessment) -> tuple[int, int, str]:
    level = -1 if assessment.level is None else assessment.level
    return (level, -stage_counts(assessment.findings)["block"], assessment.repo.id)


def _repo(assessment: Assessment, survey: Survey, *, alone: bool) -> Iterator[str]:
    if assessment.status is Status.UNREADABLE:
        yield f"{_code(assessment.repo.id)} is **unreadable**: {_code(assessment.reason)}\n"
        return
    shown = [f for f in assessment.findings if f.stage is not Stage.PLANNED and not survey.is_known(f)]
    open_ones = [finding for finding in shown if finding.result is Result.FAIL]
    failed = list(errors(assessment))
    if (open_ones or failed) and not alone:
        yield f"#### {_code(assessment.repo.id)}\n"
    for result in failed:
        yield f"- **{result.policy}** could not be judged: {_code(result.reason)}\n"
    for _, group in groupby(open_ones, key=lambda finding: finding.policy):
        yield _policy(list(group))
    theirs = [finding for finding in shown if finding.result is Result.BLUEPRINT]
    for owner in sorted({finding.owner for finding in theirs}):
        lines = [f"- {finding.policy}: {_place(finding)}" for finding in theirs if finding.owner == owner]
        whom = f"Tell {_code(owner)}." if owner else ""  # in code: a mention would call them to each pull request
        yield _folded(f"The blueprint's, not yours: {len(lines)}", lines, after=whom)
    waived = [finding for finding in shown if finding.waiver]
    if waived:
        yield _folded(f"Waived: {len(waived)}", [_waived(finding, survey) for finding in waived])
    if assessment.unreadable:
        lines = [f"- {_code(file.path)}: {_code(file.reason)}" for file in assessment.unreadable]
        yield _folded(f"Files that could not be read: {len(lines)}", lines)
    if alone:
        yield f"{assessment.counts[Result.PASS]} policies pass; level {_level(assessment)} of 3.\n"


def _level(assessment: Assessment) -> str:
    return "unknown" if assessment.level is None else str(assessment.level)


def _policy(findings: Sequence[Finding]) -> str:
    first = findings[0]
    places = "1 place" if len(findings) == 1 else f"{len(findings)} places"
    title = f"<b>{first.stage}</b> · {first.policy} · {html.escape(escape(first.title))} ({places})"
    lines = [f"- {_place(finding)}" for finding in findings]
    return _folded(title, lines, after=_plain(first.remediation))


def _place(finding: Finding) -> str:
    wanted = f", want {_code(finding.wanted)}" if finding.wanted else ""
    return f"{_code(str(finding.place))}: {_code(finding.found)}{wanted}"


def _waived(finding: Finding, survey: Survey) -> str:
    return f"- {finding.policy} at {_code(str(finding.place))}: {_plain(justification(survey, finding))}"


def _folded(title: str, lines: Sequence[str], after: str = "") -> str:
    shown = [*lines[:_PLACES], *([f"- and {len(lines) - _PLACES} more"] if len(lines) > _PLACES else [])]
    inner = "\n".join([*shown, *(["", after] if after else [])])
    return f"<details><summary>{title}</summary>\n\n{inner}\n\n</details>\n"


def _fitting(blocks: Sequence[str]) -> str:
    """Return as many blocks as a comment takes, and how many are left out."""
    out, size = [], 0
    for number, block in enumerate(blocks):
        size += len(block) + 1
        if size > MOST:
            out.append(f"and {len(blocks) - number} more parts that don't fit in a comment: see the whole report\n")
            break
        out.append(block)
    return "\n".join(out)


def _code(text: str) -> str:
    """Return a text of others as a code span that it can't leave."""
    said = escape(text)
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."
    fence = "`" * (max((len(run) for run in re.findall("`+", said)), default=0) + 1)
    pad = " " if not said.strip(" ") or said.startswith(("`", " ")) or said.endswith(("`", " ")) else ""
    return f"{fence}{pad}{said or ' '}{pad}{fence}"


def _plain(text: str) -> str:
    """Return a text of the standard as words alone, with no markup in it."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~@&])", r"\\\1", " ".join(escape(text.replace("\n", " ")).split()))
