"""What one team should do first: the fewest steps that help its repos the most, and what will block next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING

from goldenpath._text import escape
from goldenpath.facts.owners import is_owner
from goldenpath.finding import Result
from goldenpath.reports.summary import blueprint_rows, counted, levels, plural, stage_counts
from goldenpath.reports.words import errors, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from goldenpath.finding import Finding, Stage
    from goldenpath.policy.base import Policy
    from goldenpath.survey.result import Assessment, Survey

_STEPS = 5
_PLACES = 3
_COMING = 8
_NEVER = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do: a policy, with all of its findings that wait."""

    policy: Policy
    stage: Stage
    findings: tuple[Finding, ...]

    @property
    def repos(self) -> int:
        """How many repos it would help."""
        return len({finding.repo for finding in self.findings})


def steps(survey: Survey) -> tuple[Step, ...]:
    """Return what to do, in order: what blocks before what will, the severe before the slight, the soonest first."""
    waiting: dict[str, list[Finding]] = defaultdict(list)
    for finding in survey.findings:
        if finding.result is Result.FAIL and not survey.is_known(finding):
            waiting[finding.policy].append(finding)
    found = [
        Step(policy=policy, stage=policy.stage(survey.as_of), findings=tuple(waiting[policy.id]))
        for policy in survey.policies
        if policy.id in waiting
    ]
    return tuple(sorted(found, key=lambda step: _urgency(step, survey.as_of)))


def _urgency(step: Step, as_of: date) -> tuple[int, int, str, int, int, str]:
    coming = _next(step.policy, as_of)
    day = coming[0].isoformat() if coming else _NEVER
    return (-step.stage.rank, -step.policy.severity.rank, day, step.policy.level, -step.repos, step.policy.id)


def _next(policy: Policy, as_of: date) -> tuple[date, str] | None:
    """Return the next date on which a policy grows, and to what."""
    dates = policy.enforcement
    steps_ahead = ((dates.audit, "audited"), (dates.warn, "warned of"), (dates.block, "blocked"))
    return min(((day, word) for day, word in steps_ahead if day is not None and day > as_of), default=None)


def as_text(survey: Survey, owner: str, *, width: int, every: bool) -> str:
    """Return the digest for an owner of the repos and blueprints of a survey; `every` step instead of the first few."""
    found = steps(survey)
    lines = [*_head(survey, owner), *_errors(survey), *_blueprints(survey, owner, width, every=every)]
    if found:
        lines += ["", "Do first"]
    for number, step in enumerate(found if every else found[:_STEPS], start=1):
        lines += _step(number, step, width, every=every)
    if len(found) > _STEPS and not every:
        lines += [f"and {len(found) - _STEPS} more: --all"]
    return "\n".join([*lines, *_coming(found, survey), *_waivers(survey), ""])


def _head(survey: Survey, owner: str) -> Iterator[str]:
    own = replace(survey, assessments=tuple(a for a in survey.assessments if not _only_made(a, owner)))
    readable = len(own.assessments) - len(survey.unreadable)
    held = ", ".join(f"{n} at level {name}" for name, n in levels(own).items() if n and name != "unknown")
    yield escape(f"{owner}: {plural(readable, 'repo')}{', ' if held else ''}{held}, as of {survey.as_of}")
    counts = stage_counts(f for f in survey.findings if not survey.is_known(f))
    yield ", ".join(counted(counts)) or "Nothing to do."
    if survey.unreadable:
        yield f"{plural(len(survey.unreadable), 'repo')} could not be read: nobody knows whose"


def _only_made(assessment: Assessment, owner: str) -> bool:
    """Tell whether a repo is others' and here for the findings of a blueprint alone."""
    owned = any(is_owner(owner, name) for name in assessment.owners)
    return not owned and bool(assessment.results) and all(r.result is Result.BLUEPRINT for r in assessment.results)


def _blueprints(survey: Survey, owner: str, width: int, *, every: bool) -> Iterator[str]:
    """Yield what the owner's blueprints must mend: it counts in none of the repos that have it."""
    rows = [row for row in blueprint_rows(survey) if is_owner(owner, row.owner)]
    rows.sort(key=lambda row: -len(row.repos))
    shown = rows if every else rows[:_STEPS]
    yield from ("", "Your blueprints") if rows else ()
    for row in shown:
        said = f"{row.blueprint}, {plural(len(row.repos), 'repo')}: {row.policy} at {row.place}: found {row.found}"
        yield from _wrapped("", said, width)
    if len(rows) > len(shown):
        yield f"   and {len(rows) - len(shown)} more: --all"


def _errors(survey: Survey) -> list[str]:
    told = [f"{a.repo.id}: {result.policy} could not be judged" for a in survey.assessments for result in errors(a)]
    return ["", *map(escape, told)] if told else []


def _step(number: int, step: Step, width: int, *, every: bool) -> Iterator[str]:
    policy = step.policy
    where = f"{plural(step.repos, 'repo')}, {plural(len(step.findings), 'place')}"
    yield f"{number}. {policy.id} ({step.stage}, {policy.severity}): {where}"
    yield from _wrapped("-> ", policy.remediation.text or policy.title, width)
    shown = step.findings if every else step.findings[:_PLACES]
    for finding in shown:
        yield from _wrapped("", f"{finding.repo} {finding.place}: {sentence(finding)}", width)
    if len(step.findings) > len(shown):
        yield f"   and {len(step.findings) - len(shown)} more"


def _coming(found: tuple[Step, ...], survey: Survey) -> list[str]:
    ahead = [
        (day, step, word) for step in found if (coming := _next(step.policy, survey.as_of)) for day, word in [coming]
    ]
    ahead.sort(key=lambda item: (item[0], item[1].policy.id))
    lines = [f"  {day}  {step.policy.id} is {word}: {plural(step.repos, 'repo')}" for day, step, word in ahead]
    return ["", "Coming", *lines[:_COMING]] if lines else []


def _waivers(survey: Survey) -> list[str]:
    repos = [assessment.repo.id for assessment in survey.assessments]
    used = {finding.waiver for finding in survey.findings if finding.waiver}
    notes = [note for note in survey.waiver_notes if note.waiver.ticket in used or note.waiver.repo in repos]
    lines = [f"  {note.waiver.ticket} for {note.waiver.policy}: {note.state}, {note.waiver.expires}" for note in notes]
    return ["", "Waivers to look at", *map(escape, lines)] if lines else []


def _wrapped(lead: str, text: str, width: int) -> Iterator[str]:
    said = escape(" ".join(text.split()))
    yield from wrap(
        said,
        width,
        initial_indent=f"   {lead}",
        subsequent_indent=" " * (3 + len(lead)),
        break_on_hyphens=False,
    )
