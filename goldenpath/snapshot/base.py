"""A snapshot: a read-only view of one repo at one commit, whatever it is read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_LOCK_FILE = re.compile(r"(^|[.-])(py)?lock([.-]|$)|\.sum$", re.IGNORECASE)


class Kind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One path of a snapshot.

    `path` is relative to the repo's root with forward slashes; bytes that are no UTF-8 are surrogate escapes. `oid` is
    git's id of the content in hex, "" where it would have to be computed (a work tree). `size` is in bytes, None where
    it isn't known without reading.
    """

    path: str
    kind: Kind
    oid: str = ""
    size: int | None = None
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is read at the most; a file over a limit is unreadable with the reason, never silently nothing."""

    file_bytes: int = 4 * 1024 * 1024
    lock_bytes: int = 64 * 1024 * 1024
    depth: int = 64
    nodes: int = 400_000
    seconds_per_file: float = 5.0
    entries: int = 500_000

    def bytes_for(self, path: str) -> int:
        """Return how many bytes of a file are read at the most: lock files may be larger."""
        return self.lock_bytes if _is_lock(path.rpartition("/")[2]) else self.file_bytes


@lru_cache(maxsize=4096)
def _is_lock(name: str) -> bool:
    return _LOCK_FILE.search(name) is not None


class Snapshot(Protocol):
    """A read-only view of a repo; nothing of the repo is ever run.

    `commit` is the commit in hex that is seen, "" for a work tree or memory.
    """

    @property
    def commit(self) -> str:
        """The commit that is seen, in hex; "" for a work tree or memory."""
        ...

    @property
    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """What listing found but can't show, as (path, reason), sorted; such a path is no entry.

        A folder whose tree is missing from the store, one that is too deep, a name that no file can have, a tracked
        path where a FIFO stands now.
        """
        ...

    def entries(self) -> Mapping[str, Entry]:
        """Return every path, sorted; raise UnreadableError where the repo can't be listed."""
        ...

    def sizes(self, paths: Iterable[str]) -> Mapping[str, int]:
        """Return how many bytes files have, without reading them; a path that this can't be said of is left out."""
        ...

    def heads(self, paths: Iterable[str], length: int, *, plain: bool = False) -> Mapping[str, bytes]:
        """Return the first bytes of files, at most `length` of each, without reading the rest.

        A path is left out where they can't be had for little: a link, a submodule, a missing object, and with `plain`
        what git stores as a difference to another object.
        """
        ...

    def read(self, path: str) -> bytes:
        """Return a file's bytes (a symlink's: its target's, where it stays inside; else UnreadableError).

        Raise UnreadableError with the reason when it can't be read: missing object, over a limit, a link that leaves
        the tree, a submodule.
        """
        ...
