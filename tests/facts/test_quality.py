from __future__ import annotations

import pytest

from goldenpath.facts.base import File
from goldenpath.facts.model import Action, Dependency, Facts, Hook, Workflow
from goldenpath.facts.quality import quality, run_by
from goldenpath.facts.readers import tool_config


def _sections(path: str, text: str) -> list[tuple[str, str, int | None]]:
    facts = tool_config.read(File(path=path, data=text.encode()))
    return [(row.kind, row.tool, row.line) for row in facts.quality]


def test_sections_of_a_pyproject_name_the_tools_once() -> None:
    text = "[project]\nname = 'x'\n[tool.ruff]\n[tool.ruff.lint.isort]\n[tool.ruff.format]\n[tool.pytest.ini_options]\n"

    assert _sections("pyproject.toml", text + '[tool."black"]\n[tool.mypy]\n[[tool.mypy.overrides]]\n[mypy]\n') == [
        ("linter", "ruff", 3),
        ("formatter", "ruff", 5),
        ("test-runner", "pytest", 6),
        ("formatter", "black", 7),
        ("type-checker", "mypy", 8),
    ]


def test_sections_of_the_older_files_are_understood() -> None:
    text = "[metadata]\n[flake8]\n[tool:pytest]\n[mypy-numpy.*]\n[coverage:run]\n[options]\n"

    assert _sections("setup.cfg", text) == [
        ("linter", "flake8", 2),
        ("test-runner", "pytest", 3),
        ("type-checker", "mypy", 4),
        ("coverage", "coverage", 5),
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[tool.poe.tasks]\nlint = "ruff check ."\n'),
        ("pyproject.toml", '[tool.poe.tasks.lint]\ncmd = "ruff check ."\n'),
        ("pyproject.toml", '[tool.pixi.feature.dev.tasks]\nlint = { cmd = "ruff check ." }\n'),
        ("pyproject.toml", '[tool.pdm.scripts]\nlint = ["ruff check ."]\n'),
        ("pyproject.toml", '[tool.hatch.envs.lint.scripts]\nlint = "ruff check ."\n'),
        ("hatch.toml", '[envs.lint.scripts]\nlint = "ruff check ."\n'),
        ("pixi.toml", '[tasks]\nlint = "ruff check ."\n'),
    ],
)
def test_tasks_of_a_manifest_run_their_tools(path: str, text: str) -> None:
    facts = tool_config.read(File(path=path, data=text.encode()))

    assert [(row.kind, row.tool, row.evidence, row.line) for row in facts.quality] == [("linter", "ruff", "task", 2)]


def test_what_a_section_that_is_no_task_says_is_not_run() -> None:
    assert _sections("pyproject.toml", '[project.scripts]\nruff = "x:ruff check"\n[tool.x]\ny = "black ."\n') == []
    assert _sections("pixi.toml", "[tool.ruff]\n[dependencies]\nblack = '*'\n") == [("linter", "ruff", 1)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = "-q --cov=x"\n'),
        ("pytest.ini", "[pytest]\naddopts = --cov\n"),
        ("setup.cfg", "[tool:pytest]\naddopts = --cov=x\n"),
    ],
)
def test_the_options_of_pytest_measure_coverage(path: str, text: str) -> None:
    assert _sections(path, text) == [("test-runner", "pytest", 1), ("coverage", "pytest-cov", 2)]


def test_what_is_only_said_is_not_run_and_a_tool_may_be_named_by_its_folder() -> None:
    assert list(run_by("echo run pytest\nprintf 'black .'")) == []
    assert [tool for _, tool, _ in run_by(".venv/bin/ruff check src && echo ok && flake8 src")] == ["ruff", "flake8"]


def _found(facts: Facts, *paths: str) -> list[tuple[str, str, str]]:
    return [(row.kind, row.tool, row.evidence) for row in quality(facts, paths)]


def test_files_of_their_own_and_tests_are_evidence() -> None:
    assert _found(Facts(), ".flake8", "mypy.ini", "tests/test_a.py", "tests/test_b.py", "src/a.py") == [
        ("linter", "flake8", "config"),
        ("type-checker", "mypy", "config"),
        ("tests", "files", "files"),
    ]


def test_the_linter_of_another_language_is_a_linter() -> None:
    hook = Hook(repo="local", rev=None, id="golangci-lint", path=".pre-commit-config.yaml", line=3)

    assert _found(Facts(hooks=(hook,))) == [("linter", "golangci-lint", "hook")]
    assert _found(Facts(), ".golangci.yml") == [("linter", "golangci-lint", "config")]


def test_hooks_are_evidence_by_what_they_run() -> None:
    hooks = tuple(
        Hook(repo="r", rev="1", id=name, path=".pre-commit-config.yaml", line=line)
        for line, name in enumerate(["ruff", "ruff-format", "nbqa-black", "check-yaml", "mypy"], start=1)
    )

    assert _found(Facts(hooks=hooks)) == [
        ("linter", "ruff", "hook"),
        ("formatter", "ruff", "hook"),
        ("formatter", "black", "hook"),
        ("type-checker", "mypy", "hook"),
    ]


def test_dependencies_and_commands_are_evidence_and_installing_is_not_running() -> None:
    workflow = Workflow(
        name=None,
        triggers=(),
        permissions=None,
        commands=("pip install black pytest\nuv run --frozen pytest -q", "ruff format --check .", "echo mypy.ini"),
        path=".github/workflows/ci.yml",
    )
    facts = Facts(dependencies=(Dependency(name="pylint", specifier="", path="a.txt", line=3),), workflows=(workflow,))

    assert _found(facts) == [
        ("formatter", "ruff", "ci"),
        ("test-runner", "pytest", "ci"),
        ("linter", "pylint", "dependency"),
    ]


def test_actions_are_evidence_by_what_they_run() -> None:
    names = ("psf/black", "ultralytics/actions", "codecov/codecov-action", "ultralytics/actions/retry")
    actions = tuple(
        Action(uses=f"{name}@v1", name=name, ref="v1", pinned=False, kind="action", path="ci.yml", line=line)
        for line, name in enumerate(names, start=1)
    )

    assert _found(Facts(actions=actions)) == [
        ("formatter", "black", "ci"),
        ("formatter", "ruff", "ci"),
        ("linter", "ruff", "ci"),
        ("coverage", "codecov", "ci"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        *(
            "ruff check",
            "ruff format",
            "ruff",
            "black",
            "docformatter",
            "isort",
            "yapf",
            "autopep8",
            "flake8",
            "pylint",
        ),
        *("bandit", "mypy", "pyright", "basedpyright", "pytype", "ty check", "pytest", "py.test", "tox", "nox"),
        *("nosetests", "codespell", "coverage run", "python -m x --cov"),
    ],
)
def test_every_tool_is_found_where_a_script_runs_nothing_else(command: str) -> None:
    assert list(run_by(command))
