from __future__ import annotations

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.projects import is_public
from goldenpath.snapshot.memory import MemorySnapshot

PACKAGE = "[project]\nname = 'x'\n[build-system]\nrequires = ['flit_core']\nbuild-backend = 'flit_core.buildapi'\n"
UPLOAD = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {step}\n"


def _published(files: dict[str, str]) -> list[tuple[str, bool]]:
    facts = inventory(MemorySnapshot(files))
    return [(project.root, project.published) for project in facts.projects]


@pytest.mark.parametrize(
    ("classifiers", "public"),
    [
        ([], False),
        (["Programming Language :: Python :: 3"], True),
        (["Programming Language :: Python :: 3", "Private :: Do Not Upload"], False),
    ],
)
def test_classifiers_are_for_an_index_unless_one_is_private(classifiers: list[str], public: bool) -> None:  # noqa: FBT001 - a table
    assert is_public(classifiers) is public


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'x'\nclassifiers = ['Topic :: Software Development']\n"),
        ("pyproject.toml", "[tool.poetry]\nname = 'x'\nclassifiers = ['Topic :: Software Development']\n"),
        ("setup.cfg", "[metadata]\nname = x\nclassifiers =\n    Topic :: Software Development\n"),
        ("setup.py", "from setuptools import setup\nsetup(name='x', classifiers=['Topic :: Software Development'])\n"),
    ],
)
def test_a_package_with_classifiers_is_published_wherever_they_stand(path: str, text: str) -> None:
    assert _published({path: text}) == [("", True)]


@pytest.mark.parametrize(
    "step", ["uses: pypa/gh-action-pypi-publish@v1", "run: uv publish", "run: twine upload dist/*"]
)
def test_a_package_that_a_workflow_uploads_is_published(step: str) -> None:
    files = {"pyproject.toml": PACKAGE, ".github/workflows/release.yml": UPLOAD.format(step=step)}

    assert _published(files) == [("", True)]


def test_an_application_is_not_published() -> None:
    workflow = UPLOAD.format(step="run: docker push registry.example.org/x")

    assert _published({"pyproject.toml": PACKAGE, ".github/workflows/release.yml": workflow}) == [("", False)]


def test_one_published_package_says_nothing_of_its_neighbours() -> None:
    public = "[project]\nname = 'x'\nclassifiers = ['Topic :: Software Development']\n"

    found = _published({"libs/a/pyproject.toml": public, "apps/b/pyproject.toml": PACKAGE})

    assert found == [("apps/b", False), ("libs/a", True)]


def test_a_brief_makes_the_folder_that_holds_it_a_project() -> None:
    files = {"brief.yaml": "objective: x\n", "serve/pyproject.toml": PACKAGE, "train/brief.yaml": "objective: y\n"}

    facts = inventory(MemorySnapshot(files))

    assert [(project.root, project.path) for project in facts.projects] == [
        ("", "brief.yaml"),
        ("serve", "serve/pyproject.toml"),
        ("train", "train/brief.yaml"),
    ]
    assert [row.project for row in facts.governance if row.kind == "brief"] == ["", "train"]
