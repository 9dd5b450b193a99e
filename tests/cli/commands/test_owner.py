"""`drift --owner`: one team's repos, and what it should do first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

POLICY = """\
- id: has-readme
  title: There is a README
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01, block: 2027-01-01}
  file: {exists: README.md}
  rationale: People start there.
  remediation: {text: Write one.}
"""


@pytest.fixture
def drift(tmp_path: Path, make_repo: Callable[..., Path], run: Run) -> Callable[..., tuple[int, str]]:
    folder = tmp_path / "standard"
    (folder / "policies").mkdir(parents=True)
    (folder / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\npolicies: policies/\n")
    (folder / "policies/all.yaml").write_text(POLICY)
    make_repo({".goldenpath.yaml": "owner: growth\n"}, "fleet/one")
    make_repo({"CODEOWNERS": "* @acme/growth\n", "README.md": ""}, "fleet/two")
    make_repo({"x.py": ""}, "fleet/nobody-s")

    def call(*options: str) -> tuple[int, str]:
        given = ("fleet", "--standard", str(folder), "--as-of", "2026-11-21", *options)
        done = run("drift", *given)
        return done.returncode, done.stdout + done.stderr

    return call


def test_a_team_sees_its_repos_and_its_first_step(drift: Callable[..., tuple[int, str]]) -> None:
    code, said = drift("--owner", "growth")

    assert code == 0
    assert "growth: 2 repos, 1 at level 3, 1 at level 0, as of 2026-11-21" in said
    assert "1. has-readme (audit, low): 1 repo, 1 place" in said
    assert "2027-01-01  has-readme is blocked: 1 repo" in said
    assert "nobody-s" not in said


def test_other_formats_tell_of_the_same_repos(drift: Callable[..., tuple[int, str]]) -> None:
    repos = json.loads(drift("--owner", "@acme/growth", "--format", "json")[1])["repos"]

    assert [(repo["name"], repo["owners"]) for repo in repos] == [("two", ["@acme/growth"])]


def test_a_name_that_owns_nothing_is_told_with_the_nearest(drift: Callable[..., tuple[int, str]]) -> None:
    code, said = drift("--owner", "growht")

    assert code == 2
    assert "Did you mean 'growth'?" in said


def test_repos_of_others_are_left_out_of_what_changed_and_not_gone(drift: Callable[..., tuple[int, str]]) -> None:
    drift("--format", "json", "--output", "before.json")

    repos = json.loads(drift("--owner", "growth", "--since", "before.json", "--format", "json")[1])["repos"]

    assert repos == {"came": [], "went": [], "unreadable": []}
