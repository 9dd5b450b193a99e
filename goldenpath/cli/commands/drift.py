"""Show where many repos leave the standard: folders are searched for git repos, and each is judged at its HEAD.

A target is a folder (searched for repos, bare ones too), a file that lists folders, a line each, or `-` for such a
list on stdin. Nothing in a repo is run or changed. A repo that can't be read is told and counted, never a pass.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from goldenpath.cli.options import add_survey
from goldenpath.cli.output import Progress, print_json
from goldenpath.cli.targets import add_targets, fleet_of, jobs_of
from goldenpath.errors import GoldenpathError
from goldenpath.reports.formats import FORMATS

if TYPE_CHECKING:
    import argparse

SUMMARY = "show where many repos leave the standard"
EXAMPLES = """\
  goldenpath drift ~/repos
  goldenpath drift repos.txt --format json --output drift.json
  goldenpath drift ~/repos --as-of 2027-04-01 --fail-on warn
  find /srv/git -name '*.git' | goldenpath drift -"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `drift`."""
    add_targets(parser)
    add_survey(parser, tuple(FORMATS))
    parser.add_argument("--owner", metavar="NAME", help="only the repos of this team, and what it should do first")
    parser.add_argument("--since", metavar="FILE", help="tell only what changed since this JSON report of before")


def run(args: argparse.Namespace) -> int:
    """Judge the fleet, write the report and return the exit code."""
    from goldenpath.cli import verdict  # noqa: PLC0415 - slow to import
    from goldenpath.reports.schema import schema  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above
    from goldenpath.survey.run import survey  # noqa: PLC0415 - as above

    if args.schema:
        print_json(schema())
        return 0
    if args.since and args.format not in {"terminal", "json"}:
        raise GoldenpathError("--since is told as terminal or json", hint="Leave --format out, or take json.")
    today = date.today()  # noqa: DTZ011 - the person's own calendar decides what day it is
    progress = Progress()
    try:
        found = survey(
            fleet_of(args),
            find_standard(args.standard),
            as_of=args.as_of or today,
            today=today,
            advisories=args.advisories,
            jobs=jobs_of(args),
            engine=args.engine,
            step=progress.step,
        )
    finally:
        progress.done()
    found = verdict.held_against(found, args.baseline)
    if args.owner:
        found = verdict.owned_by(found, args.owner)
    if args.since:
        verdict.report_changes(found, args)
    elif args.owner and args.format == "terminal":
        verdict.report_digest(found, args)
    else:
        verdict.report(found, args)
    return verdict.exit_code(found, fail_on=args.fail_on, max_unreadable=args.max_unreadable)
