"""Print what a repo is: its projects, dependencies, images, actions, hooks and the rest, each with file and line.

The JSON has a published and versioned shape (`--schema` prints it). What can't be read is told, with the
reason. Technologies are told by the radar of the standard.
"""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape
from goldenpath.cli.options import add_format, add_standard
from goldenpath.cli.output import print_json

if TYPE_CHECKING:
    import argparse

    from goldenpath.facts.model import Facts, Record

SUMMARY = "print what a repo runs, with file and line"
EXAMPLES = """\
  goldenpath facts
  goldenpath facts ~/repos/forecast --ref main --format json
  goldenpath facts --schema"""
_HIDDEN = ("path", "line", "project")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `facts`."""
    parser.add_argument("repo", nargs="?", default=".", help="the repo's folder (default: this one)")
    parser.add_argument("--ref", help="read a commit, branch or tag instead of the files on disk")
    parser.add_argument("--packages", action="store_true", help="also the packages that lock files pin")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of --format json")
    add_standard(parser)
    add_format(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the facts; exit with 3 where the repo can't be read."""
    from goldenpath.errors import UnreadableError  # noqa: PLC0415 - with the rest
    from goldenpath.facts.inventory import inventory  # noqa: PLC0415 - slow to import
    from goldenpath.facts.schema import document, schema  # noqa: PLC0415 - as above
    from goldenpath.fleet.one import one_repo  # noqa: PLC0415 - as above
    from goldenpath.snapshot import open_snapshot  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    if args.schema:
        print_json(schema())
        return 0
    repo = replace(one_repo(args.repo), ref=args.ref)
    radar = find_standard(args.standard).load_radar()
    try:
        snapshot = open_snapshot(repo, worktree=True)
        facts = inventory(snapshot, packages=args.packages, radar=radar)
    except UnreadableError as error:
        sys.stderr.write(f"{escape(repo.id)} is unreadable: {escape(error.message)}\n")
        return 3
    if args.format == "json":
        print_json(document(facts, repo=repo.id, commit=snapshot.commit))
    else:
        sys.stdout.write(_text(facts))
    return 0


def _text(facts: Facts) -> str:
    from goldenpath.facts import guests  # noqa: PLC0415 - slow to import
    from goldenpath.facts.model import TABLES  # noqa: PLC0415 - as above

    lines = []
    for table in (*TABLES, *sorted(guests.tables())):
        rows = facts.table(table)
        if rows:
            lines += ["", f"{table} ({len(rows)})", *(f"  {_row(row)}" for row in rows)]
    return "\n".join(lines[1:]) + "\n"


def _row(row: Record) -> str:
    from goldenpath.facts.aside import aside  # noqa: PLC0415 - slow to import

    said: list[str] = []
    for name, value in _values(row):
        if name not in _HIDDEN and value not in (None, "", (), False):
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            said.append(f"{name}={shown}")
    if aside(row.path):
        said.append(f"aside={aside(row.path)}")
    place = f"{row.path}:{row.line}" if row.line else row.path
    return escape(f"{place}  {'  '.join(said)}")


def _values(row: Record) -> tuple[tuple[str, Any], ...]:
    from goldenpath.facts.model import Extra  # noqa: PLC0415 - slow to import

    return row.values if isinstance(row, Extra) else tuple((f.name, getattr(row, f.name)) for f in fields(row))
