from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot
from goldenpath.snapshot.objects import ObjectsSnapshot
from goldenpath.snapshot.worktree import WorktreeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldenpath.snapshot.base import Snapshot

KINDS = ("objects", "sha256", "worktree", "memory")
FILES = {"a.onnx": b"\xff\0" * 65, "big.bin": b"\0" * 6_000_000, "b.txt": b"12", "c": b""}


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_are_the_same_however_a_repo_is_read(make_repo: Callable[..., Path], kind: str) -> None:
    snapshot = _open(make_repo, kind)

    assert snapshot.sizes(["a.onnx", "b.txt", "c", "missing"]) == {"a.onnx": 130, "b.txt": 2, "c": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_binary_is_found_however_a_repo_is_read(make_repo: Callable[..., Path], kind: str) -> None:
    facts = inventory(_open(make_repo, kind))

    assert [(row.kind, row.path, row.size) for row in (*facts.data, *facts.models)] == [
        ("binary", "big.bin", 6_000_000),
        ("onnx", "a.onnx", 130),
    ]


def test_a_link_and_a_missing_object_have_no_size(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": "1"})
    (repo / "link").symlink_to("a")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "link")
    oid = git(repo, "rev-parse", "HEAD:a").strip()
    (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()

    assert ObjectsSnapshot(repo).sizes(["a", "link"]) == {}


def _open(make_repo: Callable[..., Path], kind: str) -> Snapshot:
    if kind == "memory":
        return MemorySnapshot(FILES)
    repo = make_repo(FILES, "repo", *(["--object-format=sha256"] if kind == "sha256" else []))
    return WorktreeSnapshot(repo) if kind == "worktree" else ObjectsSnapshot(repo)
