from __future__ import annotations

import pytest

from goldenpath.facts.base import File
from goldenpath.facts.readers import ci_files
from goldenpath.testing import facts_of

_AZURE = "trigger:\n  branches: [main]\nsteps:\n  - script: python -m flake8 src\n"


def _tools(path: str, text: str) -> list[tuple[str, str, str, int | None]]:
    facts = ci_files.read(File(path=path, data=text.encode()))
    return [(row.kind, row.tool, row.evidence, row.line) for row in facts.quality]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (".gitlab-ci.yml", "lint:\n  script:\n    - pip install ruff\n    - ruff check .\n", 4),
        (".gitlab-ci.yml", "lint:\n  script: 'uv run ruff check .'\n", 2),
        (".gitlab-ci.yml", "lint:\n  script: [make, ruff check .]\n", 2),
        (".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: ruff check src\n", 4),
        ("Jenkinsfile", "stage('lint') {\n  sh 'ruff check .'\n}\n", 2),
        ("azure-pipelines.yml", "steps:\n  - script: |\n      ruff check .\n", 3),
    ],
)
def test_what_another_ci_runs_is_in_use(path: str, text: str, line: int) -> None:
    assert _tools(path, text) == [("linter", "ruff", "ci", line)]


@pytest.mark.parametrize(
    "text", ["black:\n  script: [make]\n", "a:\n  name: run black\n", "a:\n  - echo black .\n", "# black .\n"]
)
def test_what_ci_only_names_is_not_run(text: str) -> None:
    assert _tools(".gitlab-ci.yml", text) == []


@pytest.mark.parametrize("path", ["pipelines/test.yml", "ops/devops-pipelines/train.yml", ".pipelines/a/ci.yml"])
def test_a_pipeline_of_azure_is_known_by_its_text_where_its_name_says_nothing(path: str) -> None:
    facts = facts_of({path: _AZURE})

    assert [(row.system, row.path) for row in facts.ci] == [("azure-pipelines", path)]
    assert [row.tool for row in facts.quality] == ["flake8"]


def test_one_under_its_usual_name_is_told_once() -> None:
    facts = facts_of({".azure-pipelines/pipelines/ci.yml": _AZURE, "azure-pipelines/ci.yml": _AZURE})

    assert [row.path for row in facts.ci] == [".azure-pipelines/pipelines/ci.yml", "azure-pipelines/ci.yml"]


@pytest.mark.parametrize("text", ["steps:\n  - load\n  - train\n", "pipeline: {model: ridge}\n", "- pytest\n"])
def test_another_pipeline_is_no_ci(text: str) -> None:
    facts = facts_of({"pipelines/train.yml": text})

    assert facts.ci == ()
    assert facts.quality == ()
