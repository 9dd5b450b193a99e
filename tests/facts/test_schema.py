from __future__ import annotations

import json

import jsonschema

from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import SCHEMA_VERSION, TABLES
from goldenpath.facts.schema import document, printable, schema
from goldenpath.snapshot.memory import MemorySnapshot

FILES: dict[str, str | bytes] = {
    "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.11"\ndependencies = ["numpy[a]==1"]\n',
    "requirements.txt": "-r gone.txt\nscipy\n",
    "Dockerfile": "FROM python:3.12\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n",
    ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n      - id: x\n",
    "uv.lock": 'version = 1\n\n[[package]]\nname = "numpy"\nversion = "1"\n',
    "train.py": "import torch\n",
    "caf\udce9/requirements.txt": "pandas\n",
}


def test_a_document_keeps_to_its_schema() -> None:
    found = document(inventory(MemorySnapshot(FILES), packages=True), repo="example.org/o/r", commit="ab")

    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator(schema()).validate(json.loads(json.dumps(found)))
    assert found["schema_version"] == SCHEMA_VERSION
    assert found["dependencies"][0]["path"]


def test_every_table_is_published() -> None:
    assert set(TABLES) < set(schema()["properties"])
    assert set(schema()["required"]) == {"schema_version", "repo", "commit", *TABLES}


def test_the_keys_that_the_reference_names_are_there() -> None:
    wanted = {
        "Dependency": "name specifier extras marker scope source pinned path line",
        "Python": "specifier path line",
        "Lockfile": "path tool",
        "Image": "image tag digest origin stage final path line",
        "Container": "path user",
        "Action": "uses ref pinned kind path line",
        "Hook": "repo rev id path line",
        "Provenance": "tool template version path",
        "Unreadable": "path reason",
    }

    for name, keys in wanted.items():
        assert set(keys.split()) <= set(schema()["$defs"][name]["required"])


def test_a_path_that_is_no_utf_8_can_be_written() -> None:
    found = document(inventory(MemorySnapshot(FILES)), repo="r")

    paths = [row["path"] for row in found["dependencies"]]
    assert "caf\\xe9/requirements.txt" in paths
    json.dumps(found).encode("utf-8")
    assert printable("\ud800") == "\\ud800"


def test_a_row_says_whether_its_file_speaks_for_the_repo() -> None:
    files = {"requirements.txt": "a\n", "tests/fixtures/requirements.txt": "b\n", "{{ x }}/requirements.txt": "c\n"}

    found = document(inventory(MemorySnapshot(files)), repo="r")

    assert {row["name"]: row["aside"] for row in found["dependencies"]} == {"a": "", "b": "fixture", "c": "template"}
    assert schema()["$defs"]["Dependency"]["properties"]["aside"]["enum"] == ["", "fixture", "template"]
