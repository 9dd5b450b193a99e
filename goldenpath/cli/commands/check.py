"""Say whether one repo meets its standard: every finding with its place, what is wanted and how to mend it.

Reads the files as they lie on disk, or a commit with --ref. The standard is the one that --standard or
GOLDENPATH_STANDARD names, else the one in the repo's own `.goldenpath.yaml` (at --ref where one is given), else the one
that goldenpath carries.
A repo's own word is followed to `builtin`, to https and ssh URLs, and to what GOLDENPATH_ALLOWED_STANDARDS lists (names
or patterns such as /srv/standards/*, with spaces between them).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath._text import escape
from goldenpath.cli.options import add_survey
from goldenpath.cli.output import print_json, talk
from goldenpath.reports.formats import FORMATS

if TYPE_CHECKING:
    import argparse

SUMMARY = "say whether this repo meets its standard"
EXAMPLES = """\
  goldenpath check
  goldenpath check services/forecast --fail-on warn
  goldenpath check --ref main --format json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `check`."""
    parser.add_argument("repo", nargs="?", default=".", help="the repo's folder (default: this one)")
    parser.add_argument("--ref", help="judge a commit, branch or tag instead of the files on disk")
    add_survey(parser, tuple(FORMATS))


def run(args: argparse.Namespace) -> int:
    """Judge the repo, write the report and return the exit code."""
    from goldenpath.cli.verdict import exit_code, held_against, report  # noqa: PLC0415 - slow to import
    from goldenpath.fleet.base import Fleet  # noqa: PLC0415 - as above
    from goldenpath.fleet.one import one_repo  # noqa: PLC0415 - as above
    from goldenpath.reports.schema import schema  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above
    from goldenpath.survey.run import survey  # noqa: PLC0415 - as above

    if args.schema:
        print_json(schema())
        return 0
    repo = replace(one_repo(args.repo), ref=args.ref)
    standard = find_standard(args.standard, Path(repo.path), args.ref)
    for note in standard.notes:
        talk(f"note: {escape(note)}")
    today = date.today()  # noqa: DTZ011 - the person's own calendar decides what day it is
    found = survey(
        Fleet(repos=(repo,)),
        standard,
        as_of=args.as_of or today,
        today=today,
        worktree=True,
        advisories=args.advisories,
    )
    found = held_against(found, args.baseline)
    report(found, args)
    return exit_code(found, fail_on=args.fail_on, max_unreadable=0)
