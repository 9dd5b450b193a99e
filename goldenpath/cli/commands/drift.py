"""Show where many repos leave the standard: folders are searched for git repos, and each is judged at its HEAD.

A target is a folder (searched for repos, bare ones too), a file that lists folders, a line each, or `-` for such a
list on stdin. Nothing in a repo is run or changed. A repo that can't be read is told and counted, never a pass.

With `--since DATE` each repo is also judged at the last commit of its first-parent history that was made by the end of
that day (UTC), by the same standard as of that day; told is what came, what went, and what only grew older.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.cli.options import add_survey
from goldenpath.cli.output import Progress, print_json
from goldenpath.cli.targets import add_targets, fleet_of, jobs_of
from goldenpath.errors import GoldenpathError
from goldenpath.reports.formats import FORMATS

if TYPE_CHECKING:
    import argparse

    from goldenpath.fleet.base import Fleet
    from goldenpath.survey.result import Survey

SUMMARY = "show where many repos leave the standard"
EXAMPLES = """\
  goldenpath drift ~/repos
  goldenpath drift repos.txt --format json --output drift.json
  goldenpath drift ~/repos --as-of 2027-04-01 --fail-on warn
  goldenpath drift ~/repos --since 2026-10-01
  find /srv/git -name '*.git' | goldenpath drift -"""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `drift`."""
    add_targets(parser)
    add_survey(parser, tuple(FORMATS))
    parser.add_argument("--owner", metavar="NAME", help="only the repos of this team, and what it should do first")
    parser.add_argument(
        "--since",
        metavar="FILE|DATE",
        help="tell only what changed since this JSON report of before, or since the repos as they were on this date",
    )


def run(args: argparse.Namespace) -> int:
    """Judge the fleet, write the report and return the exit code."""
    from goldenpath.cli import verdict  # noqa: PLC0415 - slow to import
    from goldenpath.reports.schema import schema  # noqa: PLC0415 - as above

    if args.schema:
        print_json(schema())
        return 0
    if args.since and args.format not in {"terminal", "json"}:
        raise GoldenpathError("--since is told as terminal or json", hint="Leave --format out, or take json.")
    found, before = _surveys(args)
    found = verdict.held_against(found, args.baseline)
    if args.owner:
        found = verdict.owned_by(found, args.owner)
    if args.since:
        verdict.report_changes(found, args, before)
    elif args.owner and args.format == "terminal":
        verdict.report_digest(found, args)
    else:
        verdict.report(found, args)
    return verdict.exit_code(found, fail_on=args.fail_on, max_unreadable=args.max_unreadable)


def _surveys(args: argparse.Namespace) -> tuple[Survey, Survey | None]:
    """Return the survey of the fleet, and where `--since` names a day that of the fleet as it was."""
    from goldenpath.standard import find_standard  # noqa: PLC0415 - slow to import
    from goldenpath.survey.past import survey_at  # noqa: PLC0415 - as above
    from goldenpath.survey.run import survey  # noqa: PLC0415 - as above

    today = date.today()  # noqa: DTZ011 - the person's own calendar decides what day it is
    as_of = args.as_of or today
    since = _since(args.since, min(as_of, today))
    standard, fleet, progress = find_standard(args.standard), fleet_of(args), Progress()
    asked = {"advisories": args.advisories, "jobs": jobs_of(args), "engine": args.engine, "step": progress.step}

    def ask(repos: Fleet, day: date) -> Survey:
        return survey(repos, standard, as_of=day, today=today, **asked)

    try:
        found = ask(fleet, as_of)
        return found, survey_at(fleet, since, ask, progress.step) if since else None
    finally:
        progress.done()


def _since(said: str | None, latest: date) -> date | None:
    """Return the day that `--since` names, None where it names a file; raise GoldenpathError for a day to come."""
    if said is None or not _DAY.fullmatch(said) or Path(said).exists():
        return None
    try:
        found = date.fromisoformat(said)
    except ValueError as error:
        raise GoldenpathError(f"--since {said} is no date", hint="Write it as YYYY-MM-DD.") from error
    if found > latest:
        raise GoldenpathError(f"--since {said} is later than {latest}", hint="Name a day that has been.")
    return found
