"""A blueprint's life as a platform team and a project team see it: release, new, change, release, behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

    MakeStandard = Callable[..., Path]
    Git = Callable[..., str]

POLICIES = """\
- id: current
  title: The repo is at the newest release
  capability: integration
  level: 1
  severity: high
  enforcement: {block: 2026-01-01}
  template: {behind: 0}
  rationale: It says so.
- id: unchanged
  title: What the blueprint manages is unchanged
  capability: integration
  level: 1
  severity: high
  enforcement: {block: 2026-01-01}
  template: {states: [edited, both, deleted, moved, differs]}
  rationale: It says so.
"""
BLUEPRINT = "name: small\nversion: {}\nlayers: [_base]\nownership: {{managed: [size.txt, .copier-answers.yml]}}\n"


def test_a_repo_falls_behind_when_its_blueprint_is_released_anew(
    call: Run, make_standard: MakeStandard, git: Git, tmp_path: Path
) -> None:
    standard = make_standard(
        {
            "goldenpath.yaml": "name: acme\nversion: 1.0.0\nblueprints: blueprints/\npolicies: policies/\n",
            "policies/all.yaml": POLICIES,
            "blueprints/_base/layer.yaml": "name: _base\nownership: {seeded: [README.md]}\n",
            "blueprints/small/blueprint.yaml": BLUEPRINT.format("1.0.0"),
        }
    )
    git(standard, "init", "-q", "-b", "main")

    def released(version: str, text: str) -> str:
        (standard / "blueprints/small/blueprint.yaml").write_text(BLUEPRINT.format(version))
        (standard / "blueprints/small/template/size.txt.jinja").write_text(text)
        git(standard, "add", "-A")
        git(standard, "commit", "-q", "-m", version)
        done = call("catalog", "release", "small", "--standard", str(standard))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def checked() -> tuple[int, list[str]]:
        done = call("check", "repo", "--standard", str(standard), "--format", "json")
        findings = json.loads(done.stdout)["repos"][0]["findings"]
        return done.returncode, sorted(f"{row['path']}: {row['found']}" for row in findings)

    first = released("1.0.0", "{{ size }}\n")
    made = call("new", "small", "repo", "--standard", str(standard), "--no-lock")
    before = checked()
    second = released("1.1.0", "{{ size }} apples\n")
    behind = checked()
    (tmp_path / "repo/size.txt").write_text("9\n")
    edited = checked()

    assert first.startswith("small-v1.0.0 ")
    assert second.endswith(": 1 files changed since 1.0.0\n")
    assert made.stdout.startswith("repo: 4 files from small 1.0.0, ")
    assert "is no release" not in made.stderr
    assert before == (0, [])
    assert behind == (1, [".goldenpath.yaml: small 1.0.0, 1 release behind"])
    assert edited == (
        1,
        [
            ".goldenpath.yaml: small 1.0.0, 1 release behind",
            "size.txt: edited; the blueprint small 1.0.0 manages it, and 1.1.0 changes it",
        ],
    )
