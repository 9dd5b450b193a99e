"""Which files of a repo are in force: those that are its own, not somebody else's that were copied in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from goldenpath.facts import models

if TYPE_CHECKING:
    from collections.abc import Container

VENDORED = frozenset(
    {
        ".eggs",
        ".git",
        ".nox",
        ".pixi",
        ".tox",
        ".venv",
        "3rdparty",
        "3rd_party",
        "__MACOSX",
        "__pycache__",
        "__pypackages__",
        "_vendor",
        "_vendored",
        "bower_components",
        "dist-packages",
        "node_modules",
        "site-packages",
        "third-party",
        "third_party",
        "thirdparty",
        "vendor",
        "vendored",
        "venv",
        "virtualenv",
    }
)
"""Names of folders that hold other people's code, whatever the folder above them."""

FIXTURES = frozenset({"__fixtures__", "fixture", "fixtures", "test-data", "test_data", "testdata"})
"""Names of folders that hold what tests read."""

_TESTS = frozenset({"__tests__", "test", "tests"})
_TEST_DATA = frozenset({"assets", "data", "files", "resources", "samples"})
_TEMPLATE_SUFFIXES = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl")
_METADATA = (".egg-info", ".dist-info")
_MLFLOW_OWN = frozenset({"MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt"})


def in_force(path: str, entries: Container[str]) -> bool:
    """Tell whether a file says something of the repo itself; `entries` are all paths of the snapshot.

    Not in force are vendored trees, remains of archives (`__MACOSX`, `._name`), build metadata, and what MLflow wrote
    into a model's folder (the one that holds `MLmodel`): its `requirements.txt` is the model's, not the project's. The
    model there is a file of the repo like any other.
    """
    folder, _, name = path.rpartition("/")
    if name.startswith("._") or (folder and _is_copied(folder)):
        return False
    return not _in_mlflow_model(folder, name, entries)


def is_template(path: str) -> bool:
    """Tell whether a file is one that other repos are made from: it says nothing of the repo that holds it."""
    return "{{" in path or "{%" in path or path.endswith(_TEMPLATE_SUFFIXES)


def is_fixture(path: str) -> bool:
    """Tell whether a file is test data: a manifest among it says what a test needs to read, not what the repo runs."""
    folders = path.lower().split("/")[:-1]
    if not FIXTURES.isdisjoint(folders):
        return True
    tests = next((depth for depth, folder in enumerate(folders) if folder in _TESTS), len(folders))
    return not _TEST_DATA.isdisjoint(folders[tests + 1 :])


@lru_cache(maxsize=4096)
def _is_copied(folder: str) -> bool:
    return any(part in VENDORED or part.endswith(_METADATA) for part in folder.split("/"))


def _in_mlflow_model(folder: str, name: str, entries: Container[str]) -> bool:
    # A model saved at the repo's root shares it with the project, so only what MLflow names is taken as its own.
    if not folder:
        return name in _MLFLOW_OWN and name != "MLmodel" and "MLmodel" in entries
    while folder:
        if f"{folder}/MLmodel" in entries:
            return name != "MLmodel" and not models.by_name(name)
        folder = folder.rpartition("/")[0]
    return False
