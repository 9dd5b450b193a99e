"""The objects of a repo by id, read by libgit2 where it can, else by git; nothing is fetched."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from goldenpath import _git
from goldenpath.errors import UnreadableError
from goldenpath.snapshot.heads import Heads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pygit2 import Odb

    from goldenpath.snapshot.layout import Layout

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_SHA1_HEX = 40
_HEAD_BYTES = 256
OBJECT_BYTES = 64 * 1024 * 1024
"""What a commit, a tag or a tree may take: one of gigabytes can hide in a few kilobytes."""


class Store(Protocol):
    """A repo's objects by their id in hex."""

    def read(self, oid: str, limit: int = OBJECT_BYTES) -> tuple[str, bytes]:
        """Return an object's kind (commit, tree, blob, tag) and its bytes.

        Raise UnreadableError for one that is missing, damaged or larger than the limit, before it takes memory.
        """
        ...

    def read_each(self, oids: Sequence[str]) -> Iterable[tuple[str, bytes] | UnreadableError]:
        """Return for each id, in order, its kind and bytes or why it can't be read."""
        ...

    def sizes(self, oids: Sequence[str]) -> Sequence[int]:
        """Return for each id, in order, how many bytes the object has, -1 for one that is missing or damaged."""
        ...

    def head(self, oid: str, length: int, *, plain: bool = False) -> bytes | None:
        """Return at most `length` first bytes of a blob, None where they can't be had for little."""
        ...


def open_store(layout: Layout, oid: str) -> Store:
    """Open the repo's objects; the length of any id of it tells how they are named."""
    return LibraryStore(layout) if len(oid) == _SHA1_HEX else CommandStore(layout)


class LibraryStore:
    """Objects read by libgit2 from the object folders alone.

    No repository is opened: so no configuration is read (includes, core.worktree), there is no owner to doubt, and
    alternates are those that the layout allows.
    """

    def __init__(self, layout: Layout) -> None:
        from pygit2 import GitError, Odb, OdbBackendLoose, OdbBackendPack, Oid, option  # noqa: PLC0415 - slow to import
        from pygit2.enums import Option  # noqa: PLC0415 - as above

        option(Option.ENABLE_STRICT_HASH_VERIFICATION, 0)  # `read` checks ids itself, in a third of the time
        self._layout = layout
        self._heads = Heads(layout.stores)
        self._name = Oid
        self._errors = (KeyError, ValueError, GitError)
        self._odb: Odb = Odb()
        for store in layout.stores:
            self._odb.add_backend(OdbBackendPack(str(store)), 2)
            self._odb.add_backend(OdbBackendLoose(str(store), -1, False), 1)  # noqa: FBT003 - a C function

    def read(self, oid: str, limit: int = OBJECT_BYTES) -> tuple[str, bytes]:
        """Return an object's kind and its bytes; its id is checked against them."""
        try:
            name = self._name(hex=oid)
            size = int(self._odb.read_header(name)[1])
            kind, data = self._odb.read(name) if size <= limit else (0, b"")
        except self._errors as error:
            raise _unreadable(self._layout, oid, error) from error
        if size > limit:
            raise _too_large(size, limit)
        word = _KINDS[int(kind)]
        if not _is_named(oid, word, data):
            raise _unreadable(self._layout, oid, ValueError("its bytes don't have its id"))
        return word, data

    def read_each(self, oids: Sequence[str]) -> Iterable[tuple[str, bytes] | UnreadableError]:
        """Return each object's kind and bytes."""
        for oid in oids:
            try:
                yield self.read(oid)
            except UnreadableError as error:
                yield error

    def sizes(self, oids: Sequence[str]) -> Sequence[int]:
        """Return each object's size, from its header."""
        found = []
        for oid in oids:
            try:
                found.append(int(self._odb.read_header(self._name(hex=oid))[1]))
            except self._errors:
                found.append(-1)
        return found

    def head(self, oid: str, length: int, *, plain: bool = False) -> bytes | None:
        """Return a blob's first bytes."""
        return self._heads.head(oid, length, plain=plain)


class CommandStore:
    """Objects read by `git cat-file`, in a git folder of our own that borrows the repo's: for SHA-256 repos.

    git follows every alternates file by itself, so a repo with one that may not be read can't be read at all.
    """

    def __init__(self, layout: Layout) -> None:
        if layout.refused:
            raise UnreadableError(
                f"it borrows objects from {layout.refused[0]}, which isn't read", where=str(layout.git)
            )
        self._layout = layout
        self._heads = Heads(layout.stores)
        self._objects: Path = layout.stores[0]

    def read(self, oid: str, limit: int = OBJECT_BYTES) -> tuple[str, bytes]:
        """Return an object's kind and its bytes."""
        (answer,) = self._read([oid], limit)
        if isinstance(answer, UnreadableError):
            raise answer
        return answer

    def read_each(self, oids: Sequence[str]) -> Iterable[tuple[str, bytes] | UnreadableError]:
        """Return each object's kind and bytes, asked for in two processes."""
        return self._read(oids, OBJECT_BYTES)

    def sizes(self, oids: Sequence[str]) -> Sequence[int]:
        """Return each object's size, asked for in one process."""
        return [_size(line) for line in self._ask("--batch-check", oids).splitlines()] if oids else []

    def head(self, oid: str, length: int, *, plain: bool = False) -> bytes | None:
        """Return a blob's first bytes, without asking git."""
        return self._heads.head(oid, length, plain=plain)

    def _read(self, oids: Sequence[str], limit: int) -> Iterator[tuple[str, bytes] | UnreadableError]:
        sizes = self.sizes(oids)
        wanted = [oid for oid, size in zip(oids, sizes, strict=True) if 0 <= size <= limit]
        answer = self._ask("--batch", wanted)
        at = 0
        for oid, size in zip(oids, sizes, strict=True):
            if size < 0:
                yield _unreadable(self._layout, oid)
            elif size > limit:
                yield _too_large(size, limit)
            else:
                head, _, _ = answer[at : at + _HEAD_BYTES].partition(b"\n")
                at += len(head) + 1
                yield head.split()[1].decode("ascii"), answer[at : at + size]
                at += size + 1

    def _ask(self, how: str, oids: Sequence[str]) -> bytes:
        lines = "".join(f"{oid}\n" for oid in oids).encode("ascii")
        with _git.borrowed(self._objects, sha256=True) as env:
            try:
                return _git.run(["cat-file", how], cwd="/", stdin=lines, env=env)
            except _git.GitError as error:
                raise UnreadableError(
                    f"git can't read its objects: {error.stderr}", where=str(self._objects)
                ) from error


def _is_named(oid: str, kind: str, data: bytes) -> bool:
    """Tell whether an object's bytes have the id that it goes by."""
    name = hashlib.sha1(f"{kind} {len(data)}\0".encode("ascii"), usedforsecurity=False)
    name.update(data)
    return name.hexdigest() == oid


def _size(line: bytes) -> int:
    """Return the size that git tells of an object, -1 for one that it hasn't got."""
    fields = line.split()
    return int(fields[2]) if len(fields) == 3 else -1  # noqa: PLR2004 - id, kind, size


def _too_large(size: int, limit: int) -> UnreadableError:
    return UnreadableError(f"it has {size} bytes, more than the limit of {limit}")


def _unreadable(layout: Layout, oid: str, cause: Exception | None = None) -> UnreadableError:
    short = oid[:12]
    if cause is not None and not isinstance(cause, KeyError):
        return UnreadableError(f"object {short} is damaged: {cause}", hint="Look with `git fsck`, or clone it anew.")
    if layout.refused:
        return UnreadableError(
            f"object {short} isn't in the repo's own store; it borrows from {layout.refused[0]}, which isn't read",
            hint="Scan a folder that holds both repos, or make it whole with `git repack -a -d`.",
        )
    if any((layout.stores[0] / "pack").glob("*.promisor")):
        return UnreadableError(
            f"object {short} is missing: this is a partial clone, and nothing is fetched",
            hint="Make it whole with `git fetch --refetch --no-filter` in that repo.",
        )
    return UnreadableError(f"object {short} is missing from the store", hint="Look with `git fsck`, or clone it anew.")
