from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Kind, Limits
from goldenpath.snapshot.objects import ObjectsSnapshot
from goldenpath.snapshot.worktree import WorktreeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"pyproject.toml": "[project]\n", "src/main.py": "print()\n", ".gitignore": "*.log\n/build/\n"}


def test_what_git_tracks_or_does_not_ignore_is_there(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({**FILES, "kept.log": "tracked though ignored"})
    (repo / ".git" / "info" / "exclude").write_text("private/\n")
    for name in ("new.txt", "run.log", "build/out.txt", "private/notes.txt", "staged.txt"):
        (repo / name).parent.mkdir(exist_ok=True)
        (repo / name).write_text(name)
    git(repo, "add", "staged.txt")

    entries = WorktreeSnapshot(repo).entries()

    assert list(entries) == sorted([*FILES, "kept.log", "new.txt", "staged.txt"])
    assert entries["new.txt"].size == len("new.txt")


def test_a_clean_work_tree_shows_what_its_commit_shows(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)

    files, commit = WorktreeSnapshot(repo), ObjectsSnapshot(repo)

    assert {path: files.read(path) for path in files.entries()} == {
        path: commit.read(path) for path in commit.entries()
    }
    assert (files.commit, files.unreadable) == ("", ())


def test_changed_files_are_read_as_they_are_and_deleted_ones_are_gone(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)
    (repo / "pyproject.toml").write_text("changed")
    (repo / "src" / "main.py").unlink()

    snapshot = WorktreeSnapshot(repo)

    assert snapshot.read("pyproject.toml") == b"changed"
    assert list(snapshot.entries()) == [".gitignore", "pyproject.toml"]


def test_a_conflict_is_listed_once_and_read_with_its_markers(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo({"a": "base\n"})
    git(repo, "switch", "-q", "-c", "side")
    (repo / "a").write_text("side\n")
    git(repo, "commit", "-q", "-a", "-m", "side")
    git(repo, "switch", "-q", "main")
    (repo / "a").write_text("main\n")
    git(repo, "commit", "-q", "-a", "-m", "main")
    with pytest.raises(AssertionError):
        git(repo, "merge", "side")

    snapshot = WorktreeSnapshot(repo)

    assert list(snapshot.entries()) == ["a"]
    assert b"<<<<<<<" in snapshot.read("a")


def test_a_repo_without_a_commit_shows_its_files(tmp_path: Path, git: Callable[..., str]) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("a")

    assert list(WorktreeSnapshot(tmp_path).entries()) == ["a.txt"]


def test_a_folder_of_a_monorepo_shows_only_itself(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({**FILES, "services/a/app.py": "", "services/b/app.py": ""})
    (repo / "services" / "a" / "debug.log").write_text("ignored by the root")

    assert list(WorktreeSnapshot(repo / "services" / "a").entries()) == ["app.py"]


def test_a_folder_that_its_repo_ignores_is_a_plain_folder(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)
    (repo / "build" / "rendered").mkdir(parents=True)
    (repo / "build" / "rendered" / "a.txt").write_text("a")

    assert list(WorktreeSnapshot(repo / "build" / "rendered").entries()) == ["a.txt"]


def test_a_plain_folder_shows_all_but_what_tools_fill(tmp_path: Path) -> None:
    for name in ("a.txt", "deep/b.txt", ".venv/lib/x.py", "web/node_modules/x.js", "__pycache__/x.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)

    assert list(WorktreeSnapshot(tmp_path).entries()) == ["a.txt", "deep/b.txt"]


def test_repos_inside_are_entries_that_are_not_entered(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    make_repo({"lib.py": ""}, "library")
    repo = make_repo(FILES)
    git(repo, "submodule", "--quiet", "add", "../library", "vendor/library")
    git(repo, "clone", "-q", "../library", "loose")

    entries = WorktreeSnapshot(repo).entries()
    around = WorktreeSnapshot(repo.parent).entries()

    assert entries["vendor/library"].kind is Kind.SUBMODULE
    assert entries["loose"].kind is Kind.SUBMODULE
    assert not [path for path in entries if path.endswith("lib.py")]
    assert {path: entry.kind for path, entry in around.items()} == {"library": Kind.SUBMODULE, "repo": Kind.SUBMODULE}


def test_a_linked_work_tree_has_its_own_index(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo, "worktree", "add", "-q", "-b", "side", "../linked")
    (repo.parent / "linked" / "only-here.log").write_text("forced")
    git(repo.parent / "linked", "add", "-f", "only-here.log")

    assert list(WorktreeSnapshot(repo.parent / "linked").entries()) == sorted([*FILES, "only-here.log"])
    assert list(WorktreeSnapshot(repo).entries()) == sorted(FILES)


def test_a_split_index_is_read(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({**FILES, "kept.log": ""})
    git(repo, "update-index", "--split-index")

    assert "kept.log" in WorktreeSnapshot(repo).entries()


def test_a_sha256_work_tree_is_listed(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES, "repo", "--object-format=sha256")

    assert list(WorktreeSnapshot(repo).entries()) == sorted(FILES)


def test_links_are_followed_to_listed_files_only(make_repo: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("outside")
    repo = make_repo({**FILES, "docs/real.md": "text"})
    (repo / "secret.log").write_text("ignored")
    targets = {
        "near": "docs/real.md",
        "folder": "docs",
        "through": "folder/real.md",
        "round": "round",
        "absolute": str(tmp_path / "outside.txt"),
        "above": "../outside.txt",
        "ignored": "secret.log",
        "config": ".git/config",
        "dangling": "nowhere",
    }
    for name, target in targets.items():
        (repo / name).symlink_to(target)

    snapshot = WorktreeSnapshot(repo)

    assert snapshot.entries()["near"].kind is Kind.SYMLINK
    assert snapshot.read("near") == snapshot.read("through") == b"text"
    for name in ("folder", "round", "absolute", "above", "ignored", "config", "dangling"):
        with pytest.raises(UnreadableError, match="link"):
            snapshot.read(name)


def test_a_folder_replaced_by_a_link_shows_nothing_behind_it(make_repo: Callable[..., Path], tmp_path: Path) -> None:
    repo = make_repo(FILES)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "main.py").write_text("outside")
    (repo / "src" / "main.py").unlink()
    (repo / "src").rmdir()
    (repo / "src").symlink_to(tmp_path / "elsewhere")

    entries = WorktreeSnapshot(repo).entries()

    assert entries["src"].kind is Kind.SYMLINK
    assert "src/main.py" not in entries


def test_what_is_no_file_is_told_and_never_opened(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({**FILES, "pipe": "once a file"})
    (repo / "pipe").unlink()
    os.mkfifo(repo / "pipe")
    os.mkfifo(repo / "untracked-pipe")

    snapshot = WorktreeSnapshot(repo)

    assert list(snapshot.entries()) == sorted(FILES)
    assert snapshot.unreadable == (("pipe", "it is a FIFO"),)
    with pytest.raises(UnreadableError, match="no such file"):
        snapshot.read("pipe")


def test_sockets_and_fifos_of_a_plain_folder_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("door")
        os.mkfifo("pipe")

        snapshot = WorktreeSnapshot(tmp_path)

        assert snapshot.entries() == {}
        assert snapshot.unreadable == (("door", "it is a socket"), ("pipe", "it is a FIFO"))


def test_a_file_that_becomes_a_fifo_after_listing_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    snapshot = WorktreeSnapshot(tmp_path)
    snapshot.entries()
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")

    with pytest.raises(UnreadableError, match="no file any more"):
        snapshot.read("a")


def test_a_file_that_becomes_a_link_after_listing_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside").write_text("outside")
    (folder / "a").write_text("a")
    snapshot = WorktreeSnapshot(folder)
    snapshot.entries()
    (folder / "a").unlink()
    (folder / "a").symlink_to("../outside")

    with pytest.raises(UnreadableError, match="can't be read"):
        snapshot.read("a")


def test_limits_hold(tmp_path: Path) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c" / "deep.txt").write_text("deep")
    (tmp_path / "big.txt").write_text("x" * 100)
    (tmp_path / "poetry.lock").write_text("x" * 100)
    snapshot = WorktreeSnapshot(tmp_path, Limits(file_bytes=10, lock_bytes=100, depth=2))

    assert len(snapshot.read("poetry.lock")) == 100
    assert snapshot.unreadable == (("a/b/c", "more than 2 folders deep"),)
    with pytest.raises(UnreadableError, match="more than the limit of 10"):
        snapshot.read("big.txt")
    with pytest.raises(UnreadableError, match="more than 1 paths"):
        WorktreeSnapshot(tmp_path, Limits(entries=1)).entries()


def test_odd_names_survive(make_repo: Callable[..., Path]) -> None:
    odd = [os.fsdecode(b"caf\xe9.txt"), "two  spaces", "line\nbreak", 'quo"te', "-dash", "ünicode"]
    repo = make_repo(dict.fromkeys(odd, "x"))

    assert sorted(WorktreeSnapshot(repo).entries()) == sorted(odd)
    assert list(ObjectsSnapshot(repo).entries()) == sorted(odd)


def test_a_folder_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no such folder"):
        WorktreeSnapshot(tmp_path / "nowhere")


def test_a_bare_repo_has_no_work_tree(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo.parent, "clone", "-q", "--bare", "repo", "bare.git")

    with pytest.raises(UnreadableError, match="no work tree") as caught:
        WorktreeSnapshot(repo.parent / "bare.git")

    assert "--ref" in caught.value.hint


def test_a_submodule_checkout_is_listed_by_its_own_index(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    make_repo({"lib.py": "", "kept.log": "", ".gitignore": "*.log"}, "library")
    repo = make_repo(FILES)
    git(repo, "submodule", "--quiet", "add", "../library", "vendor/library")

    assert list(WorktreeSnapshot(repo / "vendor" / "library").entries()) == [".gitignore", "kept.log", "lib.py"]


def test_an_ignore_file_that_is_a_fifo_is_named_soon(
    make_repo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo({"a": "", "sub/b": ""})
    os.mkfifo(repo / "sub" / ".gitignore")
    monkeypatch.setattr("goldenpath.snapshot.listing._SOON", 0.3)

    with pytest.raises(UnreadableError, match=r"sub/\.gitignore is no file"):
        WorktreeSnapshot(repo).entries()


def test_a_listing_that_takes_long_is_asked_for_again(
    make_repo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo({"a": ""})
    monkeypatch.setattr("goldenpath.snapshot.listing._SOON", 0.000001)

    assert list(WorktreeSnapshot(repo).entries()) == ["a"]


def test_tracked_files_that_may_not_be_read_are_told(folder_as_nobody: Path, git: Callable[..., str]) -> None:
    repo = folder_as_nobody
    git(repo, "init", "-q")
    (repo / "closed").mkdir()
    (repo / "closed" / "a").write_text("a")
    (repo / "b").write_text("b")
    git(repo, "add", "-A")
    (repo / "closed").chmod(0)
    (repo / "b").chmod(0)

    snapshot = WorktreeSnapshot(repo)

    assert snapshot.unreadable == (("closed/a", "it can't be read: Permission denied"),)
    with pytest.raises(UnreadableError, match="Permission denied"):
        snapshot.read("b")
