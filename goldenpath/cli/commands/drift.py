"""Show where many repos leave the standard: folders are searched for git repos, and each is judged at its HEAD.

A target is a folder (searched for repos, bare ones too), a file that lists folders, a line each, or `-` for such a
list on stdin. Nothing in a repo is run or changed. A repo that can't be read is told and counted, never a pass.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from typing import TYPE_CHECKING

from goldenpath.cli.options import add_survey
from goldenpath.cli.output import Progress, print_json
from goldenpath.errors import GoldenpathError
from goldenpath.reports.formats import FORMATS

if TYPE_CHECKING:
    from goldenpath.fleet.base import Source

SUMMARY = "show where many repos leave the standard"
EXAMPLES = """\
  goldenpath drift ~/repos
  goldenpath drift repos.txt --format json --output drift.json
  goldenpath drift ~/repos --as-of 2027-04-01 --fail-on warn
  find /srv/git -name '*.git' | goldenpath drift -"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `drift`."""
    parser.add_argument("targets", nargs="*", default=["."], metavar="TARGET", help="default: this folder")
    add_survey(parser, tuple(FORMATS))
    parser.add_argument("--jobs", "-j", type=_jobs, default=0, metavar="N", help="processes (default: one a core)")
    parser.add_argument(
        "--max-unreadable", type=int, default=0, metavar="N", help="exit with 3 past this many (default: 0)"
    )
    parser.add_argument("--since", metavar="FILE", help="tell only what changed since this JSON report of before")


def run(args: argparse.Namespace) -> int:
    """Judge the fleet, write the report and return the exit code."""
    from goldenpath.cli.verdict import exit_code, held_against, report, report_changes  # noqa: PLC0415 - slow to import
    from goldenpath.fleet import load  # noqa: PLC0415 - as above
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
            load([_source(target) for target in args.targets]),
            find_standard(args.standard),
            as_of=args.as_of or today,
            today=today,
            jobs=args.jobs or len(os.sched_getaffinity(0)),
            step=progress.step,
        )
    finally:
        progress.done()
    found = held_against(found, args.baseline)
    if args.since:
        report_changes(found, args)
    else:
        report(found, args)
    return exit_code(found, fail_on=args.fail_on, max_unreadable=args.max_unreadable)


def _source(target: str) -> Source:
    from goldenpath.fleet import Listing, source_of  # noqa: PLC0415 - slow to import

    if target == "-":
        return Listing(text=sys.stdin.read(), folder=".", name="stdin")
    return source_of(target)


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes: 1 or more")
    return int(text)
