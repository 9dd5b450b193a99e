from __future__ import annotations

import pytest

from goldenpath.facts.force import in_force, is_fixture, is_template


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/left-pad/package.json",
        "web/node_modules/x/Dockerfile",
        "third_party/lib/requirements.txt",
        "src/vendor/x/pyproject.toml",
        "__MACOSX/._requirements.txt",
        "data/._pyproject.toml",
        ".venv/lib/python3.11/site-packages/x/setup.py",
        "opt/site-packages/x.py",
        "src/pkg.egg-info/requires.txt",
    ],
)
def test_what_was_copied_in_is_not_in_force(path: str) -> None:
    assert not in_force(path, {path})


@pytest.mark.parametrize("path", ["requirements.txt", "vendors/x.py", "a b/Dockerfile", "tests/fixtures/Dockerfile"])
def test_the_repos_own_files_are_in_force(path: str) -> None:
    assert in_force(path, {path})


def test_the_files_of_an_mlflow_model_folder_are_the_models() -> None:
    names = ("a/MLmodel", "a/conda.yaml", "a/code/x.py", "a/data/model.pkl", "conda.yaml")
    entries = {f"models/{name}" for name in names}

    assert {path: in_force(path, entries) for path in sorted(entries)} == {
        "models/a/MLmodel": True,
        "models/a/conda.yaml": False,
        "models/a/code/x.py": False,
        "models/a/data/model.pkl": True,
        "models/conda.yaml": True,
    }


def test_an_mlflow_model_at_the_root_takes_only_what_mlflow_writes() -> None:
    entries = {"MLmodel", "requirements.txt", "train.py", "pyproject.toml"}

    assert not in_force("requirements.txt", entries)
    assert in_force("train.py", entries)
    assert in_force("pyproject.toml", entries)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("tests/fixtures/a/pyproject.toml", True),
        ("testdata/requirements.txt", True),
        ("tests/unit/data/setup.py", True),
        ("__tests__/data/pyproject.toml", True),
        ("tests/requirements.txt", False),
        ("data/requirements.txt", False),
        ("src/latest/data/setup.py", False),
    ],
)
def test_test_data_is_told_by_its_folder(path: str, wanted: bool) -> None:  # noqa: FBT001 - a table
    assert is_fixture(path) is wanted


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("{{ cookiecutter.name }}/Dockerfile", True),
        ("template/{% if docker %}Dockerfile{% endif %}", True),
        ("template/pyproject.toml.jinja", True),
        ("docker/Dockerfile.j2", True),
        (".gitlab/docker/Dockerfile.tmpl", True),
        ("templates/Dockerfile", False),
        ("jinja/Dockerfile", False),
    ],
)
def test_a_template_is_known_by_its_path(path: str, template: bool) -> None:  # noqa: FBT001 - a table
    assert is_template(path) is template
