"""Findings in a road, as a person sees them: the team's CI stays green, and the blueprint's owner is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

POLICIES = """\
- id: no-eval
  title: No code evaluates text
  capability: security
  level: 1
  severity: high
  enforcement: {block: 2026-01-01}
  file: {absent: "**/*.py", contains: "eval[(]"}
  rationale: A text is not to be trusted.
  remediation: {text: Parse it.}
"""
UNCHANGED = """\
- id: unchanged
  title: What the blueprint manages is unchanged
  capability: integration
  level: 2
  severity: medium
  enforcement: {block: 2026-01-01}
  scope: project
  template: {states: [edited, deleted]}
  rationale: It says so.
"""
STANDARD = {
    "goldenpath.yaml": "name: acme\nversion: 1.4.0\nblueprints: blueprints/\npolicies: policies/\n",
    "policies/all.yaml": POLICIES + UNCHANGED,
    "blueprints/small/blueprint.yaml": (
        "name: small\nversion: 1.2.0\nowner: '@acme/team-ml'\nlayers: [_base]\n"
        "ownership: {managed: [road/**, size.txt], seeded: [README.md, pyproject.toml]}\n"
    ),
    "blueprints/small/template/pyproject.toml": (
        "[project]\nname = 'x'\ndependencies = ['road-of-acme']\n[tool.uv.sources]\nroad-of-acme = { path = 'road' }\n"
    ),
    "blueprints/small/template/road/pyproject.toml": "[project]\nname = 'road-of-acme'\nversion = '0+goldenpath'\n",
    "blueprints/small/template/road/src/road/core.py": "eval('1')\n",
}


@pytest.fixture
def standard(make_standard: Callable[..., Path]) -> str:
    return str(make_standard(STANDARD))


@pytest.fixture
def repo(standard: str, call: Run, tmp_path: Path) -> Path:
    made = call("new", "small", "repo", "--standard", standard, "--no-lock", "--defaults")
    assert made.returncode == 0, made.stderr
    return tmp_path / "repo"


@pytest.mark.usefixtures("repo")
def test_what_the_team_cant_mend_fails_no_check_of_its(call: Run, standard: str) -> None:
    said = call("check", "repo", "--standard", standard)
    document: dict[str, Any] = json.loads(call("check", "repo", "--standard", standard, "--format", "json").stdout)

    assert said.returncode == 0
    assert "road    small 1.2.0.dev  the blueprint's, not yours: tell @acme/team-ml\n" in said.stdout
    assert "road/src/road/core.py:1: eval(, want" in said.stdout
    assert "level 3 of 3; 1 check passed; 1 the blueprint's" in said.stdout
    (found,) = document["repos"][0]["findings"]
    assert (found["result"], found["blueprint"], found["owner"]) == ("blueprint", "small 1.2.0.dev", "@acme/team-ml")
    assert document["repos"][0]["level"] == 3


def test_an_edited_file_of_the_road_is_the_teams_with_all_that_is_found_in_it(
    call: Run, standard: str, repo: Path
) -> None:
    (repo / "road/src/road/core.py").write_text("eval('2')\n")

    done = call("check", "repo", "--standard", standard, "--format", "json")

    (assessed,) = json.loads(done.stdout)["repos"]
    assert (done.returncode, assessed["level"]) == (1, 0)
    assert [(row["policy"], row["result"], row["blueprint"]) for row in assessed["findings"]] == [
        ("no-eval", "fail", None),
        ("unchanged", "fail", None),
    ]


def test_a_standard_without_a_policy_of_drift_knows_whose_a_finding_is(
    call: Run, make_standard: Callable[..., Path], repo: Path
) -> None:
    standard = str(make_standard({**STANDARD, "policies/all.yaml": POLICIES}))

    kept = call("check", "repo", "--standard", standard)
    (repo / "road/src/road/core.py").write_text("eval('2')\n")
    edited = call("check", "repo", "--standard", standard)

    assert (kept.returncode, edited.returncode) == (0, 1)


def test_who_owns_the_blueprint_sees_it_in_every_repo_that_has_it(
    call: Run, standard: str, repo: Path, make_repo: Callable[..., Path]
) -> None:
    for name in ("one", "two"):
        make_repo({str(file.relative_to(repo)): file.read_bytes() for file in _files(repo)}, f"fleet/{name}")
    make_repo({"x.py": "eval('3')\n", "CODEOWNERS": "* @acme/team-b\n"}, "fleet/three")

    fleet = call("drift", "fleet", "--standard", standard)
    mine = call("drift", "fleet", "--standard", standard, "--owner", "team-ml")
    document = json.loads(call("drift", "fleet", "--standard", standard, "--format", "json").stdout)

    assert "Findings: 1 block, 0 warn, 0 audit, 0 planned, 0 waived, 2 the blueprints'" in fleet.stdout
    assert "small 1.2.0.dev  @acme/team-ml" in fleet.stdout
    assert mine.returncode == 0
    assert "Your blueprints\n   small 1.2.0.dev, 2 repos: no-eval at road/src/road/core.py:1" in mine.stdout
    assert "team-ml: 0 repos, as of" in mine.stdout
    assert "three" not in mine.stdout
    (row,) = document["summary"]["blueprints"]
    assert (row["blueprint"], row["owner"], row["policy"], len(row["repos"])) == (
        "small 1.2.0.dev",
        "@acme/team-ml",
        "no-eval",
        2,
    )


def _files(repo: Path) -> list[Path]:
    return [file for file in repo.rglob("*") if file.is_file() and ".git" not in file.relative_to(repo).parts[:1]]
