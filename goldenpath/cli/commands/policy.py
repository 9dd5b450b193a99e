"""Look at the policies of a standard: list them, explain one, run their cases, print their JSON Schema."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape
from goldenpath.cli.options import add_format, add_standard
from goldenpath.cli.output import print_json, talk
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    import argparse

    from goldenpath.policy.base import Policy

SUMMARY = "list, explain and test policies"
EXAMPLES = """\
  goldenpath policy list
  goldenpath policy explain container-non-root
  goldenpath policy test --standard ./our-standard
  goldenpath policy schema > policy.schema.json"""

_PIPE = (10_000, 24)  # a line a policy for `grep`, where there is no terminal to fit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs."""
    verbs = parser.add_subparsers(title="what", metavar="list|explain|test|schema", required=True)
    listing = verbs.add_parser("list", help="every policy, a line each")
    add_format(listing, ("text", "json"))
    explaining = verbs.add_parser("explain", help="one policy: why, and how to mend it")
    explaining.add_argument("policy")
    testing = verbs.add_parser("test", help="run the cases of every policy; exit with 1 where one is wrong")
    schema = verbs.add_parser("schema", help="the JSON Schema of policy files, for editors and CI")
    for verb, do in ((listing, _list), (explaining, _explain), (testing, _test), (schema, _schema)):
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


def _schema(args: argparse.Namespace) -> int:  # noqa: ARG001 - the schema is the same for every standard
    from goldenpath.policy.schema import schema  # noqa: PLC0415 - slow to import

    print_json(schema())
    return 0
