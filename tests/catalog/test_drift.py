"""Drift of real repos from a real blueprint: rendered by Copier, released by git."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from goldenpath.catalog.drift import State
from goldenpath.errors import GoldenpathError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.catalog.conftest import Road

    Git = Callable[..., str]


def _commit(git: Git, repo: Path) -> None:
    git(repo, "add", "-A", "-f")
    git(repo, "commit", "-q", "-m", "change")


def _edit(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


@pytest.mark.parametrize("worktree", [True, False])
def test_a_new_repo_is_in_sync_and_what_is_seeded_is_left_out(road: Road, *, worktree: bool) -> None:
    repo = road.make("repo", "1.2.0.dev", owner="team-b")

    found = road.drift(repo, worktree=worktree)

    assert {row.path for row in found.files} == {
        ".ci/build.yml", ".copier-answers.yml", ".gitignore", "Makefile", "pyproject.toml", "size.txt"
    }  # fmt: skip
    assert {row.state for row in found.files} == {State.IN_SYNC}


@pytest.mark.parametrize("worktree", [True, False])
def test_what_the_team_changed_took_away_and_moved_is_told_apart(road: Road, git: Git, *, worktree: bool) -> None:
    repo = road.make("repo", "1.2.0.dev")
    (repo / "README.md").write_text("# Ours\n")
    (repo / "extra.py").write_text("pass\n")
    _edit(repo / "Makefile", "pytest", "true")
    (repo / "size.txt").unlink()
    (repo / ".ci/build.yml").rename(repo / "build.yml")
    _commit(git, repo)

    assert road.states(repo, worktree=worktree) == {
        ".ci/build.yml": "moved", "Makefile": "edited", "size.txt": "deleted"
    }  # fmt: skip


def test_a_bare_repo_is_judged_without_reading_what_is_managed(road: Road, git: Git, tmp_path: Path) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / "Makefile", "pytest", "true")
    _commit(git, repo)
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare.git")
    blob = git(repo, "rev-parse", "HEAD:Makefile")
    loose = tmp_path / "bare.git/objects" / blob[:2] / blob[2:]
    assert loose.is_file()
    loose.unlink()

    assert road.states(tmp_path / "bare.git", worktree=False) == {"Makefile": "edited"}


def test_a_repo_of_the_other_hash_is_judged_by_its_own_ids(road: Road, git: Git, tmp_path: Path) -> None:
    made = road.make("made", "1.2.0.dev")
    repo = tmp_path / "repo"
    repo.mkdir()
    git(repo, "init", "-q", "-b", "main", "--object-format=sha256")
    for path in git(made, "ls-files").splitlines():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_bytes((made / path).read_bytes())
    _commit(git, repo)
    before = road.states(repo, worktree=False)
    _edit(repo / "Makefile", "pytest", "true")
    _commit(git, repo)

    assert before == {}
    assert road.states(repo, worktree=False) == {"Makefile": "edited"}


def test_an_edit_is_told_with_the_version_that_manages_the_file(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / ".ci/build.yml", "  - scan\n", "")

    (row,) = [row for row in road.drift(repo).files if row.state is not State.IN_SYNC]

    assert row.found == "edited; the blueprint small 1.2.0.dev manages it"
    assert row.wanted == "the file of small 1.2.0.dev"


def test_a_moved_file_that_was_edited_on_the_way_is_found_by_its_name_and_its_lines(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    (repo / "ci").mkdir()
    (repo / ".ci/build.yml").rename(repo / "ci/build.yml")
    _edit(repo / "ci/build.yml", "  - scan\n", "")

    (row,) = [row for row in road.drift(repo).files if row.state is State.MOVED]

    assert row.found == "moved to ci/build.yml and edited"


def test_another_file_of_the_same_name_is_no_move(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    (repo / "ci").mkdir()
    (repo / ".ci/build.yml").unlink()
    (repo / "ci/build.yml").write_text("one: 1\ntwo: 2\nthree: 3\n")

    assert road.states(repo) == {".ci/build.yml": "deleted"}


def test_a_link_in_place_of_a_managed_file_is_an_edit_and_is_not_followed(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    (repo / "Makefile").rename(repo / "make.mk")
    (repo / "Makefile").symlink_to("make.mk")

    (row,) = [row for row in road.drift(repo).files if row.state is not State.IN_SYNC]

    assert (row.state, row.found.partition(";")[0]) == (State.EDITED, "no file any more")


def test_a_lost_executable_bit_is_an_edit(road: Road) -> None:
    script = road.folder / "blueprints/small/template/.ci/run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    repo = road.make("repo", "1.2.0.dev")
    (repo / ".ci/run.sh").chmod(0o644)

    (row,) = [row for row in road.drift(repo).files if row.state is not State.IN_SYNC]

    assert row.found.startswith("no longer executable")


def test_a_team_adds_to_a_shared_file_and_may_take_nothing_away(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    manifest = repo / "pyproject.toml"
    _edit(manifest, '["E", "F"]', '["E", "F", "B"]\nlint.ignore = ["E501"]')
    _edit(manifest, 'name = "thing"', 'name = "other"\ndependencies = ["numpy"]')
    (repo / ".gitignore").write_text(".venv/\nours/\n__pycache__/\n")
    added = road.states(repo)
    _edit(manifest, "line-length = 100", "line-length = 88")
    _edit(manifest, '"E", "F", "B"', '"E", "B"')
    _edit(manifest, "strict = true", "")
    (repo / ".gitignore").write_text(".venv/\n")
    drift = road.drift(repo)

    assert added == {}
    assert {(str(row.path), row.key, row.line, row.found.partition(";")[0], row.wanted) for row in drift.files
            if row.state is State.EDITED} == {
        (".gitignore", "__pycache__/", None, "the line isn't there", "__pycache__/"),
        ("pyproject.toml", "tool.mypy.strict", 10, "tool.mypy.strict is nothing", "true"),
        ("pyproject.toml", "tool.ruff.line-length", 6, "tool.ruff.line-length is 88", "100"),
        ("pyproject.toml", "tool.ruff.lint.select", 7, 'tool.ruff.lint.select is ["E", "B"]', "F"),
    }  # fmt: skip


def test_a_shared_file_that_is_gone_or_broken_is_told(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    (repo / ".gitignore").unlink()
    (repo / "pyproject.toml").write_text("[tool.ruff\n")

    assert road.states(repo) == {".gitignore": "deleted", "pyproject.toml pyproject.toml": "edited"}


@pytest.mark.parametrize("bundle", [False, True])
def test_who_moved_is_known_after_a_release(road: Road, *, bundle: bool) -> None:
    road.release("1.2.0", bundle=bundle)
    repo = road.make("repo", "1.2.0", owner="team-b")
    _edit(repo / "Makefile", "pytest", "true")
    (repo / "size.txt").write_text("4\n")
    _edit(repo / "pyproject.toml", "strict = true", "strict = false")
    road.version("1.3.0")
    road.change(**{"Makefile.jinja": "test:\n\tpytest -q {{ project_name }}\n", ".ci__build.yml": "steps: [all]\n",
                   ".ci__new.yml": "a: 1\n", ".gitignore": "__pycache__/\n.venv/\ndist/\n"})  # fmt: skip
    road.release("1.3.0", after="1.2.0", bundle=bundle)

    found = road.drift(repo)

    assert (found.making.version, found.making.newest_version, found.making.behind) == ("1.2.0", "1.3.0", 1)
    assert road.states(repo) == {
        ".ci/build.yml": "behind",
        ".ci/new.yml": "behind",
        ".copier-answers.yml": "behind",
        ".gitignore dist/": "behind",
        "Makefile": "both",
        "pyproject.toml tool.mypy.strict": "edited",
        "size.txt": "edited",
    }
    words = {row.path: row.found for row in found.files}
    assert words[".ci/build.yml"] == "1.3.0 changes it"
    assert words[".ci/new.yml"] == "1.3.0 brings it"
    assert words["Makefile"] == "edited; the blueprint small 1.2.0 manages it, and 1.3.0 changes it"


def test_a_file_that_the_template_took_away_is_behind_and_one_that_the_team_took_is_in_sync(road: Road) -> None:
    road.release("1.2.0")
    kept, gone = road.make("kept", "1.2.0"), road.make("gone", "1.2.0")
    (gone / "Makefile").unlink()
    road.version("1.3.0")
    road.change(**{"Makefile.jinja": None})
    road.release("1.3.0")

    assert road.states(kept) == {".copier-answers.yml": "behind", "Makefile": "behind"}
    assert road.states(gone) == {".copier-answers.yml": "behind"}


def test_files_that_something_else_brought_to_the_newest_version_are_in_sync(road: Road) -> None:
    road.release("1.2.0")
    repo = road.make("repo", "1.2.0")
    road.version("1.3.0")
    road.change(**{".ci__build.yml": "steps: [all]\n", ".gitignore": "dist/\n"})
    road.release("1.3.0")
    newer = road.make("newer", "1.3.0")
    for name in (".ci/build.yml", ".gitignore"):
        (repo / name).write_bytes((newer / name).read_bytes())

    assert road.states(repo) == {".copier-answers.yml": "behind"}
    assert road.drift(repo).making.behind == 1


def test_what_copier_itself_updated_is_judged_by_the_version_that_it_recorded(
    road: Road, git: Git, tmp_path: Path
) -> None:
    road.release("1.2.0")
    repo = road.make("repo", "1.2.0", owner="team-b")
    _edit(repo / "Makefile", "pytest", "true")
    _commit(git, repo)
    road.version("1.3.0")
    road.change(**{".ci__build.yml": "steps: [all]\n", ".ci__new.yml": "a: 1\n"})
    road.release("1.3.0", after="1.2.0")
    _copier_update(git, road.folder, repo, tmp_path)
    updated = road.drift(repo)
    states = road.states(repo)
    road.version("1.4.0")
    road.change(**{".ci__build.yml": "steps: [none]\n"})
    road.release("1.4.0", after="1.3.0")

    assert (updated.making.version, updated.making.behind, states) == ("1.3.0", 0, {"Makefile": "edited"})
    assert road.states(repo) == {
        ".ci/build.yml": "behind",
        ".copier-answers.yml": "behind",
        "Makefile": "edited",
    }


def _copier_update(git: Git, standard: Path, repo: Path, tmp_path: Path) -> None:
    """Run plain `copier update`, with the logical URL led to a repo that serves the releases."""
    bare = tmp_path / "small.git"
    git(tmp_path, "init", "-q", "--bare", str(bare))
    git(bare, "fetch", "-q", "--no-tags", str(standard), "refs/tags/small-v*:refs/tags/v*")
    config = tmp_path / "gitconfig"
    config.write_text(
        f'[url "{bare}"]\n\tinsteadOf = https://goldenpath.invalid/acme/small.git\n'
        '[user]\n\tname = a\n\temail = a@example.org\n[protocol "file"]\n\tallow = always\n'
    )
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": str(config)}
    command = [sys.executable, "-m", "copier", "update", "--defaults", "--quiet"]
    done = subprocess.run(command, cwd=repo, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("commit", ["v99.0.0", "v1.1.0", "1e5", "v1.2.0.dev", "[]", ""])
def test_a_commit_that_is_no_newer_release_changes_nothing(road: Road, commit: str) -> None:
    road.release("1.2.0")
    repo = road.make("repo", "1.2.0")
    _edit(repo / ".copier-answers.yml", "_commit: v1.2.0", f"_commit: {commit}")

    found = road.drift(repo)

    assert (found.making.version, found.making.unknown) == ("1.2.0", "")
    assert road.states(repo) == {".copier-answers.yml": "edited"}


def test_what_came_before_a_release_is_proved_by_it_and_behind_it(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    road.release("1.2.0")
    road.version("1.3.0")
    road.change(**{".ci__build.yml": "steps: []\n"})

    found = road.drift(repo)

    assert (found.making.unknown, found.making.behind, found.making.newest_version) == ("", 1, "1.2.0")
    assert road.states(repo) == {".copier-answers.yml": "behind"}


def test_without_the_base_who_moved_is_said_to_be_unknown(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    road.change(**{".ci__build.yml": "steps: [all]\n", ".ci__new.yml": "a: 1\n"})
    _edit(repo / "pyproject.toml", "strict = true", "strict = false")

    found = road.drift(repo)

    assert road.states(repo) == {
        ".ci/build.yml": "differs", ".ci/new.yml": "differs", "pyproject.toml tool.mypy.strict": "differs"
    }  # fmt: skip
    said = next(row.found for row in found.files if row.path == ".ci/build.yml")
    assert said.startswith("it differs; who moved isn't known: small 1.2.0.dev doesn't render to the recorded tree")


def test_a_release_that_the_standard_lost_is_said_to_be_unknown(road: Road) -> None:
    repo = road.make("repo", "1.1.0")
    _edit(repo / "Makefile", "pytest", "true")

    found = road.drift(repo)

    assert found.making.unknown == "small 1.1.0 is neither released nor in the standard's folder"
    assert road.states(repo) == {".copier-answers.yml": "differs", "Makefile": "differs"}


def test_a_recorded_tree_that_was_touched_proves_nothing(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / "Makefile", "pytest", "true")
    _edit(repo / ".goldenpath.yaml", "tree: ", "tree: 00")

    assert road.states(repo) == {"Makefile": "differs"}


def test_a_version_that_the_standard_cannot_know_is_refused(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / ".goldenpath.yaml", "version: 1.2.0.dev", "version: 99.0.0")
    newer = road.drift(repo).making.refused
    _edit(repo / ".goldenpath.yaml", "version: 99.0.0", "version: newest")

    assert newer == "99.0.0 is newer than any version that the standard has (1.2.0.dev)"
    assert road.drift(repo).making.refused == "'newest' is no version"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("size: 3", "size: big", "size is 'big', it should be a whole number"),
        ("size: 3", "size: 2", "size can't be 2"),
        ("size: 3", "size: [1, 2]", "size is"),
        ("size: 3", "size: {", "is no YAML"),
        ("_commit: ", "x: " + "a" * 70_000 + "\n_commit: ", "that is no file of answers"),
    ],
)
def test_a_wrong_answers_file_is_told_and_nothing_is_rendered_from_it(
    road: Road, before: str, after: str, said: str
) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / ".copier-answers.yml", before, after)

    found = road.drift(repo)

    assert found.making.refused.startswith(said) or said in found.making.refused
    assert (found.making.refused_at, found.files) == (".copier-answers.yml", ())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
@example(data=b'_src_path: "\\ud800"\n')
@example(data=b"size: &a [*a]\n")
@example(data=b"a: &a [x, x]\nb: &b [*a, *a, *a]\nsize: [*b, *b, *b]\n")
@example(data=b"owner: '\\x00'\n")
@example(data=b'owner: "\\0"\n')
@example(data=b"? [a]\n: b\n")
@example(data=b"!!python/object/apply:os.system ['touch pwned']\n")
def test_no_answers_file_breaks_a_run(road: Road, hostile: Path, data: bytes) -> None:
    (hostile / ".copier-answers.yml").write_bytes(data)

    try:
        found = road.drift(hostile, templates=road.templates)
    except GoldenpathError:
        return

    # Whatever it says, it isn't what was rendered: it is refused, or told as a file that isn't as it was.
    assert found.making.refused or any(row.state is not State.IN_SYNC for row in found.files)


@pytest.fixture
def hostile(road: Road) -> Path:
    return road.make("repo", "1.2.0.dev")


@pytest.mark.parametrize("version", ["9" * 5000, "1." * 3000, "\U0001f600", "1.2.0.dev\n2"])
def test_no_version_breaks_a_run(road: Road, version: str) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / ".goldenpath.yaml", "version: 1.2.0.dev", f'version: "{version}"')

    assert len(road.drift(repo).making.refused) < 120


def test_answers_that_are_gone_are_told(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    (repo / ".copier-answers.yml").unlink()

    found = road.drift(repo)

    assert (found.making.refused, found.making.refused_at) == (
        "the answers that it was made with are gone", ".copier-answers.yml"
    )  # fmt: skip


def test_answers_that_only_the_newest_version_refuses_still_tell_what_the_team_did(road: Road) -> None:
    road.release("1.2.0")
    repo = road.make("repo", "1.2.0", size=1)
    _edit(repo / "Makefile", "pytest", "true")
    road.version("1.3.0")
    (road.folder / "blueprints/small/copier.yml").write_text("size: {type: int, default: 3, choices: [3, 5]}\n")
    road.release("1.3.0")

    found = road.drift(repo)

    assert found.making.unfit == "size can't be 1"
    assert road.states(repo) == {"Makefile": "edited"}


def test_an_answer_is_never_a_template_nor_a_way_out(road: Road, tmp_path: Path) -> None:
    (road.folder / "blueprints/small/template/{{ owner }}").mkdir()
    (road.folder / "blueprints/small/template/{{ owner }}/x.txt").write_text("x\n")
    repo = road.make("repo", "1.2.0.dev", owner="team-b")
    before = set(tmp_path.iterdir())
    _edit(repo / ".copier-answers.yml", "owner: team-b", "owner: ../../../../team-b")
    with pytest.raises(GoldenpathError, match="can't be rendered"):
        road.drift(repo)
    _edit(repo / ".copier-answers.yml", "owner: ../../../../team-b", "owner: '{{ 7 * 7 }}'")

    made = road.drift(repo).making

    assert made.newest is not None
    assert b"owner: '{{ 7 * 7 }}'\n" in made.newest.files[".copier-answers.yml"]
    assert "README.md" not in made.newest.files
    assert {path for path in tmp_path.iterdir() if path.name != "cache"} == before


@pytest.mark.parametrize("size", ["0", "1000000000"])
def test_an_answer_that_the_template_cannot_reckon_with_is_told(road: Road, size: str) -> None:
    (road.folder / "blueprints/small/copier.yml").write_text("size: {type: int, default: 3}\n")
    road.change(**{"count.txt.jinja": "{{ 12 // size }} {% for n in range(size) %}{{ n }}{% endfor %}\n"})
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / ".copier-answers.yml", "size: 3", f"size: {size}")

    with pytest.raises(GoldenpathError, match="can't be rendered"):
        road.drift(repo)


def test_a_repo_of_another_standard_is_none_of_ours(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / ".goldenpath.yaml", f"standard: {road.folder}", "standard: https://git.example.org/other.git")
    by_url = road.ours(repo)
    _edit(repo / ".copier-answers.yml", "goldenpath.invalid/acme", "goldenpath.invalid/other")

    assert by_url is not None
    assert road.ours(repo) is None


def test_a_blueprint_that_the_standard_has_not_got_is_an_error(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    _edit(repo / ".goldenpath.yaml", "blueprint: small", "blueprint: ../../../etc")

    with pytest.raises(GoldenpathError, match=r"there is no blueprint '\.\./\.\./\.\./etc'"):
        road.drift(repo)


def test_a_release_that_would_run_code_is_refused(road: Road, git: Git) -> None:
    road.release("1.2.0")
    repo = road.make("repo", "1.2.0")
    (road.folder / "blueprints/small/copier.yml").write_text("size: {type: int, default: 3}\n")
    work = road.folder.parent / "template-1.2.0"
    (work / "copier.yml").write_text((work / "copier.yml").read_text() + "\n_tasks: [touch /tmp/pwned]\n")
    git(road.folder, f"--work-tree={work}", "add", "-A", "-f")
    commit = git(road.folder, "commit-tree", git(road.folder, "write-tree"), "-m", "x")
    git(road.folder, "tag", "-f", "small-v1.2.0", commit)

    with pytest.raises(GoldenpathError, match="the setting '_tasks' is the composer's"):
        road.drift(repo)


def test_tags_of_a_repo_around_the_standard_are_not_its_releases(road: Road, git: Git, tmp_path: Path) -> None:
    road.release("1.2.0")
    repo = road.make("repo", "1.2.0.dev")
    (road.folder / ".git").rename(tmp_path / ".git")

    assert road.drift(repo).making.newest_version == "1.2.0.dev"
    assert git(tmp_path, "tag") == "small-v1.2.0"


def test_a_bundle_without_the_one_it_stands_on_is_told(road: Road) -> None:
    road.release("1.2.0", bundle=True)
    repo = road.make("repo", "1.2.0")
    road.version("1.3.0")
    road.change(**{".ci__build.yml": "steps: []\n"})
    road.release("1.3.0", after="1.2.0", bundle=True)
    (road.folder / "blueprints/_releases/small-v1.2.0.bundle").unlink()

    with pytest.raises(GoldenpathError, match="the release can't be read") as raised:
        road.drift(repo)

    assert raised.value.where.endswith("small-v1.3.0.bundle")


def test_bundles_are_unpacked_once(road: Road, tmp_path: Path) -> None:
    road.release("1.2.0", bundle=True)
    repo = road.make("repo", "1.2.0")
    road.drift(repo)
    (unpacked,) = (tmp_path / "cache/releases").iterdir()
    before = unpacked.stat().st_mtime_ns

    assert road.states(repo) == {}
    assert [path.stat().st_mtime_ns for path in (tmp_path / "cache/releases").iterdir()] == [before]


def test_a_project_in_a_folder_of_its_own_is_judged_there(road: Road, git: Git, tmp_path: Path) -> None:
    made = road.make("made", "1.2.0.dev")
    whole = tmp_path / "whole"
    (whole / "services").mkdir(parents=True)
    git(whole, "init", "-q", "-b", "main")
    made.rename(whole / "services/fraud")
    (whole / "services/fraud/.git").rename(tmp_path / "old.git")
    _edit(whole / "services/fraud/Makefile", "pytest", "true")
    _commit(git, whole)

    assert road.states(whole, worktree=False) == {"services/fraud/Makefile": "edited"}


def test_a_folder_that_cannot_be_listed_is_no_deletion(road: Road, git: Git) -> None:
    repo = road.make("repo", "1.2.0.dev")
    tree = git(repo, "rev-parse", "HEAD:.ci")
    (repo / ".git/objects" / tree[:2] / tree[2:]).unlink()

    with pytest.raises(UnreadableError):
        road.drift(repo, worktree=False)


def test_it_stays_where_it_was_started_and_leaves_no_folder(
    road: Road, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = road.make("repo", "1.2.0.dev")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(repo)

    road.states(repo)

    assert Path.cwd() == repo
    assert list((tmp_path / "tmp").iterdir()) == []


def test_templates_arrive_in_another_process_as_they_were_and_without_what_they_remember(road: Road) -> None:
    repo = road.make("repo", "1.2.0.dev")
    templates = road.templates
    road.drift(repo, templates=templates)

    arrived = pickle.loads(pickle.dumps(templates))  # noqa: S301 - our own bytes

    assert arrived == templates
    assert len(pickle.dumps(templates)) < 2000
    assert road.states(repo, templates=arrived) == {}


def test_the_same_answers_are_rendered_once(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = road.make("repo", "1.2.0.dev")
    templates = road.templates
    road.drift(repo, templates=templates)
    monkeypatch.setattr("goldenpath.catalog.templates.render", lambda *_: pytest.fail("rendered again"))

    assert road.states(repo, templates=templates) == {}
