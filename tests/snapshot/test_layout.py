from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.layout import is_git_folder, locate, read_pointer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_work_tree_and_its_git_folder_are_one_repo(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"a": ""})

    outside, inside = locate(repo), locate(repo / ".git")

    assert (outside.git, outside.common, outside.top) == (repo / ".git", repo / ".git", repo)
    assert (inside.git, inside.top) == (repo / ".git", None)
    assert outside.stores == inside.stores == (repo / ".git" / "objects",)


def test_a_work_tree_that_looks_like_a_bare_repo_is_a_work_tree(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"HEAD": "ref: refs/heads/evil\n", "objects/x": "", "refs/x": "", "config": "[core]\n"})

    assert not is_git_folder(repo)
    assert locate(repo).git == repo / ".git"


def test_a_folder_of_a_repo_has_a_prefix(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"services/a/x.py": ""})

    found = locate(repo / "services" / "a")

    assert (found.top, found.prefix) == (repo, "services/a/")


def test_a_broken_repo_is_not_taken_for_the_one_around_it(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"a": ""})
    (repo / "inner" / ".git").mkdir(parents=True)

    with pytest.raises(UnreadableError, match="isn't there"):
        locate(repo / "inner")


@pytest.mark.parametrize(
    "pointer", [b"", b"gitdir:", b"gitdir: \0", b"gitdir: " + b"x" * 5000, b"gitdir: \xff\n", b"\xff\xfe", b"gitdir: ."]
)
def test_any_text_in_a_git_file_is_an_error_with_a_remedy(tmp_path: Path, pointer: bytes) -> None:
    (tmp_path / ".git").write_bytes(pointer)

    with pytest.raises(UnreadableError) as caught:
        locate(tmp_path)

    assert caught.value.hint


@pytest.mark.parametrize("pointer", [b"\0", b"x" * 5000, b"../" * 400 + b"etc", b"\xff"])
def test_any_text_in_alternates_is_harmless(make_repo: Callable[..., Path], pointer: bytes) -> None:
    repo = make_repo({"a": ""})
    (repo / ".git" / "objects" / "info" / "alternates").write_bytes(pointer)

    assert locate(repo).stores[0] == repo / ".git" / "objects"


def test_a_git_folder_elsewhere_counts_below_the_scanned_folder(tmp_path: Path, git: Callable[..., str]) -> None:
    (tmp_path / "fleet").mkdir()
    git(tmp_path, "init", "-q", "--separate-git-dir", "fleet/store", "fleet/tree")

    assert locate(tmp_path / "fleet" / "tree", within=[tmp_path / "fleet"]).git == tmp_path / "fleet" / "store"
    with pytest.raises(UnreadableError, match="lies elsewhere"):
        locate(tmp_path / "fleet" / "tree")


def test_a_pointer_is_a_small_plain_file(tmp_path: Path) -> None:
    (tmp_path / "small").write_text("x")
    (tmp_path / "large").write_bytes(bytes(100_000))
    (tmp_path / "link").symlink_to("small")
    os.mkfifo(tmp_path / "pipe")

    found = {name: read_pointer(tmp_path / name) for name in ("small", "large", "link", "pipe", "none")}

    assert found == {"small": b"x", "large": None, "link": None, "pipe": None, "none": None}
