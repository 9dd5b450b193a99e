"""From a survey to a report and an exit code: the same for every command that judges repos."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError, did_you_mean
from goldenpath.finding import Stage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from goldenpath.policy.evaluate import PolicyResult
    from goldenpath.survey.result import Assessment, Survey

_WIDEST = 160
_UNKNOWN = (80, 24)


def held_against(survey: Survey, baseline: str | None) -> Survey:
    """Return the survey with what a JSON report of before has as known; raise GoldenpathError where it is none."""
    if baseline is None:
        return survey
    from goldenpath.reports.earlier import read_run  # noqa: PLC0415 - only where it is asked

    return replace(survey, known=read_run(baseline).known)


def owned_by(survey: Survey, name: str) -> Survey:
    """Return the survey of the repos of one owner, and those that can't be read: nobody knows whose they are.

    Of the repos of others stays what is found of a blueprint that the owner has.

    Raise GoldenpathError for a name that owns none.
    """
    from goldenpath.facts.owners import is_owner  # noqa: PLC0415 - only where it is asked
    from goldenpath.survey.result import Status  # noqa: PLC0415 - as above

    known = {owner for found in survey.assessments for owner in found.owners}
    known |= {finding.owner for finding in survey.findings if finding.owner}
    if not any(is_owner(name, owner) for owner in known):
        hint = did_you_mean(name, known) or "No repo names an owner: `owner:` in .goldenpath.yaml, or CODEOWNERS."
        raise GoldenpathError(f"no repo is owned by {name!r}", hint=hint)
    kept = []
    for found in survey.assessments:
        if found.status is Status.UNREADABLE or any(is_owner(name, owner) for owner in found.owners):
            kept.append(found)
        elif results := tuple(_made_by(name, found)):
            kept.append(replace(found, results=results))
    return replace(survey, assessments=tuple(kept))


def _made_by(name: str, found: Assessment) -> Iterator[PolicyResult]:
    """Yield what is found of the blueprints of an owner."""
    from goldenpath.facts.owners import is_owner  # noqa: PLC0415 - only where it is asked
    from goldenpath.finding import Result  # noqa: PLC0415 - as above

    for result in found.results:
        left = tuple(f for f in result.findings if f.result is Result.BLUEPRINT and is_owner(name, f.owner))
        if left:
            yield replace(result, result=Result.BLUEPRINT, findings=left)


def report_digest(survey: Survey, args: argparse.Namespace) -> None:
    """Write what one owner should do first."""
    from goldenpath.reports.digest import as_text  # noqa: PLC0415 - only where it is asked
    from goldenpath.reports.write import write  # noqa: PLC0415 - as above

    write(as_text(survey, args.owner, width=width_of(), every=args.all), args.output)


def report_changes(survey: Survey, args: argparse.Namespace, before: Survey | None = None) -> None:
    """Write what changed since an earlier run, or since the survey of the fleet as it was."""
    from goldenpath.reports.changes import as_json, as_text, changes  # noqa: PLC0415 - only where it is asked
    from goldenpath.reports.earlier import read_run, run_of  # noqa: PLC0415 - as above
    from goldenpath.reports.write import write  # noqa: PLC0415 - as above

    since, now = run_of(before) if before else read_run(args.since), run_of(survey)
    if args.owner:
        # What others own was looked at before; it is left out, not gone.
        since = replace(since, repos={name: repo for name, repo in since.repos.items() if name in now.repos})
    found = changes(since, now)
    write(as_json(found) if args.format == "json" else as_text(found, every=args.all), args.output)


def width_of() -> int:
    """Return how many columns a report may take."""
    return min(shutil.get_terminal_size(_UNKNOWN).columns, _WIDEST)


def report(survey: Survey, args: argparse.Namespace) -> None:
    """Write the report that the arguments ask for."""
    from goldenpath.reports.formats import format_of  # noqa: PLC0415 - slow to import
    from goldenpath.reports.write import write  # noqa: PLC0415 - as above

    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and not args.output
    write(format_of(args.format).render(survey, width=width_of(), color=color, every=args.all), args.output)


def exit_code(survey: Survey, *, fail_on: str, max_unreadable: int) -> int:
    """Return 3 where more repos couldn't be judged than allowed, 1 where a finding counts, else 0.

    A repo counts as not judged where it can't be read, or where a policy at the stage of `fail_on` or past it errs.
    """
    stage = None if fail_on == "never" else Stage(fail_on)
    undecided = survey.undecided(stage) if stage else ()
    if len(survey.unreadable) + len(survey.problems) + len(undecided) > max_unreadable:
        return 3
    return 1 if stage and survey.counted(stage) else 0
