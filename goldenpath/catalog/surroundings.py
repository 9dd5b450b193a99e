"""The folder of a repo that a blueprint was rendered into: what stands where, by git's ids wherever they are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from goldenpath.catalog.pins import MOST
from goldenpath.catalog.tree import blob_id
from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from goldenpath.catalog.ownership import Claims
    from goldenpath.snapshot.base import Entry, Snapshot

_SHA256 = 64
_LEAST = 32
_ALIKE = 0.6
_MOST_CANDIDATES = 8
_MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where a file stands now; `whole` says whether it is still the same, to the byte."""

    path: str
    whole: bool


class Surroundings:
    """A folder of a snapshot; `template` are the paths that a blueprint knows, and all paths are relative to it.

    Making one raises UnreadableError where a part of the snapshot can't be listed that the template has files in: they
    would look as if they had been deleted.
    """

    def __init__(self, snapshot: Snapshot, root: str, template: Collection[str], claims: Claims) -> None:
        self._snapshot = snapshot
        self._prefix = f"{root}/" if root else ""
        self._template = template
        self._claims = claims
        self._judged: dict[str, bytes] = {}
        for path, reason in snapshot.unreadable:
            if any(full == path or full.startswith(f"{path}/") for full in map(self.full, template)):
                raise UnreadableError(reason, where=path)

    def full(self, path: str) -> str:
        """Return a path relative to the repo."""
        return self._prefix + path

    def paths(self) -> Iterator[str]:
        """Yield the path of everything in the folder."""
        return (self._own(entry) for path, entry in self._snapshot.entries().items() if path.startswith(self._prefix))

    def is_there(self, path: str) -> bool:
        """Tell whether anything stands at a path."""
        return self._entry(path) is not None

    def is_file(self, path: str) -> bool:
        """Tell whether a file stands at a path, and no link or submodule."""
        entry = self._entry(path)
        return entry is not None and entry.kind is Kind.FILE

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError."""
        return self._snapshot.read(self.full(path))

    def holds(self, path: str, data: bytes, *, executable: bool) -> bool:
        """Tell whether a path is a file of these bytes and this bit, whatever version a bot has moved its pins to.

        Raise UnreadableError where it must be read.
        """
        entry = self._entry(path)
        if entry is None or entry.kind is not Kind.FILE or entry.executable != executable:
            return False
        return self._equals(entry, data) or self._moved_by_a_bot(path, entry, data)

    def elsewhere(self, path: str, data: bytes) -> Elsewhere | None:
        """Return where a file that isn't at its path has gone: to one that no blueprint knows.

        Found by its contents, else by its name among files that are much like it. A very short one is told from no
        other, so it isn't looked for.
        """
        if len(data) < _LEAST:
            return None
        same = self._same(data)
        if same is not None:
            return Elsewhere(path=self._own(same), whole=True)
        name = path.rpartition("/")[2]
        namesakes = [entry for entry in self._others if entry.path.rpartition("/")[2] == name][:_MOST_CANDIDATES]
        alike = next((entry for entry in namesakes if self._is_alike(entry, data)), None)
        return Elsewhere(path=self._own(alike), whole=False) if alike is not None else None

    def _same(self, data: bytes) -> Entry | None:
        if self._by_id:
            length = len(next(iter(self._by_id)))
            return self._by_id.get(blob_id(data, sha256=length == _SHA256))
        return next((entry for entry in self._others if self._equals(entry, data)), None)

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        return {entry.oid: entry for entry in reversed(self._others) if entry.oid}

    @cached_property
    def _others(self) -> tuple[Entry, ...]:
        return tuple(self._find_others())

    def _find_others(self) -> Iterator[Entry]:
        for path, entry in self._snapshot.entries().items():
            if entry.kind is Kind.FILE and path.startswith(self._prefix) and self._own(entry) not in self._template:
                yield entry

    def _own(self, entry: Entry) -> str:
        return entry.path[len(self._prefix) :]

    def _entry(self, path: str) -> Entry | None:
        return self._snapshot.entries().get(self.full(path))

    def _equals(self, entry: Entry, data: bytes) -> bool:
        if entry.oid:
            return entry.oid == blob_id(data, sha256=len(entry.oid) == _SHA256)
        return entry.size == len(data) and self._snapshot.read(entry.path) == data

    def _moved_by_a_bot(self, path: str, entry: Entry, data: bytes) -> bool:
        if not self._claims.bot_moves(path) or self._size(entry) > MOST:
            return False
        if path not in self._judged:
            self._judged[path] = self._claims.judged(path, self.read(path))
        return self._judged[path] == self._claims.judged(path, data)

    def _size(self, entry: Entry) -> int:
        return entry.size if entry.size is not None else self._snapshot.sizes([entry.path]).get(entry.path, 0)

    def _is_alike(self, entry: Entry, data: bytes) -> bool:
        """Tell whether most lines of two files are the same; a file that can't be read is like none."""
        if self._size(entry) > _MOST_BYTES:
            return False
        try:
            found = set(self._snapshot.read(entry.path).splitlines())
        except UnreadableError:
            return False
        wanted = set(data.splitlines())
        return len(found & wanted) >= _ALIKE * max(len(found), len(wanted))
