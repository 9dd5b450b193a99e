"""The paths of a git tree, read level by level; what can't be listed is told, never left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.snapshot.base import Limits
    from goldenpath.snapshot.store import Store

_FOLDER = b"40000"
_KINDS = {b"120000": Kind.SYMLINK, b"160000": Kind.SUBMODULE}
_EXECUTABLE = b"100755"
_NO_NAMES = frozenset(("", ".", "..", ".git"))


def list_tree(store: Store, tree: str, limits: Limits) -> tuple[dict[str, Entry], tuple[tuple[str, str], ...]]:
    """Return every path below a tree, sorted, and what can't be listed as (path, reason).

    Trees are asked for a level at a time: few processes where git answers. Raise UnreadableError where the root can't
    be read, and where there are more paths than the limit (a small store can name billions).
    """
    listing = _Listing(store, limits)
    kind, data = store.read(tree)
    if kind != "tree":
        raise UnreadableError(f"object {tree[:12]} is a {kind}, no tree")
    level = listing.add("", data, len(tree) // 2)
    for _ in range(limits.depth - 1):
        if not level:
            break
        level = listing.descend(level)
    listing.unreadable += [(folder.rstrip("/"), f"more than {limits.depth} folders deep") for folder, _ in level]
    return dict(sorted(listing.entries.items())), tuple(sorted(listing.unreadable))


def subtree(store: Store, tree: str, name: str) -> str:
    """Return the id of a tree's folder, "" where it has none of this name."""
    data = store.read(tree)[1]
    found = (oid for mode, known, oid in _records(data, len(tree) // 2) if mode == _FOLDER and known == name)
    return next(found, "")


class _Listing:
    """What was found so far."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.entries: dict[str, Entry] = {}
        self.unreadable: list[tuple[str, str]] = []
        self._store = store
        self._limits = limits
        self._folders = 0

    def descend(self, level: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Add what the folders of one level hold; return the folders of the next."""
        below: list[tuple[str, str]] = []
        answers = self._store.read_each([oid for _, oid in level])
        for (folder, oid), answer in zip(level, answers, strict=True):
            if isinstance(answer, UnreadableError):
                self.unreadable.append((folder.rstrip("/"), answer.message))
            elif answer[0] != "tree":
                self.unreadable.append((folder.rstrip("/"), f"object {oid[:12]} is a {answer[0]}, no tree"))
            else:
                below += self.add(folder, answer[1], len(oid) // 2)
        return below

    def add(self, folder: str, data: bytes, width: int) -> list[tuple[str, str]]:
        """Add what one tree holds; return its folders."""
        below: list[tuple[str, str]] = []
        try:
            for mode, name, oid in _records(data, width):
                path = folder + name
                if name in _NO_NAMES or "/" in name:
                    self.unreadable.append((path, "no file can have this name"))
                elif mode == _FOLDER:
                    below.append((f"{path}/", oid))
                else:
                    kind = _KINDS.get(mode, Kind.FILE)
                    self.entries[path] = Entry(path=path, kind=kind, oid=oid, executable=mode == _EXECUTABLE)
        except ValueError:
            self.unreadable.append((folder.rstrip("/"), "its tree is damaged"))
        self._folders += len(below)
        if len(self.entries) + self._folders > self._limits.entries:
            raise UnreadableError(f"more than {self._limits.entries} paths", hint="Raise the limit, or scan a part.")
        return below


def _records(data: bytes, width: int) -> Iterator[tuple[bytes, str, str]]:
    """Return (mode, name, id in hex) of each line of a raw tree; raise ValueError for a damaged one."""
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + width
        if at > len(data):
            raise ValueError("cut short")
        yield mode, name.decode("utf-8", "surrogateescape"), data[end + 1 : at].hex()
