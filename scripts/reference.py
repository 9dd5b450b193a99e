"""Write the generated pages of docs/reference/ from the code; with --check say which are stale and exit with 1."""

from __future__ import annotations

import argparse
import inspect
import json
import os
import sys
from pathlib import Path
from typing import Any

# Help is wrapped to the width of a page, whatever the terminal.
os.environ["COLUMNS"] = "100"

from goldenpath.cli import main as cli
from goldenpath.curation.policy_page import policy_page
from goldenpath.facts.schema import schema as facts_schema
from goldenpath.policy.rules import KINDS
from goldenpath.policy.schema import schema as policy_schema
from goldenpath.reports.schema import schema as survey_schema
from goldenpath.standard import BUILTIN, read_standard

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "docs" / "reference"
NOTE = "<!-- Written by `make reference`; change the code instead. -->\n\n"


def main() -> int:
    """Write or check every page."""
    pages = {
        "cli.md": NOTE + commands(),
        "policies.md": NOTE + policies(),
        "rule-kinds.md": NOTE + rule_kinds(),
        "facts.schema.json": as_json(facts_schema()),
        "policy.schema.json": as_json(policy_schema()),
        "survey.schema.json": as_json(survey_schema()),
    }
    stale = [name for name, text in pages.items() if current(name) != text]
    if "--check" in sys.argv:
        for name in stale:
            print(f"docs/reference/{name} is stale: run `make reference`")
        return 1 if stale else 0
    for name in stale:
        (FOLDER / name).write_text(pages[name], encoding="utf-8")
        print(f"docs/reference/{name}")
    return 0


def current(name: str) -> str:
    """Return a page as it stands, "" where there is none."""
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def as_json(value: dict[str, Any]) -> str:
    """Return a JSON page."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def commands() -> str:
    """Return the page of commands, from the parser itself."""
    parser = cli._parser(["--help"])
    out = ["# Commands", "", "```", parser.format_help().rstrip(), "```", ""]
    for name, sub in children(parser):
        out += [f"## {name}", "", "```", sub.format_help().rstrip(), "```", ""]
        for verb, inner in children(sub):
            out += [f"### {name} {verb}", "", "```", inner.format_help().rstrip(), "```", ""]
    return "\n".join(out).rstrip() + "\n"


def children(parser: argparse.ArgumentParser) -> list[tuple[str, argparse.ArgumentParser]]:
    """Return the sub-commands of a parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return list(action.choices.items())
    return []


def policies() -> str:
    """Return the page of the shipped policies, by capability and level."""
    found = read_standard(BUILTIN).load_policies()
    return policy_page(found, title="Shipped policies", lead="policies of the standard that goldenpath carries.")


def rule_kinds() -> str:
    """Return the page of the kinds of rules, from their docstrings."""
    out = ["# Kinds of rules", "", "A policy has one rule, under the name of its kind.", ""]
    for name, kind in sorted(KINDS.items()):
        module = sys.modules[kind.__module__].__doc__ or ""
        out += [f"## {name}", "", *plain(module), "", *plain(kind.__doc__ or ""), ""]
    return "\n".join(out).rstrip() + "\n"


def plain(text: str) -> list[str]:
    """Return a docstring's lines without the indentation of the code."""
    return inspect.cleandoc(text).splitlines()


if __name__ == "__main__":
    raise SystemExit(main())
