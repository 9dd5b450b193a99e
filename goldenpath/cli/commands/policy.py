"""Look at the policies of a standard: list them, explain one, run their cases, print their JSON Schema."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape
from goldenpath.cli.options import add_format, add_standard
from goldenpath.cli.output import print_json
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
    width = max((len(policy.id) for policy in policies), default=0)
    for policy in policies:
        stage = "disabled" if policy.disabled else policy.stage(today)
        said = f"{policy.id:<{width}}  {policy.level}  {policy.capability:<15}  {policy.severity:<8}  {stage:<8}"
        sys.stdout.write(f"{said}  {escape(policy.title)}\n")
    sys.stderr.write(f"{len(policies)} policies; columns: id, level, capability, severity, stage today, title\n")
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
    sys.stdout.write(_page(policies[args.policy]))
    return 0


def _page(policy: Policy) -> str:
    from textwrap import fill, indent  # noqa: PLC0415 - only here

    dates = _facts(policy, date.min)["enforcement"]
    remedy = policy.remediation
    out = [
        f"{policy.id}: {policy.title}",
        "",
        f"Capability {policy.capability}, level {policy.level}, severity {policy.severity}, scope {policy.scope}",
        "Enforced " + ", ".join(f"{stage} from {day}" for stage, day in dates.items()),
        *([] if policy.waivable else ["Nobody may waive it."]),
        *([f"Disabled: {policy.disabled}"] if policy.disabled else []),
        "",
        fill(" ".join(policy.rationale.split()), 80),
    ]
    if remedy.text:
        out += ["", fill(f"Remedy: {' '.join(remedy.text.split())}", 80)]
    for name, text in (("Before", remedy.before), ("After", remedy.after)):
        if text:
            out += ["", f"{name}:", indent(text.rstrip(), "    ")]
    if policy.references:
        out += ["", "See:", *(f"  {reference}" for reference in policy.references)]
    return "\n".join([*out, "", f"Written in {policy.origin}", ""])


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
