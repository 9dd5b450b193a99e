"""Folders that are the template's with all that stands in them, and what serves in place of an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.blueprint import Ownership
from goldenpath.catalog.ownership import Claims, Owner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldenpath.catalog.drift import FileDrift
    from tests.catalog.conftest import Road

    Git = Callable[..., str]

SEALED = """\
name: small
version: 1.2.0
layers: [_base]
ownership:
  managed: [".ci/**", .copier-answers.yml, size.txt]
  sealed: [road/**]
  shared: {.gitignore: []}
  seeded: [README.md, Makefile, pyproject.toml]
  instead:
    road/core/**: the hook `metrics` of project.yaml
    road/**: a hook of project.yaml
    .gitignore: a .gitignore of a folder of yours
"""


@pytest.fixture
def sealed(road: Road) -> Road:
    (road.folder / "blueprints/small/blueprint.yaml").write_text(SEALED)
    road.change(road__core__fit="def fit(rows):\n    return sorted(rows)\n", road__py="VERSION = 1\n")
    return road


def _told(road: Road, repo: Path, path: str, *, worktree: bool = True) -> FileDrift:
    (row,) = [row for row in road.drift(repo, worktree=worktree).files if row.path == path]
    return row


@pytest.mark.parametrize("worktree", [True, False])
def test_a_file_that_the_team_adds_to_a_sealed_folder_is_an_edit_and_one_elsewhere_is_its_own(
    sealed: Road, git: Git, *, worktree: bool
) -> None:
    repo = sealed.make("repo", "1.2.0.dev")
    for name in ("road/core/mine.py", "road/deep/er/mine.py", ".ci/mine.yml", "src/mine.py", "roads/mine.py"):
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("mine = 1\n")
    (repo / "road/link.py").symlink_to("../src/mine.py")
    git(repo, "add", "-A", "-f")
    git(repo, "commit", "-q", "-m", "x")

    assert sealed.states(repo, worktree=worktree) == {
        "road/core/mine.py": "edited",
        "road/deep/er/mine.py": "edited",
        "road/link.py": "edited",
    }
    for path in ("road/core/mine.py", "road/link.py"):
        row = _told(sealed, repo, path, worktree=worktree)
        assert row.found == "the team's own; the blueprint small 1.2.0.dev manages its folder"
        assert row.wanted == "no such file, as in small 1.2.0.dev"


def test_what_lies_in_a_sealed_folder_is_managed_without_being_named_twice(sealed: Road) -> None:
    repo = sealed.make("repo", "1.2.0.dev")
    (repo / "road/py").write_text("VERSION = 2\n")

    assert sealed.states(repo) == {"road/py": "edited"}
    assert _told(sealed, repo, "road/py").found == "edited; the blueprint small 1.2.0.dev manages it"


def test_an_edit_and_a_deletion_are_told_with_what_serves_instead_by_the_first_glob_that_matches(
    sealed: Road,
) -> None:
    repo = sealed.make("repo", "1.2.0.dev")
    (repo / "road/core/fit").write_text("def fit(rows):\n    return rows\n")
    (repo / "road/py").unlink()
    (repo / "road/mine.py").write_text("mine = 1\n")
    (repo / "size.txt").unlink()
    (repo / ".gitignore").write_text("__pycache__/\n")

    told = {row.path: row.instead for row in sealed.drift(repo).files}

    assert told["road/core/fit"] == "the hook `metrics` of project.yaml"
    assert told["road/py"] == told["road/mine.py"] == "a hook of project.yaml"
    assert told[".gitignore"] == "a .gitignore of a folder of yours"
    assert told["size.txt"] == told[".ci/build.yml"] == ""


def test_both_are_told_with_what_serves_instead_and_what_is_only_behind_is_not(sealed: Road) -> None:
    sealed.release("1.2.0")
    repo = sealed.make("repo", "1.2.0")
    (repo / "road/py").write_text("VERSION = 2\n")
    sealed.version("1.3.0")
    sealed.change(road__py="VERSION = 3\n", road__core__fit="def fit(rows):\n    return list(rows)\n")
    sealed.release("1.3.0")

    rows = {row.path: (str(row.state), row.instead) for row in sealed.drift(repo).files}

    assert rows["road/py"] == ("both", "a hook of project.yaml")
    assert rows["road/core/fit"] == ("behind", "")


def test_what_a_new_version_takes_out_of_a_sealed_folder_is_behind_and_no_edit(sealed: Road) -> None:
    sealed.release("1.2.0")
    repo = sealed.make("repo", "1.2.0")
    sealed.version("1.3.0")
    sealed.change(road__core__fit=None)
    sealed.release("1.3.0")

    row = _told(sealed, repo, "road/core/fit")

    assert (row.state, row.found, row.instead) == ("behind", "1.3.0 removes it", "")


def test_without_the_base_it_is_not_said_that_the_team_added_a_file(sealed: Road) -> None:
    repo = sealed.make("repo", "1.1.0")
    (repo / "road/mine.py").write_text("mine = 1\n")

    assert _told(sealed, repo, "road/mine.py").state == "differs"


def test_in_a_project_of_a_monorepo_only_its_own_folder_is_sealed(sealed: Road, git: Git, tmp_path: Path) -> None:
    made = sealed.make("made", "1.2.0.dev")
    whole = tmp_path / "whole"
    (whole / "apps").mkdir(parents=True)
    git(whole, "init", "-q", "-b", "main")
    made.rename(whole / "apps/fraud")
    (whole / "apps/fraud/.git").rename(tmp_path / "old.git")
    for name in ("road/mine.py", "apps/fraud/road/mine.py"):
        (whole / name).parent.mkdir(exist_ok=True)
        (whole / name).write_text("mine = 1\n")

    assert sealed.states(whole) == {"apps/fraud/road/mine.py": "edited"}


@pytest.mark.parametrize(
    ("upper", "lower", "sealed"),
    [
        (Ownership(), Ownership(sealed=("road/**",)), True),
        (Ownership(seeded=("road/mine.py",)), Ownership(sealed=("road/**",)), False),
        (Ownership(managed=("road/mine.py",)), Ownership(sealed=("road/**",)), False),
        (Ownership(sealed=("road/**",)), Ownership(seeded=("road/mine.py",)), True),
        (Ownership(sealed=("road/**",), seeded=("**",)), Ownership(), True),
        (Ownership(managed=("road/**",)), Ownership(), False),
    ],
)
def test_the_uppermost_layer_that_names_a_file_says_whether_it_is_sealed(
    upper: Ownership, lower: Ownership, *, sealed: bool
) -> None:
    claims = Claims(layers=(upper, lower))

    assert claims.is_sealed("road/mine.py") is sealed
    assert not claims.is_sealed("src/mine.py")
    if sealed:
        assert claims.of("road/mine.py") == (Owner.MANAGED, ())


def test_the_uppermost_layer_that_has_word_says_what_serves_instead() -> None:
    claims = Claims(layers=(Ownership(instead={"a*": "upper"}), Ownership(instead={"*": "lower", "b": "never"})))

    assert [claims.instead(path) for path in ("ab", "b", "c/d")] == ["upper", "lower", ""]
