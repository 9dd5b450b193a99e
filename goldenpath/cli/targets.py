"""The repos that a command over a fleet is given: targets on the command line, and how they are gone through."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldenpath.fleet.base import Fleet, Source


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Declare the targets, `--jobs` and `--max-unreadable`."""
    parser.add_argument("targets", nargs="*", default=["."], metavar="TARGET", help="default: this folder")
    parser.add_argument("--jobs", "-j", type=_jobs, default=0, metavar="N", help="processes (default: one a core)")
    parser.add_argument(
        "--engine",
        default="",
        metavar="NAME",
        help="what runs it: processes, serial, or one that is installed (default: by the number of repos)",
    )
    parser.add_argument(
        "--max-unreadable", type=_count, default=0, metavar="N", help="exit with 3 past so many not judged (default: 0)"
    )


def fleet_of(args: argparse.Namespace) -> Fleet:
    """Return the repos that the targets name."""
    from goldenpath.fleet import load  # noqa: PLC0415 - slow to import

    return load([_source(target) for target in args.targets])


def jobs_of(args: argparse.Namespace) -> int:
    """Return how many processes to take."""
    jobs: int = args.jobs
    return jobs or _cores()


def _source(target: str) -> Source:
    from goldenpath.fleet import Listing, source_of  # noqa: PLC0415 - slow to import

    if target == "-":
        return Listing(text=sys.stdin.read(), folder=".", name="stdin")
    return source_of(target)


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes: 1 or more")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of repos: 0 or more")
    return int(text)


def _cores() -> int:
    """Return how many cores this process may use; not every system tells."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
