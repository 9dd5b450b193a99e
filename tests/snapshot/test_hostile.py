"""Repos that try to run commands, to show another repo's files, or to hang: nothing of it works."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.fleet import Directory, load, source_of
from goldenpath.repo import Repo
from goldenpath.snapshot import open_snapshot
from goldenpath.snapshot.base import Kind
from goldenpath.snapshot.objects import ObjectsSnapshot
from goldenpath.snapshot.worktree import WorktreeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"pyproject.toml": "[project]\n", "src/main.py": "print()\n"}
COMMANDS = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.alternateRefsCommand",
    "core.gitProxy",
    "credential.helper",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "merge.evil.driver",
    "gpg.program",
    "pager.ls-files",
    "pager.rev-parse",
    "remote.origin.uploadpack",
    "uploadpack.packObjectsHook",
    "alias.ls-files",
    "alias.cat-file",
    "trailer.evil.command",
)
HOOKS = ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc", "fsmonitor-watchman")


def arm(repo: Path, canary: Path) -> None:
    """Make a repo name commands in every way we know; each would leave a canary."""
    script = canary.parent / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {canary}\nexit 1\n")
    script.chmod(0o755)
    shutil.rmtree(repo / ".git" / "hooks", ignore_errors=True)
    hooks = canary.parent / "evil-hooks"
    hooks.mkdir(exist_ok=True)
    for name in HOOKS:
        shutil.copy(script, hooks / name)
    lines: list[str] = []
    for key in COMMANDS:
        section, _, name = key.rpartition(".")
        kind, _, driver = section.partition(".")
        lines += [f'[{kind} "{driver}"]' if driver else f"[{kind}]", f"\t{name} = {script}"]
    aliased = f'[alias]\n\trev-parse = "!{script}"\n[core]\n\thooksPath = {hooks}\n[remote "origin"]\n'
    lines.append(f'{aliased}\turl = ext::{script}\n\tpromisor = true\n[extensions]\n\tpartialClone = "origin"')
    (canary.parent / "included").write_text("\n".join(lines) + "\n")
    with (repo / ".git" / "config").open("a") as config:
        config.write("\n".join(lines) + f"\n[include]\n\tpath = {canary.parent / 'included'}\n")
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil merge=evil\n")
    os.utime(repo / "pyproject.toml", (1, 1))


def use_everything(repo: Path) -> list[str]:
    """Call every public function that touches a repo; return what they read."""
    commit = ObjectsSnapshot(repo).commit
    seen = []
    for ref in ("HEAD", "main", "main~0", commit, commit[:9]):
        snapshot = ObjectsSnapshot(repo, ref)
        seen += [snapshot.read(path).decode() for path in snapshot.entries()]
    for source in (Directory(path=str(repo)), source_of(str(repo.parent))):
        for found in load([source]).repos:
            for worktree in (True, False):
                opened = open_snapshot(found, worktree=worktree)
                seen += [opened.read(path).decode() for path in opened.entries()]
    below = WorktreeSnapshot(repo / "src")
    seen += [below.read(path).decode() for path in below.entries()]
    return seen


def test_nothing_that_a_repo_configures_is_run(make_repo: Callable[..., Path], tmp_path: Path) -> None:
    repo = make_repo({**FILES, ".gitattributes": "* filter=evil diff=evil merge=evil\n"}, "fleet/repo")
    canary = tmp_path / "canary"
    arm(repo, canary)

    seen = use_everything(repo)

    assert len(seen) == 5 * 3 + 4 * 3 + 1
    assert not canary.exists()


def test_the_same_repo_runs_commands_in_the_hands_of_plain_git(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path
) -> None:
    repo = make_repo(FILES, "fleet/repo")
    arm(repo, tmp_path / "canary")

    for command in (["status"], ["diff"], ["-c", "protocol.ext.allow=always", "fetch", "origin"]):
        (tmp_path / "canary").unlink(missing_ok=True)
        with suppress(AssertionError):
            git(repo, *command)
        assert (tmp_path / "canary").exists(), command


def test_a_missing_object_is_not_fetched_by_a_command(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path
) -> None:
    for name, options in (("sha1", ()), ("sha256", ("--object-format=sha256",))):
        repo = make_repo(FILES, name, *options)
        blob = git(repo, "rev-parse", "HEAD:pyproject.toml")
        arm(repo, tmp_path / "canary")
        (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

        with pytest.raises(UnreadableError, match="missing"):
            ObjectsSnapshot(repo).read("pyproject.toml")
        with pytest.raises(UnreadableError, match="no commit"):
            ObjectsSnapshot(repo, "main~7")

        assert not (tmp_path / "canary").exists()


def test_a_configured_work_tree_leads_nowhere(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path
) -> None:
    repo = make_repo(FILES)
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "secret.txt").write_text("secret")
    git(repo, "config", "core.worktree", str(tmp_path / "victim"))

    for snapshot in (WorktreeSnapshot(repo), ObjectsSnapshot(repo), ObjectsSnapshot(repo, "main~0")):
        assert list(snapshot.entries()) == sorted(FILES)


def test_an_include_that_is_a_fifo_does_not_block(make_repo: Callable[..., Path], tmp_path: Path) -> None:
    repo = make_repo(FILES)
    os.mkfifo(tmp_path / "pipe")
    with (repo / ".git" / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {tmp_path / 'pipe'}\n")

    [found] = Directory(path=str(repo)).list().repos

    assert list(ObjectsSnapshot(repo).entries()) == sorted(FILES)
    assert list(WorktreeSnapshot(repo).entries()) == sorted(FILES)
    assert found.id == "repo"


def test_replace_refs_change_nothing(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    fake = git(repo, "hash-object", "-w", "--stdin", stdin=b"fake")
    git(repo, "replace", git(repo, "rev-parse", "HEAD:pyproject.toml"), fake)

    assert ObjectsSnapshot(repo).read("pyproject.toml") == b"[project]\n"


@pytest.fixture
def victim(make_repo: Callable[..., Path]) -> Path:
    """Give a private repo of this machine that no scanned repo may show."""
    return make_repo({"secret.txt": "secret"}, "private/victim")


def refuse(path: Path) -> str:
    """Return why a repo doesn't show the secret."""
    with pytest.raises(UnreadableError) as caught:
        ObjectsSnapshot(path).read("secret.txt")
    return caught.value.message


def test_objects_of_another_repo_are_not_borrowed(
    make_repo: Callable[..., Path], git: Callable[..., str], victim: Path
) -> None:
    repo = make_repo(FILES, "fleet/evil")
    (repo / ".git" / "objects" / "info" / "alternates").write_text(f"{victim / '.git/objects'}\n")
    (repo / ".git" / "refs" / "heads" / "main").write_text(git(victim, "rev-parse", "HEAD") + "\n")

    assert "isn't read" in refuse(repo)


def test_objects_borrowed_inside_the_scanned_folder_are_read(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path
) -> None:
    main = make_repo(FILES, "fleet/main")
    git(main.parent, "clone", "-q", "--shared", "main", "shared")
    repos = {repo.id: repo for repo in load([Directory(path=str(tmp_path / "fleet"))]).repos}
    alone = load([Directory(path=str(main.parent / "shared"))]).repos[0]

    assert open_snapshot(repos["shared"]).read("pyproject.toml") == b"[project]\n"
    with pytest.raises(UnreadableError, match="isn't read") as caught:
        open_snapshot(alone)
    assert "git repack" in caught.value.hint


def test_a_sha256_repo_that_borrows_from_outside_is_unreadable(make_repo: Callable[..., Path], victim: Path) -> None:
    repo = make_repo(FILES, "fleet/evil", "--object-format=sha256")
    (repo / ".git" / "objects" / "info" / "alternates").write_text(f"{victim / '.git/objects'}\n")

    with pytest.raises(UnreadableError, match="isn't read"):
        ObjectsSnapshot(repo)


def test_alternates_that_name_each_other_end(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)
    (repo / ".git" / "objects" / "info" / "alternates").write_text("# itself\n../objects\n\n.\n../../nowhere\n")

    assert ObjectsSnapshot(repo).read("pyproject.toml") == b"[project]\n"


def test_a_git_file_that_names_another_repo_is_refused(tmp_path: Path, victim: Path) -> None:
    evil = tmp_path / "fleet" / "evil"
    evil.mkdir(parents=True)
    (evil / ".git").write_text(f"gitdir: {victim / '.git'}\n")

    assert "lies elsewhere" in refuse(evil)
    with pytest.raises(UnreadableError, match="lies elsewhere"):
        WorktreeSnapshot(evil).entries()


def test_a_git_folder_that_is_a_link_to_another_repo_is_refused(tmp_path: Path, victim: Path) -> None:
    evil = tmp_path / "fleet" / "evil"
    evil.mkdir(parents=True)
    (evil / ".git").symlink_to(victim / ".git")

    assert "lies elsewhere" in refuse(evil)


def test_a_common_folder_of_another_repo_is_refused(make_repo: Callable[..., Path], victim: Path) -> None:
    evil = make_repo(FILES, "fleet/evil")
    (evil / ".git" / "commondir").write_text(f"{victim / '.git'}\n")

    assert "lies elsewhere" in refuse(evil)


def test_an_object_folder_that_is_a_link_to_another_repo_is_refused(
    make_repo: Callable[..., Path], victim: Path
) -> None:
    evil = make_repo(FILES, "fleet/evil")
    shutil.rmtree(evil / ".git" / "objects")
    (evil / ".git" / "objects").symlink_to(victim / ".git" / "objects")

    assert "elsewhere" in refuse(evil)


def test_an_index_with_paths_that_leave_the_folder_lists_none_of_them(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES, "fleet/evil")
    (repo.parent / "secret.file").write_text("secret")
    index = repo / ".git" / "index"
    data = index.read_bytes()[:-20].replace(b"pyproject.toml", b"../secret.file")
    index.write_bytes(data + hashlib.sha1(data, usedforsecurity=False).digest())

    snapshot = WorktreeSnapshot(repo)

    assert list(snapshot.entries()) == ["pyproject.toml", "src/main.py"]
    assert snapshot.unreadable == (("../secret.file", "no file can have this name"),)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repo to someone else")
def test_a_repo_of_another_owner_is_read_without_trusting_it(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path
) -> None:
    repo = make_repo(FILES, "fleet/theirs")
    for place in (repo, *repo.rglob("*")):
        os.chown(place, 65534, 65534, follow_symlinks=False)
    with pytest.raises(AssertionError, match="dubious ownership"):
        git(repo, "status")

    for snapshot in (ObjectsSnapshot(repo), ObjectsSnapshot(repo, "main~0"), WorktreeSnapshot(repo)):
        assert list(snapshot.entries()) == sorted(FILES)
    with pytest.raises(AssertionError, match="dubious ownership"):
        git(repo, "status")
    assert [repo.id for repo in load([Directory(path=str(tmp_path))]).repos] == ["fleet/theirs"]


def test_names_from_the_repo_reach_no_option(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"--help": "x", "-rf": "y"})

    assert [entry.kind for entry in WorktreeSnapshot(repo).entries().values()] == [Kind.FILE, Kind.FILE]


def test_a_repo_says_where_it_was_found(make_repo: Callable[..., Path], tmp_path: Path) -> None:
    path = make_repo(FILES, "fleet/repo")

    assert load([Directory(path=str(tmp_path / "fleet"))]).repos == (
        Repo(id="repo", name="repo", path=str(path), within=str(tmp_path / "fleet")),
    )
