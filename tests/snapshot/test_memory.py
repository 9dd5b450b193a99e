from __future__ import annotations

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.memory import MemorySnapshot


def test_files_of_a_mapping_are_listed_and_read() -> None:
    snapshot = MemorySnapshot({"b": "ü", "a": b"\xff"})

    assert [(entry.path, entry.size) for entry in snapshot.entries().values()] == [("a", 1), ("b", 2)]
    assert (snapshot.read("a"), snapshot.read("b")) == (b"\xff", "ü".encode())
    assert (snapshot.commit, snapshot.unreadable) == ("", ())


def test_a_path_that_is_not_there_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="no such file"):
        MemorySnapshot({}).read("a")
