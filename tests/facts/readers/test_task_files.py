from __future__ import annotations

import pytest

from goldenpath.facts.base import File
from goldenpath.facts.readers import task_files


def _read(text: str, path: str = "Makefile") -> list[tuple[str, str, int | None]]:
    facts = task_files.read(File(path=path, data=text.encode()))
    assert {row.evidence for row in facts.quality} <= {"task"}
    return [(row.kind, row.tool, row.line) for row in facts.quality]


def test_what_a_makefile_runs_is_in_use() -> None:
    text = (
        "lint:\n\t@ruff check .\n\tuv run ruff format . --check --diff\n"
        "\t-$(PYTHON) -m mypy src\n\t${RUN} pytest --cov\n"
    )

    assert _read(text) == [
        ("linter", "ruff", 2),
        ("formatter", "ruff", 3),
        ("type-checker", "mypy", 4),
        ("test-runner", "pytest", 5),
        ("coverage", "pytest-cov", 5),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "\t@echo run black and mypy",
        "# black .",
        "\tpip install black",
        "\tuv tool install ruff",
        ".PHONY: black mypy",
        "\tcp black.toml x",
        "\tsphinx-build -b coverage docs build",
    ],
)
def test_what_is_said_or_installed_is_not_run(line: str) -> None:
    assert _read(f"all:\n{line}\n") == []


def test_sessions_of_nox_and_environments_of_tox_are_read() -> None:
    nox = "@nox.session\ndef lint(session):\n    session.install('mypy')\n    session.run('ruff', 'check', '.')\n"
    tox = "[testenv:lint]\ndeps = flake8\ncommands = black --check .\n"

    assert _read(nox, "noxfile.py") == [("linter", "ruff", 4)]
    assert _read(tox, "tox.ini") == [("linter", "flake8", 2), ("formatter", "black", 3)]


def test_tasks_of_go_task_and_mise_are_read() -> None:
    assert _read("tasks:\n  lint:\n    cmds: [ruff check .]\n", "Taskfile.yml") == [("linter", "ruff", 3)]
    assert _read('[tasks.lint]\nrun = "ruff check ."\n', "mise.toml") == [("linter", "ruff", 2)]


def test_a_tool_in_a_folder_of_a_variable_is_read() -> None:
    assert _read("lint:\n\t$(VENV)/bin/flake8 src\n\t$(BIN)/black src\n") == [
        ("linter", "flake8", 2),
        ("formatter", "black", 3),
    ]
    assert _read("#!/bin/sh\nruff check .\n", "scripts/lint") == [("linter", "ruff", 2)]


def test_a_tool_is_told_once_at_its_first_line() -> None:
    assert _read("a:\n\tblack a\n\tblack b\n", "scripts/format.sh") == [("formatter", "black", 2)]
