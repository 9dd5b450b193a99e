"""Options that mean the same in every command."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable


def add_standard(parser: argparse.ArgumentParser) -> None:
    """Declare `--standard PATH|URL[@REF]`."""
    parser.add_argument(
        "--standard",
        metavar="PATH|URL[@REF]",
        help="the standard to use (default: $GOLDENPATH_STANDARD, else the one that goldenpath carries)",
    )


def add_format(parser: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """Declare `--format`, the first one being the default."""
    said = f"{', '.join(formats)} (default: {formats[0]})"
    parser.add_argument("--format", choices=formats, default=formats[0], metavar="FORMAT", help=said)


def add_survey(parser: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """Declare what every command that judges repos takes."""
    add_standard(parser)
    said = f"{', '.join(formats)}, or one that is installed (default: {formats[0]})"
    parser.add_argument("--format", type=_report(formats), default=formats[0], metavar="FORMAT", help=said)
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of --format json")
    parser.add_argument("--output", "-o", metavar="FILE", help="write the report to a file (default: stdout)")
    parser.add_argument(
        "--as-of", type=_date, metavar="DATE", help="judge as on this date, YYYY-MM-DD (default: today)"
    )
    parser.add_argument(
        "--fail-on",
        choices=("block", "warn", "audit", "never"),
        default="block",
        help="exit with 1 from this stage on (default: block)",
    )
    parser.add_argument(
        "--baseline", metavar="FILE", help="a JSON report of before: only what it doesn't have decides the exit code"
    )
    parser.add_argument(
        "--advisories", type=Path, metavar="PATH", help="a folder or zip archive of OSV records, for policies that ask"
    )
    parser.add_argument("--all", action="store_true", help="every repo and policy, not only the worst")


def _report(ours: tuple[str, ...]) -> Callable[[str], str]:
    def known(text: str) -> str:
        if text in ours:
            return text
        from goldenpath import _plugins  # noqa: PLC0415 - only for a name that is none of ours
        from goldenpath.reports.formats import GROUP  # noqa: PLC0415 - as above

        # Loaded now: a broken one is better told before a long run than after it.
        every = (*ours, *_plugins.load(GROUP))
        if text not in every:
            raise argparse.ArgumentTypeError(f"there is no format {text!r}. {did_you_mean(text, every)}")
        return text

    return known


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as YYYY-MM-DD") from error
