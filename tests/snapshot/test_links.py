from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Entry, Kind
from goldenpath.snapshot.links import follow

FILES = ("a/f", "a/b/f", "c/f")
LINKS = ("a/l", "a/b/m", "c/n", "o", "p")
PARTS = st.sampled_from(["a", "b", "c", "f", "l", "m", "n", "o", "p", "..", ".", ""])
TARGETS = st.lists(PARTS, min_size=1, max_size=5).map("/".join).filter(bool)


def on_disk(root: Path, path: str) -> str:
    """Return where the system says that a path leads: a file inside of the root, else ""."""
    try:
        (root / path).stat()
        real = Path(os.path.realpath(root / path))
    except OSError:
        return ""
    return real.relative_to(root).as_posix() if real.is_file() and real.is_relative_to(root) else ""


@settings(max_examples=60)
@given(st.fixed_dictionaries(dict.fromkeys(LINKS, TARGETS)), st.sampled_from(LINKS))
def test_a_link_leads_where_the_system_says(targets: dict[str, str], path: str) -> None:
    entries = {name: Entry(path=name, kind=Kind.FILE) for name in FILES}
    entries |= {name: Entry(path=name, kind=Kind.SYMLINK) for name in LINKS}

    try:
        found = follow(path, entries, lambda link: targets[link]).path
    except UnreadableError:
        found = ""

    with tempfile.TemporaryDirectory() as folder:
        root = Path(os.path.realpath(folder)) / "root"
        for name in FILES:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
        for name, target in targets.items():
            (root / name).symlink_to(target)
        assert found == on_disk(root, path)


def test_a_file_below_another_file_is_none_even_if_a_tree_lists_it() -> None:
    entries = {name: Entry(path=name, kind=kind) for name, kind in (("a", Kind.SYMLINK), ("a/f", Kind.FILE))}

    with pytest.raises(UnreadableError):
        follow("a/f", entries, lambda _: "/etc")
