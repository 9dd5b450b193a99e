from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Kind, Limits
from goldenpath.snapshot.objects import ObjectsSnapshot
from goldenpath.snapshot.store import OBJECT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"pyproject.toml": "[project]\n", "src/app/main.py": "print()\n", "a b.txt": "space\n"}


def contents(snapshot: ObjectsSnapshot) -> dict[str, bytes]:
    return {path: snapshot.read(path) for path, entry in snapshot.entries().items() if entry.kind is Kind.FILE}


def loose_object(repo: Path, oid: str) -> Path:
    return repo / ".git" / "objects" / oid[:2] / oid[2:]


def test_paths_are_sorted_and_carry_gits_own_ids(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)

    entries = ObjectsSnapshot(repo).entries()

    assert list(entries) == ["a b.txt", "pyproject.toml", "src/app/main.py"]
    assert entries["src/app/main.py"].oid == git(repo, "rev-parse", "HEAD:src/app/main.py")
    assert entries["src/app/main.py"].size is None


def test_the_commit_is_named(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)

    assert ObjectsSnapshot(repo).commit == git(repo, "rev-parse", "HEAD")


def test_a_bare_clone_reads_as_its_work_tree_does(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo.parent, "clone", "-q", "--bare", "repo", "bare.git")

    bare = ObjectsSnapshot(repo.parent / "bare.git")

    assert contents(bare) == {path: text.encode() for path, text in FILES.items()}


def test_a_dirty_clone_is_read_at_head(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    before = contents(ObjectsSnapshot(repo))
    (repo / "pyproject.toml").write_text("changed")
    (repo / "a b.txt").unlink()
    (repo / "new.txt").write_text("new")
    git(repo, "add", "new.txt")

    assert contents(ObjectsSnapshot(repo)) == before


def test_a_repo_in_the_middle_of_a_conflict_is_read_at_head(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo(FILES)
    git(repo, "switch", "-q", "-c", "side")
    (repo / "a b.txt").write_text("side\n")
    git(repo, "commit", "-q", "-a", "-m", "side")
    git(repo, "switch", "-q", "main")
    (repo / "a b.txt").write_text("main\n")
    git(repo, "commit", "-q", "-a", "-m", "main")
    with pytest.raises(AssertionError):
        git(repo, "merge", "side")

    assert ObjectsSnapshot(repo).read("a b.txt") == b"main\n"


@pytest.mark.parametrize("ref", ["v1", "old", "refs/heads/old", "main~1", "heads/old", "light", "@{-1}"])
def test_any_ref_can_be_read(make_repo: Callable[..., Path], git: Callable[..., str], ref: str) -> None:
    repo = make_repo({"a": "old"})
    first = git(repo, "rev-parse", "HEAD")
    git(repo, "tag", "-a", "-m", "one", "v1")
    git(repo, "tag", "light")
    git(repo, "checkout", "-q", "-b", "old")
    git(repo, "checkout", "-q", "main")
    (repo / "a").write_text("new")
    git(repo, "commit", "-q", "-a", "-m", "second")

    snapshot = ObjectsSnapshot(repo, ref)

    assert (snapshot.commit, snapshot.read("a")) == (first, b"old")


def test_full_and_short_ids_name_a_commit(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    commit = git(repo, "rev-parse", "HEAD")

    assert ObjectsSnapshot(repo, commit).commit == commit
    assert ObjectsSnapshot(repo, commit[:8]).commit == commit


def test_packed_refs_are_read(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo, "branch", "side/branch")
    git(repo, "pack-refs", "--all", "--prune")

    assert ObjectsSnapshot(repo, "side/branch").commit == git(repo, "rev-parse", "HEAD")
    assert ObjectsSnapshot(repo).commit == git(repo, "rev-parse", "HEAD")


def test_a_tag_outranks_a_branch_of_its_name_as_in_git(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": "tagged"})
    git(repo, "tag", "both")
    (repo / "a").write_text("branched")
    git(repo, "commit", "-q", "-a", "-m", "second")
    git(repo, "branch", "both")

    assert ObjectsSnapshot(repo, "both").read("a") == b"tagged"
    assert ObjectsSnapshot(repo, "heads/both").read("a") == b"branched"


def test_a_detached_head_is_read(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo, "checkout", "-q", "--detach")

    assert ObjectsSnapshot(repo).read("pyproject.toml") == b"[project]\n"


def test_a_linked_work_tree_is_read_at_its_own_head(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": "main"})
    git(repo, "worktree", "add", "-q", "-b", "side", "../linked")
    linked = repo.parent / "linked"
    (linked / "a").write_text("side")
    git(linked, "commit", "-q", "-a", "-m", "side")

    assert ObjectsSnapshot(linked).read("a") == b"side"
    assert ObjectsSnapshot(repo).read("a") == b"main"


def test_a_submodule_is_an_entry_and_its_checkout_a_repo(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    make_repo({"lib.py": "x = 1\n"}, "library")
    repo = make_repo(FILES)
    git(repo, "submodule", "--quiet", "add", "../library", "vendor/library")
    git(repo, "commit", "-q", "-m", "submodule")

    snapshot = ObjectsSnapshot(repo)

    assert snapshot.entries()["vendor/library"].kind is Kind.SUBMODULE
    with pytest.raises(UnreadableError, match="submodule"):
        snapshot.read("vendor/library")
    assert ObjectsSnapshot(repo / "vendor" / "library").read("lib.py") == b"x = 1\n"


def test_a_shallow_clone_is_read(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo, "commit", "-q", "--allow-empty", "-m", "second")
    git(repo.parent, "clone", "-q", "--depth=1", f"file://{repo}", "shallow")

    assert contents(ObjectsSnapshot(repo.parent / "shallow")) == contents(ObjectsSnapshot(repo))


def test_a_partial_clone_tells_which_file_is_missing_and_fetches_nothing(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo(FILES)
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(repo.parent, "clone", "-q", "--bare", "--filter=blob:none", f"file://{repo}", "partial")
    partial = repo.parent / "partial"
    before = sorted(partial.rglob("*"))

    snapshot = ObjectsSnapshot(partial)

    assert list(snapshot.entries()) == sorted(FILES)
    with pytest.raises(UnreadableError, match="partial clone") as caught:
        snapshot.read("pyproject.toml")
    assert caught.value.where == "pyproject.toml"
    assert sorted(partial.rglob("*")) == before


def test_a_missing_tree_makes_its_folder_unreadable_and_no_more(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo(FILES)
    loose_object(repo, git(repo, "rev-parse", "HEAD:src")).unlink()

    snapshot = ObjectsSnapshot(repo)

    assert list(snapshot.entries()) == ["a b.txt", "pyproject.toml"]
    [(path, reason)] = snapshot.unreadable
    assert path == "src"
    assert "missing from the store" in reason


def test_a_missing_root_tree_makes_the_repo_unreadable(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    loose_object(repo, git(repo, "rev-parse", "HEAD^{tree}")).unlink()

    with pytest.raises(UnreadableError, match="missing from the store"):
        ObjectsSnapshot(repo).entries()


def test_a_damaged_object_is_told_from_a_missing_one(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    place = loose_object(repo, git(repo, "rev-parse", "HEAD:pyproject.toml"))
    place.chmod(0o644)
    place.write_bytes(b"\x78\x9c not zlib")

    with pytest.raises(UnreadableError, match="damaged") as caught:
        ObjectsSnapshot(repo).read("pyproject.toml")

    assert caught.value.hint


@pytest.mark.parametrize("forged", [b"blob 4\0evil", b"tree 4\0evil"])
def test_bytes_that_go_by_another_ones_id_are_refused(
    make_repo: Callable[..., Path], git: Callable[..., str], forged: bytes
) -> None:
    repo = make_repo(FILES)
    place = loose_object(repo, git(repo, "rev-parse", "HEAD:pyproject.toml"))
    place.chmod(0o644)
    place.write_bytes(zlib.compress(forged))

    with pytest.raises(UnreadableError, match="damaged"):
        ObjectsSnapshot(repo).read("pyproject.toml")


def test_a_sha256_repo_is_read(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES, "repo", "--object-format=sha256")
    git(repo, "gc", "-q")

    snapshot = ObjectsSnapshot(repo)

    assert len(snapshot.commit) == 64
    assert contents(snapshot) == {path: text.encode() for path, text in FILES.items()}
    assert snapshot.entries()["pyproject.toml"].oid == git(repo, "rev-parse", "HEAD:pyproject.toml")


def test_a_sha256_repo_tells_what_is_missing(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES, "repo", "--object-format=sha256")
    loose_object(repo, git(repo, "rev-parse", "HEAD:src")).unlink()
    loose_object(repo, git(repo, "rev-parse", "HEAD:pyproject.toml")).unlink()

    snapshot = ObjectsSnapshot(repo)

    assert [path for path, _ in snapshot.unreadable] == ["src"]
    with pytest.raises(UnreadableError, match="missing from the store"):
        snapshot.read("pyproject.toml")


def test_an_empty_history_names_the_branch_without_a_commit(tmp_path: Path, git: Callable[..., str]) -> None:
    git(tmp_path, "init", "-q", "-b", "trunk")

    with pytest.raises(UnreadableError, match="no commit on 'trunk'") as caught:
        ObjectsSnapshot(tmp_path)

    assert "--ref" in caught.value.hint


@pytest.mark.parametrize("damage", [b"", b"garbage\n", b"ref: ../../../etc/passwd\n", b"\xff" * 40])
def test_a_damaged_head_makes_the_repo_unreadable(make_repo: Callable[..., Path], damage: bytes) -> None:
    repo = make_repo(FILES)
    (repo / ".git" / "HEAD").write_bytes(damage)

    with pytest.raises(UnreadableError):
        ObjectsSnapshot(repo)


def test_a_head_that_is_a_fifo_does_not_block(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)
    (repo / ".git" / "HEAD").unlink()
    os.mkfifo(repo / ".git" / "HEAD")

    with pytest.raises(UnreadableError, match="HEAD is damaged"):
        ObjectsSnapshot(repo)


def test_an_unknown_ref_is_an_error_with_a_remedy(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)

    with pytest.raises(UnreadableError, match="no commit 'nowhere'") as caught:
        ObjectsSnapshot(repo, "nowhere")

    assert "--ref" in caught.value.hint


def test_a_ref_that_looks_like_an_option_is_no_option(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)

    with pytest.raises(UnreadableError, match="no commit"):
        ObjectsSnapshot(repo, "--git-dir=/")


def test_a_ref_to_a_blob_is_no_commit(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    git(repo, "tag", "blob", git(repo, "rev-parse", "HEAD:pyproject.toml"))

    with pytest.raises(UnreadableError, match="is no commit"):
        ObjectsSnapshot(repo, "blob")


def test_a_plain_folder_is_no_repo(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no git repo"):
        ObjectsSnapshot(tmp_path)


def test_a_folder_of_a_monorepo_shows_only_itself(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)

    snapshot = ObjectsSnapshot(repo / "src")

    assert contents(snapshot) == {"app/main.py": b"print()\n"}


def test_a_folder_that_the_commit_lacks_is_unreadable(make_repo: Callable[..., Path]) -> None:
    repo = make_repo(FILES)
    (repo / "later").mkdir()

    with pytest.raises(UnreadableError, match="'later/' isn't in that commit"):
        ObjectsSnapshot(repo / "later")


def test_paths_that_are_no_utf8_are_surrogate_escapes(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    (repo / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"odd")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "odd")

    assert ObjectsSnapshot(repo).read("caf\udce9.txt") == b"odd"


def test_a_file_over_the_limit_is_unreadable_and_a_lock_may_be_larger(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"big.txt": "x" * 100, "uv.lock": "x" * 100, "small.txt": "x" * 10})
    snapshot = ObjectsSnapshot(repo, limits=Limits(file_bytes=10, lock_bytes=100))

    assert len(snapshot.read("small.txt")) == 10
    assert len(snapshot.read("uv.lock")) == 100
    with pytest.raises(UnreadableError, match="100 bytes, more than the limit of 10"):
        snapshot.read("big.txt")


def test_too_many_paths_make_the_repo_unreadable(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({f"{number}.txt": "" for number in range(4)})

    assert len(ObjectsSnapshot(repo, limits=Limits(entries=4)).entries()) == 4
    with pytest.raises(UnreadableError, match="more than 3 paths"):
        ObjectsSnapshot(repo, limits=Limits(entries=3)).entries()


def test_a_tree_that_names_billions_of_paths_is_stopped(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo(FILES)
    tree = git(repo, "mktree", stdin=b"")
    for _ in range(12):
        lines = "".join(f"040000 tree {tree}\tn{number}\n" for number in range(10))
        tree = git(repo, "mktree", stdin=lines.encode())
    git(repo, "tag", "bomb", git(repo, "commit-tree", "-m", "bomb", tree))

    with pytest.raises(UnreadableError, match="more than 5000 paths"):
        ObjectsSnapshot(repo, "bomb", Limits(entries=5000)).entries()


def test_folders_that_are_too_deep_are_told(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"a/b/c/d.txt": "deep", "a/top.txt": "top"})

    snapshot = ObjectsSnapshot(repo, limits=Limits(depth=3))

    assert list(snapshot.entries()) == ["a/top.txt"]
    assert snapshot.unreadable == (("a/b/c", "more than 3 folders deep"),)


def test_a_name_that_no_file_can_have_is_told(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    blob = bytes.fromhex(git(repo, "rev-parse", "HEAD:pyproject.toml"))
    raw = b"100644 ../../x\0" + blob + b"100644 ..\0" + blob + b"100644 good\0" + blob
    tree = git(repo, "hash-object", "-t", "tree", "--literally", "-w", "--stdin", stdin=raw)
    git(repo, "tag", "evil", git(repo, "commit-tree", "-m", "evil", tree))

    snapshot = ObjectsSnapshot(repo, "evil")

    assert list(snapshot.entries()) == ["good"]
    assert [path for path, _ in snapshot.unreadable] == ["..", "../../x"]


def test_links_are_followed_inside_the_commit_only(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"docs/real.md": "text", "src/x.py": ""})
    links = {
        "docs/near": "real.md",
        "src/far": "../docs/near",
        "folder": "docs",
        "through": "folder/real.md",
        "round": "round",
        "absolute": "/etc/passwd",
        "outside": "../../../../etc/passwd",
        "untracked": "secret.txt",
        "git": ".git/config",
    }
    for name, target in links.items():
        (repo / name).symlink_to(target)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "links")
    (repo / "secret.txt").write_text("secret")

    snapshot = ObjectsSnapshot(repo)

    assert snapshot.entries()["docs/near"].kind is Kind.SYMLINK
    assert {snapshot.read(name) for name in ("docs/near", "src/far", "through")} == {b"text"}
    for name in ("folder", "round", "absolute", "outside", "untracked", "git"):
        with pytest.raises(UnreadableError, match="link") as caught:
            snapshot.read(name)
        assert caught.value.where == name


def test_a_path_that_is_not_there_is_unreadable(make_repo: Callable[..., Path]) -> None:
    with pytest.raises(UnreadableError, match="no such file"):
        ObjectsSnapshot(make_repo(FILES)).read("nowhere")


def test_executables_are_told(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"run.sh": "#!/bin/sh\n", "data.txt": ""})
    git(repo, "update-index", "--chmod=+x", "run.sh")
    git(repo, "commit", "-q", "-m", "mode")

    entries = ObjectsSnapshot(repo).entries()

    assert entries["run.sh"].executable
    assert not entries["data.txt"].executable


def test_a_commit_that_would_fill_the_memory_is_not_read(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo(FILES)
    huge = git(repo, "hash-object", "-t", "commit", "--literally", "-w", "--stdin", stdin=bytes(OBJECT_BYTES + 1))

    with pytest.raises(UnreadableError, match="more than the limit"):
        ObjectsSnapshot(repo, huge)


def test_a_sha256_repo_has_the_same_limits(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"big.txt": "x" * 100}, "repo", "--object-format=sha256")

    with pytest.raises(UnreadableError, match="100 bytes, more than the limit of 10"):
        ObjectsSnapshot(repo, limits=Limits(file_bytes=10)).read("big.txt")


@pytest.mark.parametrize("part", ["idx", "pack"])
@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda _: b"", lambda data: data[::-1]])
def test_a_damaged_pack_makes_the_repo_unreadable(
    make_repo: Callable[..., Path], git: Callable[..., str], part: str, damage: Callable[[bytes], bytes]
) -> None:
    repo = make_repo(FILES)
    git(repo, "repack", "-a", "-d", "-q")
    [place] = (repo / ".git" / "objects" / "pack").glob(f"*.{part}")
    place.chmod(0o644)
    place.write_bytes(damage(place.read_bytes()))

    with pytest.raises(UnreadableError, match=r"missing|damaged"):
        ObjectsSnapshot(repo)


def test_a_repo_whose_own_path_is_odd_is_read(make_repo: Callable[..., Path]) -> None:
    for options in ((), ("--object-format=sha256",)):
        repo = make_repo(FILES, os.fsdecode(b"caf\xe9: 'x' \"y\" $z" + str(len(options)).encode()), *options)

        assert ObjectsSnapshot(repo).read("a b.txt") == b"space\n"
