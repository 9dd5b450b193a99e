from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.base import File
from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import Script
from goldenpath.facts.readers import imports
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts

SCRIPT = """#!/usr/bin/env -S uv run
# /// script
# requires-python = ">=3.12"
# dependencies = [
#   "requests<3",
#   "Rich==13.9.4",
#   "mine",
# ]
#
# [tool.uv.sources]
# mine = { git = "https://host.example.org/o/mine", rev = "main" }
# ///

import requests
"""


def read(text: str) -> Facts:
    return imports.read(File(path="tools/get.py", data=text.encode()))


def test_a_script_s_header_tells_what_it_needs() -> None:
    facts = read(SCRIPT)

    assert facts.scripts == (
        Script(python=">=3.12", dependencies=("requests<3", "Rich==13.9.4", "mine"), path="tools/get.py", line=2),
    )
    assert [row.module for row in facts.imports] == ["requests"]


def test_line_ends_and_marks_change_nothing() -> None:
    assert imports.read(File(path="tools/get.py", data=SCRIPT.replace("\n", "\r\n").encode("utf-8-sig"))) == read(
        SCRIPT
    )


@pytest.mark.parametrize(
    "text",
    [
        "# /// script\n# dependencies = ['a']\n",
        "# /// other\n# dependencies = ['a']\n# ///\n",
        "# /// script\nimport b\n# dependencies = ['a']\n# ///\n",
        'TEXT = """\n# /// script\n# dependencies = ["a"]\n# ///\n"""\n',
        "x = 1  # /// script\n# dependencies = ['a']\n# ///\n",
    ],
)
def test_what_only_looks_like_a_header_is_none(text: str) -> None:
    assert read(text).scripts == ()


def test_a_header_that_is_no_toml_costs_none_of_the_imports() -> None:
    facts = read("# /// script\n# dependencies = [\n# ///\nimport a\n")

    (row,) = facts.unreadable
    assert row.partial
    assert row.reason.startswith("its script header is no TOML")
    assert [row.module for row in facts.imports] == ["a"]


def test_a_script_makes_no_project_of_its_repo() -> None:
    facts = inventory(MemorySnapshot({"get.py": SCRIPT}))

    assert len(facts.scripts) == 1
    assert (facts.projects, facts.dependencies, facts.python) == ((), (), ())
