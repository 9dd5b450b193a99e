"""First bytes of blobs: the same as of the whole blob, however git stores it, and nothing from what is no object."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from goldenpath.snapshot.heads import Heads
from goldenpath.snapshot.memory import MemorySnapshot
from goldenpath.snapshot.objects import ObjectsSnapshot
from goldenpath.snapshot.worktree import WorktreeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOISE = random.Random(1).randbytes(40_000)  # noqa: S311 - it guards nothing
FILES = {
    "empty": b"",
    "short": b"ab",
    "large.bin": NOISE,
    **{f"v{n}.bin": NOISE[: 900 * n] + b"edit %d" % n + NOISE[900 * n :] for n in range(1, 9)},
    **{f"cut{n}.bin": NOISE[n * 3000 :] for n in range(1, 6)},
    **{f"t{n}.txt": b"".join(b"line %d of %d\n" % (i, n if i % 97 == 0 else 0) for i in range(3000)) for n in range(9)},
}


def _heads(repo: Path) -> Heads:
    return Heads([repo / ".git" / "objects"])


def _oids(repo: Path, git: Callable[..., str]) -> dict[str, str]:
    lines = git(repo, "ls-tree", "-r", "HEAD").strip().split("\n")
    return {line.partition("\t")[2]: line.split()[2] for line in lines}


@pytest.mark.parametrize("form", ["sha1", "sha256"])
@pytest.mark.parametrize("length", [1, 64, 4096])
def test_the_first_bytes_are_those_of_the_whole_blob(
    make_repo: Callable[..., Path], git: Callable[..., str], form: str, length: int
) -> None:
    repo = make_repo(FILES, "repo", f"--object-format={form}")
    oids = _oids(repo, git)
    loose = {path: _heads(repo).head(oid, length) for path, oid in oids.items()}
    git(repo, "repack", "-adfq", "--depth=50", "--window=50")
    packed = {path: _heads(repo).head(oid, length) for path, oid in oids.items()}

    assert git(repo, "count-objects").startswith("0 ")
    assert loose == {path: data[:length] for path, data in FILES.items()}
    assert {path: head for path, head in packed.items() if head is not None} == {
        path: head for path, head in loose.items() if packed[path] is not None
    }
    assert [path for path in ("large.bin", "v1.bin", "v8.bin", "cut5.bin") if packed[path] is None] == []


def test_what_is_stored_as_a_difference_is_left_out_where_that_is_asked(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo(FILES)
    git(repo, "repack", "-adfq", "--depth=50", "--window=50")
    snapshot = ObjectsSnapshot(repo)

    whole, plain = snapshot.heads(FILES, 64), snapshot.heads(FILES, 64, plain=True)

    assert plain.items() < whole.items()
    assert "empty" in plain


@pytest.mark.parametrize("kind", ["objects", "worktree", "memory"])
def test_heads_are_the_same_however_a_repo_is_read(make_repo: Callable[..., Path], kind: str) -> None:
    repo = make_repo({"a": b"0123456789", "b/c": b"xy"})
    (repo / "link").symlink_to("a")
    opened = {"objects": ObjectsSnapshot, "worktree": WorktreeSnapshot}
    snapshot = opened[kind](repo) if kind in opened else MemorySnapshot({"a": b"0123456789", "b/c": b"xy"})

    assert snapshot.heads(["a", "b/c", "link", "missing"], 4) == {"a": b"0123", "b/c": b"xy"}


def test_a_missing_object_has_no_head(make_repo: Callable[..., Path]) -> None:
    assert _heads(make_repo({"a": "1"})).head("0" * 40, 10) is None


def test_a_tree_is_no_blob(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": "1"})
    tree = git(repo, "rev-parse", "HEAD^{tree}").strip()
    loose = _heads(repo).head(tree, 10)
    git(repo, "repack", "-adq")

    assert (loose, _heads(repo).head(tree, 10)) == (None, None)


@pytest.mark.parametrize("suffix", [".idx", ".pack"])
@pytest.mark.parametrize("kept", [0, 7, 1031, 1100, 2000])
def test_a_pack_that_is_cut_off_gives_nothing_or_what_is_right(
    make_repo: Callable[..., Path], git: Callable[..., str], suffix: str, kept: int
) -> None:
    repo = make_repo(FILES)
    git(repo, "repack", "-adfq", "--depth=50", "--window=50")
    oids = _oids(repo, git)
    (path,) = (repo / ".git" / "objects" / "pack").glob(f"*{suffix}")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:kept])

    found = {name: _heads(repo).head(oid, 64) for name, oid in oids.items()}

    assert all(head is None or FILES[name].startswith(head) for name, head in found.items())


def test_damaged_packs_are_survived(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo, "repack", "-adfq", "--depth=50", "--window=50")
    oids = _oids(repo, git)
    chance = random.Random(7)  # noqa: S311 - as above
    for path in sorted((repo / ".git" / "objects" / "pack").glob("*.[ip]*")):
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        for _ in range(200):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)

    for oid in oids.values():
        _heads(repo).head(oid, 4096)


def test_nothing_that_blocks_is_opened(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": "1"})
    oid = _oids(repo, git)["a"]
    path = repo / ".git" / "objects" / oid[:2] / oid[2:]
    path.unlink()
    os.mkfifo(path)
    os.mkfifo(repo / ".git" / "objects" / "pack" / "pack-x.idx")

    assert _heads(repo).head(oid, 10) is None
