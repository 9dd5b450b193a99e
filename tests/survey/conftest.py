"""What the tests of surveys share: policies of a few words, and a fleet of real repos."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from goldenpath.fleet.base import Fleet
from goldenpath.repo import Repo
from goldenpath.standard import Standard, read_standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 11, 21)
POLICIES = """\
- id: has-readme
  title: There is a README
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01, warn: 2026-12-01, block: 2027-01-01}
  file: {exists: README.md}
  rationale: People start there.
  cases: {fail: [{}], pass: [{README.md: ""}]}
- id: container-non-root
  title: Containers don't run as root
  capability: security
  level: 2
  severity: high
  enforcement: {audit: 2026-01-01}
  when: {fact: containers}
  fact: {table: containers, each: {user: {not_in: [root, "0"]}}, missing: fail}
  rationale: A breakout starts as root.
  cases: {fail: [{Dockerfile: "FROM x"}], pass: [{Dockerfile: "FROM x\\nUSER 1"}]}
"""


@pytest.fixture
def standard(tmp_path: Path) -> Standard:
    """Give a standard with two policies."""
    folder = tmp_path / "standard"
    (folder / "policies").mkdir(parents=True)
    (folder / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\npolicies: policies/\n")
    (folder / "policies/all.yaml").write_text(POLICIES)
    return read_standard(str(folder))


@pytest.fixture
def fleet(make_repo: Callable[..., Path]) -> Fleet:
    """Give five repos: two good ones, two that drift, one that can't be read."""
    repos = {
        "a-good": {"README.md": "# a\n"},
        "b-bare-words": {"x.py": "import os\n"},
        "c-broken": {"README.md": ""},
        "d-root": {"README.md": "", "Dockerfile": "FROM python:3.11\n"},
        "e-good": {"README.md": "# e\n", "Dockerfile": "FROM python:3.11\nUSER 1000\n"},
    }
    made = {name: make_repo(files, name) for name, files in repos.items()}
    for file in sorted((made["c-broken"] / ".git/objects").rglob("*")):
        if file.is_file():
            file.unlink()
    return Fleet(repos=tuple(Repo(id=name, name=name, path=str(path)) for name, path in made.items()))
