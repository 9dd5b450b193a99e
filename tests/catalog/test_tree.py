from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from goldenpath.catalog.tree import read_files, tree_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"a.txt": b"a\n", "a/b.txt": b"b", "a-b": b"", "a.d/x": b"x", "z/y/x": b"\0\xff", "ä.txt": b"1"}


def test_the_id_is_the_one_that_git_gives(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo(FILES)
    (repo / "z/y/x").chmod(0o755)
    git(repo, "add", "-A")
    found, executable = read_files(repo)

    assert tree_id(found, executable) == git(repo, "write-tree")
    assert executable == {"z/y/x"}
    assert not any(name.startswith(".git/") for name in found)


@given(st.lists(st.sampled_from(["a", "a-", "a.", "a0", "b"]), min_size=1, max_size=4, unique=True))
def test_the_order_of_the_files_does_not_matter(names: list[str]) -> None:
    files = {f"{name}/f": name.encode() for name in names} | {f"x{name}": b"" for name in names}

    assert tree_id(dict(reversed(files.items()))) == tree_id(files)
