"""Show what many repos run, by the technology radar of the standard: ring by ring, category by category, repo by repo.

For each category it says how much of what is used stands on adopt, and the effective number of technologies: 1 where
all use the same one, 4 where four are equally common. Targets are those of `goldenpath drift`; nothing is run.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from goldenpath.cli.options import add_format, add_standard
from goldenpath.cli.output import Progress
from goldenpath.cli.targets import add_targets, fleet_of, jobs_of
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    import argparse

    from goldenpath.standard import Standard
    from goldenpath.survey.result import Survey

SUMMARY = "show what many repos run, by the technology radar"
EXAMPLES = """\
  goldenpath stack ~/repos
  goldenpath stack repos.txt --all
  goldenpath stack ~/repos --format json --output stack.json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `stack`."""
    add_targets(parser)
    add_standard(parser)
    add_format(parser, ("text", "json"))
    parser.add_argument("--output", "-o", metavar="FILE", help="write the report to a file (default: stdout)")
    parser.add_argument("--all", action="store_true", help="every repo, not only those with the most to move")


def run(args: argparse.Namespace) -> int:
    """Read the fleet, write the report; exit with 3 where more repos are unreadable than allowed."""
    from goldenpath.cli.verdict import exit_code, width_of  # noqa: PLC0415 - slow to import
    from goldenpath.reports.stack import as_json, as_text  # noqa: PLC0415 - as above
    from goldenpath.reports.write import write  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above
    from goldenpath.survey.stack import stack  # noqa: PLC0415 - as above

    standard = find_standard(args.standard)
    radar = standard.load_radar()
    if not radar.categories:
        hint = "Name a file as `radar:` in its goldenpath.yaml, or extend `builtin`."
        raise GoldenpathError(f"the standard {standard.name!r} has no radar", hint=hint)
    # Technologies alone are asked: a wrong policy or waiver must not hide what the fleet runs.
    read = _survey(replace(standard, policies=(), overrides=(), waivers=()), args)
    found = stack(read, radar)
    text = as_json(found, read) if args.format == "json" else as_text(found, read, width=width_of(), every=args.all)
    write(text, args.output)
    return exit_code(read, fail_on="never", max_unreadable=args.max_unreadable)


def _survey(standard: Standard, args: argparse.Namespace) -> Survey:
    from goldenpath.survey.run import survey  # noqa: PLC0415 - slow to import

    today = date.today()  # noqa: DTZ011 - no date decides anything here
    progress = Progress()
    try:
        return survey(
            fleet_of(args),
            standard,
            as_of=today,
            today=today,
            technologies=True,
            jobs=jobs_of(args),
            engine=args.engine,
            step=progress.step,
        )
    finally:
        progress.done()
