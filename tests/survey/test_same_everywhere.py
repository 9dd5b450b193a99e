"""The same findings whatever way a commit is read: work tree, git objects, bare clone, dirty clone at HEAD."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.schema import document
from goldenpath.repo import Repo
from goldenpath.snapshot import open_snapshot
from goldenpath.standard import BUILTIN, read_standard
from goldenpath.survey.assess import Yardstick, assess

if TYPE_CHECKING:
    from pathlib import Path

    from goldenpath.survey.result import Assessment
    from tests.conftest import Git, MakeRepo

NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import torch"], "outputs": [{"text": ["1"]}]},
        {"cell_type": "markdown", "source": "import nothing"},
    ],
    "metadata": {"kernelspec": {"language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
FILES: dict[str, str | bytes] = {
    "README.md": "# demo\n",
    "pyproject.toml": b"\xef\xbb\xbf[project]\r\nname = 'demo'\r\nrequires-python = '>=3.8'\r\n"
    b"dependencies = ['pandas']\r\n",
    "requirements-dev.txt": "pytest\nlib @ git+https://git.example.org/a/lib.git@main\n".encode("utf-16"),
    "broken/pyproject.toml": "<<<<<<< HEAD\n[project]\n=======\n>>>>>>> b\n",
    "environment.yml": "channels: [conda-forge]\ndependencies:\n  - python=3.9\n  - pip: [flask]\n",
    "legacy/setup.py": "from setuptools import setup\nprint 'python 2'\nsetup(name='old', install_requires=['six'])\n",
    "service/Dockerfile": "ARG V\nFROM python:${V:-latest} AS build\nFROM build\n"
    "RUN curl -s https://x.example.org | sh\n",
    ".dockerignore": "*\n",
    ".github/workflows/ci.yml": "on: push\npermissions: write-all\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    "      - uses: actions/checkout@v4\n      - uses: ./.github/actions/test\n      - run: ruff check\n",
    ".github/actions/test/action.yml": "runs:\n  using: composite\n  steps:\n    - uses: actions/cache@v4\n",
    ".github/CODEOWNERS": "/src/ @acme/team\n",
    ".pre-commit-config.yaml": "repos:\n  - repo: https://git.example.org/h\n    rev: main\n    hooks: [{id: black}]\n",
    ".copier-answers.yml": "_src_path: https://git.example.org/t.git\n_commit: v1.0.0\n",
    "brief.yaml": "objective: {statement: TODO}\nconcerns: {privacy: {personal_data: true}}\n",
    "train.py": "import torch, sklearn\n\nif __name__ == '__main__':\n    torch.save(1)\n",
    "look.ipynb": json.dumps(NOTEBOOK),
    "models/net.pt": b"\x80\x02" + bytes(range(256)) * 8,
    "models/lfs.onnx": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 99999999\n",
    ".gitattributes": "*.onnx filter=lfs diff=lfs merge=lfs -text\n*.csv text eol=crlf\n",
    "data/table.csv": "a,b\n1,2\n" * 2000,
    "deploy/id_rsa": "-----BEGIN OPENSSH PRIVATE KEY-----\nYWJj\n-----END OPENSSH PRIVATE KEY-----\n",
    "node_modules/x/Dockerfile": "FROM vendored:1\n",
    "{{ cookiecutter.name }}/Dockerfile": "FROM template:1\n",
    "with space/größe.py": "import numpy\n",
}
DIRT = {
    "README.md": None,
    "pyproject.toml": "[project]\nname = 'other'\nrequires-python = '>=3.13'\n",
    "service/Dockerfile": "FROM python:3.12@sha256:" + "0" * 64 + "\nUSER 1\n",
    "added/Dockerfile": "FROM added:1\n",
    "deploy/.env": "TOKEN=abcdefghijklmnop\n",
}


@pytest.fixture(scope="module")
def yardstick() -> Yardstick:
    """Give the built-in standard, as of a day on which nearly all of it is in force."""
    standard = read_standard(BUILTIN)
    return Yardstick(
        policies=standard.load_policies(), waivers=(), as_of=date(2027, 12, 1), radar=standard.load_radar()
    )


@pytest.fixture
def origin(make_repo: MakeRepo, git: Git) -> Path:
    """Give a repo with many kinds of files, a link, and a submodule that was never fetched."""
    folder = make_repo(FILES, "origin")
    (folder / "linked.toml").symlink_to("pyproject.toml")
    git(folder, "add", "linked.toml")
    head = git(folder, "rev-parse", "HEAD").strip()
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{head},vendored-module")
    git(folder, "commit", "-q", "-m", "link and submodule")
    return folder


def _assessed(path: Path, yardstick: Yardstick, *, worktree: bool = False) -> Assessment:
    repo = Repo(id="git.example.org/acme/demo", name="demo", path=str(path))
    found = assess(repo, replace(yardstick, worktree=worktree))
    return replace(found, repo=replace(found.repo, path=""), commit="")


def _dirtied(folder: Path, git: Git) -> None:
    for path, text in DIRT.items():
        if text is None:
            (folder / path).unlink()
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    git(folder, "add", "added", "pyproject.toml")


def test_the_repo_has_enough_to_find(origin: Path, yardstick: Yardstick) -> None:
    found = _assessed(origin, yardstick)

    assert len({finding.policy for finding in found.findings}) > 25
    assert {row.path for row in found.unreadable} >= {"broken/pyproject.toml"}


def test_a_work_tree_is_found_to_be_what_its_commit_is(origin: Path, yardstick: Yardstick) -> None:
    assert _assessed(origin, yardstick, worktree=True) == _assessed(origin, yardstick)


@pytest.mark.parametrize(
    "options",
    [("--bare",), (), ("--bare", "--depth=1"), ("--bare", "--mirror"), ("--no-checkout",)],
    ids=" ".join,
)
def test_a_clone_is_found_to_be_what_its_origin_is(
    origin: Path, yardstick: Yardstick, git: Git, tmp_path: Path, options: tuple[str, ...]
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", *options, origin.as_uri(), str(clone))

    assert _assessed(clone, yardstick) == _assessed(origin, yardstick)


@pytest.mark.parametrize("packed", ["loose", "packed", "packed with bitmap"])
def test_it_does_not_matter_how_objects_are_stored(origin: Path, yardstick: Yardstick, git: Git, packed: str) -> None:
    before = _assessed(origin, yardstick)
    if packed != "loose":
        git(origin, "repack", "-q", "-a", "-d", *(["--write-bitmap-index"] if "bitmap" in packed else []))

    assert _assessed(origin, yardstick) == before


def test_a_dirty_clone_read_at_head_shows_nothing_of_its_dirt(
    origin: Path, yardstick: Yardstick, git: Git, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", origin.as_uri(), str(clone))
    _dirtied(clone, git)

    assert _assessed(clone, yardstick) == _assessed(origin, yardstick)
    assert _assessed(clone, yardstick, worktree=True) != _assessed(origin, yardstick)


def test_a_linked_work_tree_is_found_to_be_what_its_commit_is(
    origin: Path, yardstick: Yardstick, git: Git, tmp_path: Path
) -> None:
    linked = tmp_path / "linked"
    git(origin, "worktree", "add", "-q", str(linked), "HEAD")
    repo = Repo(id="x", name="demo", path=str(linked), within=str(tmp_path))

    there = assess(repo, yardstick)
    assert there.findings == assess(replace(repo, path=str(origin)), yardstick).findings


def test_a_sha256_repo_has_the_same_findings(make_repo: MakeRepo, yardstick: Yardstick) -> None:
    first = make_repo(FILES, "sha1")
    second = make_repo(FILES, "sha256", "--object-format=sha256")

    assert _assessed(second, yardstick) == _assessed(first, yardstick)


def test_facts_are_the_same_bytes_from_a_work_tree_and_from_objects(origin: Path) -> None:
    repo = Repo(id="x", name="x", path=str(origin))
    trees = (open_snapshot(repo, worktree=True), open_snapshot(repo))

    there, here = (json.dumps(document(inventory(tree, packages=True), repo="x"), sort_keys=True) for tree in trees)
    assert there == here
