from __future__ import annotations

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot

MAKEFILE = """VERSION := 1
.PHONY: ci test
ci: lint unit  # all of it
unit test:
\t@python -m pytest -q
lint:
\truff check .
format:
\tblack .
"""
JUSTFILE = """default: check
check *args: types
    pytest {{args}}
types:
    mypy src
"""


def _workflow(command: str) -> str:
    return f"on: push\njobs:\n  a:\n    steps:\n      - run: {command}\n"


def _run(files: dict[str, str | bytes]) -> list[tuple[str, str, int | None]]:
    rows = inventory(MemorySnapshot(files)).quality
    return [(row.tool, row.path, row.line) for row in rows if row.evidence == "ci"]


@pytest.mark.parametrize("command", ["bash scripts/ci.sh", "./scripts/ci.sh --fast", "cd x && sh ../scripts/ci.sh"])
def test_a_script_that_ci_calls_runs_its_tools_there(command: str) -> None:
    files: dict[str, str | bytes] = {
        ".github/workflows/ci.yml": _workflow(command),
        "scripts/ci.sh": "#!/bin/sh\n# pytest some day\npip install mypy\npytest tests\n",
    }

    assert _run(files) == [("pytest", "scripts/ci.sh", 4)]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("make ci", [("pytest", "Makefile", 5), ("ruff", "Makefile", 7)]),
        ("make -j 2 test", [("pytest", "Makefile", 5)]),
        ("make lint VERSION=2", [("ruff", "Makefile", 7)]),
        ("make", [("pytest", "Makefile", 5), ("ruff", "Makefile", 7)]),
        ("make -C docs html", []),
        ("make gone", []),
        ("cmake ci", []),
    ],
)
def test_a_make_target_runs_its_recipe_and_what_it_needs(command: str, found: list[tuple[str, str, int]]) -> None:
    assert _run({".github/workflows/ci.yml": _workflow(command), "Makefile": MAKEFILE}) == found


def test_a_recipe_of_just_is_read_too() -> None:
    files: dict[str, str | bytes] = {".github/workflows/ci.yml": _workflow("just check"), "justfile": JUSTFILE}

    assert _run(files) == [("pytest", "justfile", 3), ("mypy", "justfile", 5)]


def test_a_script_is_followed_to_the_next_and_never_in_a_circle() -> None:
    files: dict[str, str | bytes] = {
        ".github/workflows/ci.yml": _workflow("ci/a.sh"),
        "ci/a.sh": "ci/b.sh\n",
        "ci/b.sh": "bash ci/a.sh\nmake test\n",
        "Makefile": MAKEFILE,
    }

    assert _run(files) == [("pytest", "Makefile", 5)]


def test_targets_of_one_recipe_cost_it_once_and_bring_all_that_they_need() -> None:
    makefile = "a b: lint\n\tpytest\nlint:\n\truff check .\n"

    found = _run({".github/workflows/ci.yml": _workflow("make a b"), "Makefile": makefile})

    assert found == [("pytest", "Makefile", 2), ("ruff", "Makefile", 4)]


def test_a_script_of_which_there_are_too_many_to_tell_is_none() -> None:
    files: dict[str, str | bytes] = {f"p{n}/check.sh": "pytest\n" for n in range(501)}

    assert _run({**files, ".github/workflows/ci.yml": _workflow("p7/check.sh")}) != []
    assert _run({**files, ".github/workflows/ci.yml": _workflow("./x/p7/check.sh")}) == []
    assert _run({**files, ".github/workflows/ci.yml": _workflow("../p7/check.sh")}) == []


def test_other_systems_name_their_scripts_too() -> None:
    files: dict[str, str | bytes] = {
        ".gitlab-ci.yml": "test:\n  script:\n    - bash tools/check.sh\n",
        "tools/check.sh": "tox\n",
    }

    assert _run(files) == [("tox", "tools/check.sh", 1)]


def test_a_script_that_nothing_calls_or_that_cant_be_read_runs_nothing() -> None:
    files: dict[str, str | bytes] = {
        ".github/workflows/ci.yml": _workflow("bash binary.sh && bash gone.sh"),
        "binary.sh": b"\x80\x00\x00\x01\x00\x00\x00\x02",
        "other.sh": "pytest\n",
    }

    assert _run(files) == []
