"""Look at the policies of a standard, and curate them: list, explain, test, lint, begin a new one, write their page."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape
from goldenpath.cli.options import add_format, add_standard
from goldenpath.cli.output import print_json, talk
from goldenpath.errors import GoldenpathError, did_you_mean
from goldenpath.finding import Capability

if TYPE_CHECKING:
    import argparse

    from goldenpath.policy.base import Policy

SUMMARY = "list, explain, test and curate policies"
EXAMPLES = """\
  goldenpath policy list
  goldenpath policy explain container-non-root
  goldenpath policy test --standard ./our-standard
  goldenpath policy lint --standard ./our-standard
  goldenpath policy new cost-tag --kind value >> our-standard/policies/own.yaml
  goldenpath policy docs --standard ./our-standard --output docs/policies.md
  goldenpath policy schema > policy.schema.json"""

_PIPE = (10_000, 24)  # a line a policy for `grep`, where there is no terminal to fit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs."""
    verbs = parser.add_subparsers(title="what", metavar="list|explain|test|lint|new|docs|schema", required=True)
    listing = verbs.add_parser("list", help="every policy, a line each")
    add_format(listing, ("text", "json"))
    explaining = verbs.add_parser("explain", help="one policy: why, and how to mend it")
    explaining.add_argument("policy")
    testing = verbs.add_parser("test", help="run the cases of every policy; exit with 1 where one is wrong")
    linting = verbs.add_parser("lint", help="what loads and can't be meant; exit with 1 for an error or warning")
    add_format(linting, ("text", "json"))
    beginning = verbs.add_parser("new", help="a commented policy to begin with, whose cases hold")
    beginning.add_argument("id", help="small letters, digits and hyphens")
    beginning.add_argument("--kind", default="file", help="the kind of its rule (default: file)")
    beginning.add_argument("--capability", choices=[str(c) for c in Capability], default="reproducibility")
    docs = verbs.add_parser("docs", help="a Markdown page of every policy")
    for verb in (beginning, docs):
        verb.add_argument("--output", "-o", metavar="FILE", help="write to a file (default: stdout)")
    schema = verbs.add_parser("schema", help="the JSON Schema of policy files, for editors and CI")
    for verb, do in (
        (listing, _list),
        (explaining, _explain),
        (testing, _test),
        (linting, _lint),
        (beginning, _new),
        (docs, _docs),
        (schema, _schema),
    ):
        add_standard(verb)
        verb.set_defaults(verb=do)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    code: int = args.verb(args)
    return code


def _policies(args: argparse.Namespace) -> tuple[Policy, ...]:
    from goldenpath.standard import find_standard  # noqa: PLC0415 - slow to import

    return find_standard(args.standard).load_policies()


def _list(args: argparse.Namespace) -> int:
    policies = _policies(args)
    today = date.today()  # noqa: DTZ011 - the person's own calendar decides what day it is
    if args.format == "json":
        print_json([_facts(policy, today) for policy in policies])
        return 0
    from goldenpath.reports.policies import listing  # noqa: PLC0415 - only here

    sys.stdout.write(listing(policies, today=today, width=shutil.get_terminal_size(_PIPE).columns))
    talk(f"{len(policies)} policies, with the stage that each has reached today")
    return 0


def _facts(policy: Policy, today: date) -> dict[str, Any]:
    dates = policy.enforcement
    return {
        "id": policy.id,
        "title": policy.title,
        "kind": policy.kind,
        "capability": str(policy.capability),
        "level": policy.level,
        "severity": str(policy.severity),
        "scope": str(policy.scope),
        "stage": str(policy.stage(today)),
        "enforcement": {name: str(day) for name in ("audit", "warn", "block") if (day := getattr(dates, name))},
        "waivable": policy.waivable,
        "disabled": policy.disabled or None,
        "rationale": policy.rationale,
        "references": list(policy.references),
        "origin": policy.origin,
    }


def _explain(args: argparse.Namespace) -> int:
    policies = {policy.id: policy for policy in _policies(args)}
    if args.policy not in policies:
        hint = did_you_mean(args.policy, policies) or "`goldenpath policy list` shows them all."
        raise GoldenpathError(f"there is no policy {args.policy!r}", hint=hint)
    from goldenpath.policy.load import written  # noqa: PLC0415 - only here
    from goldenpath.reports.policies import page  # noqa: PLC0415 - as above

    policy = policies[args.policy]
    today = date.today()  # noqa: DTZ011 - as above
    width = shutil.get_terminal_size().columns
    sys.stdout.write(page(policy, written(policy), today=today, width=width))
    return 0


def _test(args: argparse.Namespace) -> int:
    from goldenpath.facts.inventory import inventory  # noqa: PLC0415 - slow to import
    from goldenpath.policy.cases import run as run_cases  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    policies = _policies(args)
    results = run_cases(policies, inventory, find_standard(args.standard).load_radar())
    wrong = [result for result in results if not result.ok]
    for result in wrong:
        said = f"{result.origin}: {result.policy}: {result.expected} case {result.number}: {result.problem}"
        sys.stdout.write(f"{escape(said)}\n")
    sys.stdout.write(f"{len(policies)} policies, {len(results)} cases, {len(wrong)} wrong\n")
    return 1 if wrong else 0


def _lint(args: argparse.Namespace) -> int:
    from goldenpath.curation.lint import Weight, lint  # noqa: PLC0415 - slow to import
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    standard = find_standard(args.standard)
    policies = standard.load_policies()
    today = date.today()  # noqa: DTZ011 - as above
    remarks = lint(policies, as_of=today, radar=bool(standard.load_radar().categories))
    if args.format == "json":
        print_json([asdict(remark) for remark in remarks])
    else:
        for remark in remarks:
            said = f"{remark.origin}: {remark.weight}: {remark.policy} {remark.message} [{remark.code}]"
            sys.stdout.write(f"{escape(said)}\n")
        talk(f"{len(policies)} policies, {len(remarks)} remarks")
    return 1 if any(remark.weight is not Weight.NOTE for remark in remarks) else 0


def _new(args: argparse.Namespace) -> int:
    from goldenpath.curation.skeleton import skeleton  # noqa: PLC0415 - slow to import
    from goldenpath.policy.load import is_id  # noqa: PLC0415 - as above
    from goldenpath.reports.write import write  # noqa: PLC0415 - as above

    if not is_id(args.id):
        raise GoldenpathError(f"{args.id!r} is no id of a policy", hint="Small letters, digits and single hyphens.")
    if any(policy.id == args.id for policy in _policies(args)):
        raise GoldenpathError(f"there is a policy {args.id!r} already", hint=f"goldenpath policy explain {args.id}")
    today = date.today()  # noqa: DTZ011 - as above
    text = skeleton(args.id, kind=args.kind, capability=Capability(args.capability), today=today)
    if args.output and args.output != "-" and Path(args.output).exists():
        raise GoldenpathError("the file is there already", where=args.output, hint="Append with `>>` instead.")
    write(text, args.output)
    return 0


def _docs(args: argparse.Namespace) -> int:
    from goldenpath.curation.policy_page import policy_page  # noqa: PLC0415 - slow to import
    from goldenpath.reports.write import write  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    standard = find_standard(args.standard)
    lead = f"policies of the standard {standard.name} {standard.version}."
    write(policy_page(standard.load_policies(), title=f"Policies of {standard.name}", lead=lead), args.output)
    return 0


def _schema(args: argparse.Namespace) -> int:  # noqa: ARG001 - the schema is the same for every standard
    from goldenpath.policy.rules import every_kind  # noqa: PLC0415 - slow to import
    from goldenpath.policy.schema import schema  # noqa: PLC0415 - as above

    print_json(schema(every_kind()))
    return 0
