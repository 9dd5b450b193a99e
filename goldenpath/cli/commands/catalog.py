"""Show the blueprints that a standard offers and what each of them asks, look them over, and release them.

A repo that was made without a lock is locked to the versions that its blueprint is tested with.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape
from goldenpath.cli.options import add_format, add_standard
from goldenpath.cli.output import print_json, talk
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    import argparse

    from goldenpath.catalog.blueprint import Blueprint
    from goldenpath.catalog.compose import Template

SUMMARY = "show the blueprints you can start from, lock, lint and release"
EXAMPLES = """\
  goldenpath catalog list
  goldenpath catalog show training
  goldenpath catalog show training --format json
  goldenpath catalog lock ./my-forecast
  goldenpath catalog lint --standard ./our-standard
  goldenpath catalog release training --standard ./our-standard"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs."""
    verbs = parser.add_subparsers(title="what", metavar="list|show|lock|lint|release", required=True)
    listing = verbs.add_parser("list", help="every blueprint, a line each")
    showing = verbs.add_parser("show", help="one blueprint: what it is for and what it asks")
    showing.add_argument("blueprint")
    locking = verbs.add_parser("lock", help="lock a repo to the versions that its blueprint is tested with")
    locking.add_argument("repo", type=Path, nargs="?", default=Path(), help="default: this folder")
    linting = verbs.add_parser("lint", help="what composes and can't be meant; exit with 1 for a fault")
    linting.add_argument("blueprint", nargs="*", help="default: all of the standard's own folder")
    releasing = verbs.add_parser("release", help="tag a blueprint of yours and write its bundle")
    releasing.add_argument("blueprint")
    releasing.add_argument("--dry-run", "-n", action="store_true", help="do all but write")
    for verb, do in ((listing, _list), (showing, _show), (locking, _lock), (linting, _lint), (releasing, _release)):
        add_standard(verb)
        verb.set_defaults(verb=do)
    for verb in (listing, showing, linting):
        add_format(verb, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the catalog or one blueprint."""
    code: int = args.verb(args)
    return code


def _list(args: argparse.Namespace) -> int:
    from goldenpath.catalog.catalog import read_catalog  # noqa: PLC0415 - slow to import
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    standard = find_standard(args.standard)
    blueprints = read_catalog(standard.blueprints).blueprints
    if args.format == "json":
        print_json([_facts(blueprint) for blueprint in blueprints])
        return 0
    width = max((len(blueprint.name) for blueprint in blueprints), default=0)
    for blueprint in blueprints:
        life = "" if blueprint.lifecycle == "recommended" else f" [{blueprint.standing}]"
        sys.stdout.write(f"{blueprint.name:<{width}}  {blueprint.version}  {blueprint.title}{life}\n")
    if not blueprints:
        sys.stderr.write(f"The standard {standard.name} has no blueprints.\n")
    return 0


def _show(args: argparse.Namespace) -> int:
    from goldenpath.catalog.catalog import read_catalog  # noqa: PLC0415 - slow to import
    from goldenpath.catalog.compose import compose  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    blueprint = read_catalog(find_standard(args.standard).blueprints).get(args.blueprint)
    template = compose(blueprint)
    if args.format == "json":
        print_json(_facts(blueprint) | {"questions": _questions(template)})
        return 0
    _show_text(blueprint, template)
    return 0


def _lock(args: argparse.Namespace) -> int:
    from goldenpath import _schema  # noqa: PLC0415 - slow to import
    from goldenpath.catalog import lock, standing  # noqa: PLC0415 - as above
    from goldenpath.catalog.catalog import find_blueprint  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    record = args.repo / standing.FILE
    said = _schema.read_file(record, dict[str, Any], empty={})
    if not said.get("blueprint"):
        raise GoldenpathError(
            "names no blueprint", where=str(record), hint="A repo that `goldenpath new` makes has one."
        )
    blueprint = find_blueprint(find_standard(args.standard, args.repo).blueprints, str(said["blueprint"]))
    done = lock.lock(args.repo, blueprint.constraints)
    if not done.done:
        raise GoldenpathError(f"not locked: {done.reason}", where=str(args.repo), hint="Try again when it can be had.")
    sys.stdout.write(f"{escape(str(args.repo / lock.LOCK))}: locked to the versions of {blueprint.name}\n")
    return 0


def _lint(args: argparse.Namespace) -> int:
    from goldenpath.curation.blueprint_lint import lint  # noqa: PLC0415 - slow to import
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    faults = lint(find_standard(args.standard), args.blueprint)
    if args.format == "json":
        print_json([asdict(fault) for fault in faults])
    else:
        for fault in faults:
            sys.stdout.write(f"{escape(str(fault))}\n  {escape(fault.remedy)}\n")
        talk(f"{len(faults)} fault{'' if len(faults) == 1 else 's'}")
    return 1 if faults else 0


def _release(args: argparse.Namespace) -> int:
    from goldenpath.curation.release import release  # noqa: PLC0415 - slow to import
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    standard = find_standard(args.standard)
    done = release(standard, args.blueprint, dry_run=args.dry_run)
    since = f"{done.changed} files changed since {done.before}" if done.before else f"{done.changed} files"
    would = "would be " if args.dry_run else ""
    sys.stdout.write(f"{done.tag} {would}{done.commit}: {since}\n")
    if not args.dry_run:
        bundle = escape(str(done.bundle.relative_to(standard.folder)))
        talk(f"next: git add {bundle} && git commit, then push the commit and the tag {done.tag}")
    return 0


def _show_text(blueprint: Blueprint, template: Template) -> None:
    from textwrap import fill  # noqa: PLC0415 - only here

    out = [f"{blueprint.name} {blueprint.version}: {blueprint.title}", ""]
    if blueprint.description:
        out += [fill(" ".join(blueprint.description.split()), 80), ""]
    out += [f"Lifecycle: {blueprint.standing}", f"Owner:     {blueprint.owner or 'nobody'}", "", "It asks:"]
    for question in template.questions:
        if question.hidden:
            continue
        choices = f" ({', '.join(map(str, question.choices))})" if question.choices else ""
        out.append(f"  {question.name}: {question.type}{choices}, default {_default(question.default)}")
        if question.help:
            out.append(fill(question.help, 80, initial_indent="      ", subsequent_indent="      "))
    out += ["", f"Start a repo: goldenpath new {blueprint.name} FOLDER"]
    sys.stdout.write("\n".join(out) + "\n")


def _default(value: Any) -> str:
    if isinstance(value, str) and "{{" in value:
        return "made from the other answers"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _facts(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "name": blueprint.name,
        "version": blueprint.version,
        "title": blueprint.title,
        "description": " ".join(blueprint.description.split()),
        "lifecycle": str(blueprint.lifecycle),
        "successor": blueprint.successor,
        "until": blueprint.until.isoformat() if blueprint.until else None,
        "owner": blueprint.owner,
        "layers": [layer.written for layer in blueprint.layers],
    }


def _questions(template: Template) -> list[dict[str, Any]]:
    names = ("name", "type", "help", "default", "choices")
    return [{name: getattr(q, name) for name in names} for q in template.questions if not q.hidden]
