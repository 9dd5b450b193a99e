"""Repos that left their template, as a person sees them: `new`, edits, `check` and `drift`."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.reports.formats import FORMATS
from tests.cli.conftest import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

    MakeStandard = Callable[..., Path]
    MakeRepo = Callable[..., Path]
    Git = Callable[..., str]

POLICIES = """\
- id: unchanged
  title: What the blueprint manages is unchanged
  capability: integration
  level: 1
  severity: high
  enforcement: {block: 2026-01-01}
  scope: project
  template: {states: [edited, both, deleted, moved, differs]}
  rationale: It says so.
"""
STANDARD = {
    "goldenpath.yaml": (
        "name: acme\nversion: 1.4.0\nblueprints: blueprints/\npolicies: policies/\n"
        "url: https://git.example.org/acme/standard.git\n"
    ),
    "policies/all.yaml": POLICIES,
    "blueprints/small/blueprint.yaml": (
        "name: small\nversion: 1.2.0\nlayers: [_base]\nownership: {managed: [.ci/**, size.txt], seeded: [README.md]}\n"
    ),
    "blueprints/small/template/.ci/build.yml": "steps:\n  - checkout\n  - test\n  - scan\n",
}


@pytest.fixture
def standard(make_standard: MakeStandard) -> Path:
    return make_standard(STANDARD)


def _findings(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [f"{row['path']}: {row['found']}" for row in _rows(json.loads(done.stdout))]


def _rows(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        here = [value] if {"found", "wanted", "path"} <= value.keys() else []
        return here + [row for below in value.values() for row in _rows(below)]
    return [row for below in value for row in _rows(below)] if isinstance(value, list) else []


def test_a_repo_that_was_just_made_passes_and_an_edit_of_it_is_a_finding(
    call: Run, standard: Path, tmp_path: Path
) -> None:
    call("new", "small", "repo", "--standard", str(standard), "--no-lock", "--defaults")
    before = call("check", "repo", "--standard", str(standard))
    (tmp_path / "repo/.ci/build.yml").write_text("steps: []\n")
    (tmp_path / "repo/README.md").write_text("# Ours\n")

    after = call("check", "repo", "--standard", str(standard), "--format", "json")

    assert (before.returncode, after.returncode) == (0, 1)
    (finding,) = _rows(json.loads(after.stdout))
    assert finding["path"] == ".ci/build.yml"
    assert finding["found"] == "edited; the blueprint small 1.2.0.dev manages it"
    assert finding["wanted"] == "the file of small 1.2.0.dev"


@pytest.fixture
def sealed(make_standard: MakeStandard) -> Path:
    """Give a standard whose blueprint has a folder that is wholly its own, and says what serves instead."""
    blueprint = (
        "name: small\nversion: 1.2.0\nlayers: [_base]\nownership:\n"
        "  sealed: [road/**]\n  instead: {'road/**': the hook `metrics` of project.yaml}\n"
    )
    return make_standard(
        {
            **STANDARD,
            "blueprints/small/blueprint.yaml": blueprint,
            "blueprints/small/template/road/gate.py": "LEAST = 1\n",
        }
    )


@pytest.mark.parametrize("form", FORMATS)
def test_an_edit_in_a_sealed_folder_is_told_with_what_serves_instead_in_every_format(
    call: Run, sealed: Path, tmp_path: Path, form: str
) -> None:
    call("new", "small", "repo", "--standard", str(sealed), "--no-lock", "--defaults")
    (tmp_path / "repo/road/mine.py").write_text("LEAST = 2\n")

    done = call("check", "repo", "--standard", str(sealed), "--format", form)

    assert done.returncode == 1
    said = " ".join(done.stdout.replace("\\", "").split())
    assert "the team's own" in html.unescape(said)
    assert "what serves instead: the hook `metrics` of project.yaml" in said


def test_an_edit_in_a_sealed_folder_can_be_waived(call: Run, sealed: Path, tmp_path: Path) -> None:
    call("new", "small", "repo", "--standard", str(sealed), "--no-lock", "--defaults")
    for name in ("gate.py", "mine.py"):
        (tmp_path / "repo/road" / name).write_text("LEAST = 2\n")
    waiver = (
        "- {policy: unchanged, repo: '*', path: road/%s.py, owner: team-a, reason: For the audit, ticket: A-%s, "
        "added: 2026-11-02, expires: 2027-03-01}\n"
    )
    (sealed / "waivers").mkdir()
    with (sealed / "goldenpath.yaml").open("a") as file:
        file.write("waivers: waivers/\n")
    asked = ("check", "repo", "--standard", str(sealed), "--as-of", "2026-12-01", "--format", "json")

    (sealed / "waivers/a.yaml").write_text(waiver % ("mine", 1))
    half = call(*asked)
    (sealed / "waivers/a.yaml").write_text(waiver % ("mine", 1) + waiver % ("gate", 2))
    whole = call(*asked)

    assert (half.returncode, whole.returncode) == (1, 0)
    told = {row["path"]: row["waiver"] for row in _rows(json.loads(whole.stdout))}
    assert told == {"road/gate.py": "A-2", "road/mine.py": "A-1"}


def test_hostile_answers_reach_no_terminal_as_they_are(call: Run, standard: Path, tmp_path: Path) -> None:
    call("new", "small", "repo", "--standard", str(standard), "--no-lock", "--defaults")
    answers = tmp_path / "repo/.copier-answers.yml"
    answers.write_text(answers.read_text().replace("size: 3", 'size: "\\e]0;pwned\\a"'))

    done = call("check", "repo", "--standard", str(standard))

    assert done.returncode == 1
    assert "size is" in done.stdout
    assert "\x1b]0;" not in done.stdout + done.stderr


def test_a_fleet_is_told_the_same_by_one_process_and_by_several(
    run: Run, standard: Path, make_repo: MakeRepo, tmp_path: Path, git: Git
) -> None:
    for name in ("a", "b", "c"):
        run("new", "small", f"fleet/{name}", "--standard", str(standard), "--no-lock", "-d", f"owner=team-{name}")
    make_repo({"README.md": "# No blueprint\n"}, "fleet/d")
    git(tmp_path / "fleet/b", "rm", "-q", "size.txt")
    git(tmp_path / "fleet/b", "commit", "-q", "-m", "x")
    git(tmp_path / "fleet/c", "mv", ".ci/build.yml", "build.yml")
    git(tmp_path / "fleet/c", "commit", "-q", "-m", "x")
    options = ("drift", "fleet", "--standard", str(standard), "--format", "json", "--jobs")

    one, two = run(*options, "1"), run(*options, "2")

    assert _findings(one) == [
        "size.txt: deleted; the blueprint small 1.2.0.dev brings it",
        ".ci/build.yml: moved to build.yml",
    ]
    assert (one.returncode, one.stdout) == (two.returncode, two.stdout)


def test_a_fleet_of_other_peoples_repos_pays_nothing_for_the_renderer(
    standard: Path, make_repo: MakeRepo, tmp_path: Path
) -> None:
    make_repo({"README.md": "# No blueprint\n"}, "fleet/d")
    command = (
        "import sys\nfrom goldenpath.cli.main import main\n"
        f"code = main(['drift', 'fleet', '--jobs', '1', '--standard', {str(standard)!r}])\n"
        "sys.exit(code or ('copier' in sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", command], cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_a_blueprint_that_cannot_be_rendered_is_an_error_and_no_pass(call: Run, standard: Path) -> None:
    call("new", "small", "repo", "--standard", str(standard), "--no-lock", "--defaults")
    (standard / "blueprints/small/template/x.jinja").write_text("{{ nobody }}")

    done = call("check", "repo", "--standard", str(standard))

    assert "the blueprint can't be rendered: 'nobody' is undefined" in " ".join(done.stdout.split())
    assert "level is unknown" in done.stdout
    assert "0 checks passed; 1 error" in done.stdout
