from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.repo import Repo
from goldenpath.snapshot import open_snapshot
from goldenpath.snapshot.base import Kind, Limits, Snapshot
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"pyproject.toml": "[project]\n", "src/main.py": "print()\n", "ü/a b.md": "text\n", "uv.lock": "version = 1\n"}


def named(path: Path, ref: str | None = None) -> Repo:
    return Repo(id=path.name, name=path.name, path=str(path), ref=ref)


def texts(snapshot: Snapshot) -> dict[str, bytes]:
    return {path: snapshot.read(path) for path, entry in snapshot.entries().items() if entry.kind is Kind.FILE}


@pytest.mark.parametrize("form", ["--object-format=sha1", "--object-format=sha256"])
def test_every_snapshot_of_one_commit_says_the_same(
    make_repo: Callable[..., Path], git: Callable[..., str], form: str
) -> None:
    repo = make_repo(FILES, "repo", form)
    for name, options in (
        ("bare.git", ("--bare",)),
        ("mirror.git", ("--mirror",)),
        ("shallow", ("--depth=1",)),
        ("dirty", ()),
    ):
        git(repo.parent, "clone", "-q", *options, f"file://{repo}", name)
    git(repo, "worktree", "add", "-q", "-b", "side", "../linked")
    (repo.parent / "dirty" / "pyproject.toml").write_text("changed")

    seen = [open_snapshot(named(repo.parent / name)) for name in ("repo", "bare.git", "mirror.git", "shallow", "dirty")]
    seen += [open_snapshot(named(repo.parent / name), worktree=True) for name in ("repo", "shallow", "linked")]

    assert all(texts(snapshot) == texts(MemorySnapshot(FILES)) for snapshot in seen)
    assert {snapshot.commit for snapshot in seen} == {git(repo, "rev-parse", "HEAD"), ""}
    assert {snapshot.unreadable for snapshot in seen} == {()}


def test_a_ref_that_is_named_outranks_the_work_tree(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": "old"})
    (repo / "a").write_text("new")

    assert open_snapshot(named(repo), worktree=True).read("a") == b"new"
    assert open_snapshot(named(repo, ref="main"), worktree=True).read("a") == b"old"
    assert open_snapshot(named(repo), worktree=False).commit == git(repo, "rev-parse", "HEAD")


def test_a_bare_repo_is_read_at_head_where_others_are_read_on_disk(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo({"a": "old"})
    git(repo.parent, "clone", "-q", "--bare", f"file://{repo}", "bare.git")

    assert open_snapshot(named(repo.parent / "bare.git"), worktree=True).read("a") == b"old"


@pytest.mark.parametrize("worktree", [True, False])
def test_limits_reach_every_snapshot(make_repo: Callable[..., Path], *, worktree: bool) -> None:
    repo = make_repo({"a": "xx"})

    with pytest.raises(UnreadableError, match="more than the limit of 1") as caught:
        open_snapshot(named(repo), worktree=worktree, limits=Limits(file_bytes=1)).read("a")

    assert caught.value.where == "a"


@pytest.mark.parametrize(
    ("name", "limit"),
    [("poetry.lock", 2), ("package-lock.json", 2), ("pylock.toml", 2), ("pylock.dev.toml", 2), ("pnpm-lock.yaml", 2),
     ("conda-lock.yml", 2), ("conda-linux-64.lock", 2), ("clock.py", 1), ("blockchain.txt", 1), ("lock/x.py", 1)],
)  # fmt: skip
def test_lock_files_may_be_larger(name: str, limit: int) -> None:
    assert Limits(file_bytes=1, lock_bytes=2).bytes_for(f"some/folder/{name}") == limit
