"""The objects of a repo by id, read by libgit2 where it can, else by git; nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from goldenpath import _git
from goldenpath.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pygit2 import Odb

    from goldenpath.snapshot.layout import Layout

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_SHA1_HEX = 40


class Store(Protocol):
    """A repo's objects by their id in hex; each method raises UnreadableError for one that is missing or damaged."""

    def size(self, oid: str) -> int:
        """Return an object's size in bytes without reading it."""
        ...

    def read(self, oid: str) -> tuple[str, bytes]:
        """Return an object's kind (commit, tree, blob, tag) and its bytes."""
        ...

    def read_each(self, oids: Sequence[str]) -> Iterable[tuple[str, bytes] | UnreadableError]:
        """Return for each id, in order, its kind and bytes or why it can't be read."""
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
        from pygit2 import Odb, OdbBackendLoose, OdbBackendPack  # noqa: PLC0415 - slow to import

        self._layout = layout
        self._odb: Odb = Odb()
        for store in layout.stores:
            self._odb.add_backend(OdbBackendPack(str(store)), 2)
            self._odb.add_backend(OdbBackendLoose(str(store), -1, False), 1)  # noqa: FBT003 - a C function

    def size(self, oid: str) -> int:
        """Return an object's size in bytes."""
        from pygit2 import GitError, Oid  # noqa: PLC0415 - slow to import

        try:
            return int(self._odb.read_header(Oid(hex=oid))[1])
        except (KeyError, ValueError, GitError) as error:
            raise _unreadable(self._layout, oid, error) from error

    def read(self, oid: str) -> tuple[str, bytes]:
        """Return an object's kind and its bytes; its id is checked against them."""
        from pygit2 import GitError, Oid  # noqa: PLC0415 - slow to import

        try:
            kind, data = self._odb.read(Oid(hex=oid))
        except (KeyError, ValueError, GitError) as error:
            raise _unreadable(self._layout, oid, error) from error
        return _KINDS[int(kind)], data

    def read_each(self, oids: Sequence[str]) -> Iterable[tuple[str, bytes] | UnreadableError]:
        """Return each object's kind and bytes."""
        for oid in oids:
            try:
                yield self.read(oid)
            except UnreadableError as error:
                yield error


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
        self._objects: Path = layout.stores[0]

    def size(self, oid: str) -> int:
        """Return an object's size in bytes."""
        answer = self._ask("--batch-check", [oid])
        fields = answer.split()
        if len(fields) != 3:  # noqa: PLR2004 - id, kind, size
            raise _unreadable(self._layout, oid)
        return int(fields[2])

    def read(self, oid: str) -> tuple[str, bytes]:
        """Return an object's kind and its bytes."""
        (answer,) = self.read_each([oid])
        if isinstance(answer, UnreadableError):
            raise answer
        return answer

    def read_each(self, oids: Sequence[str]) -> Iterable[tuple[str, bytes] | UnreadableError]:
        """Return each object's kind and bytes, asked for in one process."""
        answer = self._ask("--batch", oids)
        at = 0
        for oid in oids:
            end = answer.index(b"\n", at)
            fields = answer[at:end].split()
            at = end + 1
            if len(fields) != 3:  # noqa: PLR2004 - id, kind, size
                yield _unreadable(self._layout, oid)
                continue
            size = int(fields[2])
            yield fields[1].decode("ascii"), answer[at : at + size]
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
            hint="Get it with git in that repo (`git show` of the file does), or clone it whole.",
        )
    return UnreadableError(f"object {short} is missing from the store", hint="Look with `git fsck`, or clone it anew.")
