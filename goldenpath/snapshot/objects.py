"""A snapshot of one commit, read from git objects: bare repos, work trees, linked ones, submodules, any clone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Kind, Limits
from goldenpath.snapshot.layout import locate
from goldenpath.snapshot.links import follow
from goldenpath.snapshot.refs import resolve
from goldenpath.snapshot.store import open_store
from goldenpath.snapshot.trees import list_tree, subtree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from goldenpath.snapshot.base import Entry
    from goldenpath.snapshot.store import Store

_TAGS = 10
_LINK_BYTES = 4096


class ObjectsSnapshot:
    """A repo at one commit.

    `path` is a work tree, a bare repo or a folder inside a repo (then only that folder is seen). `ref` is HEAD, a
    branch, a tag, a full id or an expression of git's. Nothing that the repo configures is read or run, and nothing is
    fetched: an object that is missing is an UnreadableError for its file. Objects borrowed from another repo
    (alternates) are read only where they lie below the repo itself or a folder of `within`.

    Making one raises UnreadableError when there is no such repo or commit.
    """

    def __init__(
        self, path: Path | str, ref: str = "HEAD", limits: Limits | None = None, *, within: Iterable[Path | str] = ()
    ) -> None:
        layout = locate(path, within=within)
        oid = resolve(layout, ref)
        self._where = str(path)
        self._limits = limits or Limits()
        self._store: Store = open_store(layout, oid)
        self._commit, root = peel(self._store, oid, self._where)
        self._tree = _below(self._store, root, layout.prefix, self._where)
        self._listed: tuple[dict[str, Entry], tuple[tuple[str, str], ...]] | None = None

    @property
    def commit(self) -> str:
        """The commit that is seen, in hex."""
        return self._commit

    @property
    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """Folders whose tree is missing or damaged, too deep or badly named."""
        return self._list()[1]

    def entries(self) -> Mapping[str, Entry]:
        """Return every path of the commit, sorted; sizes aren't looked up."""
        return self._list()[0]

    def sizes(self, paths: Iterable[str]) -> Mapping[str, int]:
        """Return how many bytes files have, asked of all at once; of links, submodules and missing objects nothing."""
        entries = self.entries()
        files = [path for path in paths if path in entries and entries[path].kind is Kind.FILE]
        sizes = self._store.sizes([entries[path].oid for path in files])
        return {path: size for path, size in zip(files, sizes, strict=True) if size >= 0}

    def heads(self, paths: Iterable[str], length: int, *, plain: bool = False) -> Mapping[str, bytes]:
        """Return the first bytes of files."""
        entries = self.entries()
        files = [path for path in paths if path in entries and entries[path].kind is Kind.FILE]
        found = {path: self._store.head(entries[path].oid, length, plain=plain) for path in files}
        return {path: head for path, head in found.items() if head is not None}

    def read(self, path: str) -> bytes:
        """Return a file's bytes, through links that stay inside the commit."""
        entry = follow(path, self.entries(), self._target)
        return self._blob(entry.oid, path, self._limits.bytes_for(entry.path))

    def _blob(self, oid: str, path: str, limit: int) -> bytes:
        try:
            return self._store.read(oid, limit)[1]
        except UnreadableError as error:
            raise UnreadableError(error.message, hint=error.hint, where=path) from error

    def _target(self, path: str) -> str:
        return os.fsdecode(self._blob(self.entries()[path].oid, path, _LINK_BYTES))

    def _list(self) -> tuple[dict[str, Entry], tuple[tuple[str, str], ...]]:
        if self._listed is None:
            try:
                self._listed = list_tree(self._store, self._tree, self._limits)
            except UnreadableError as error:
                raise UnreadableError(error.message, hint=error.hint, where=self._where) from error
        return self._listed


def peel(store: Store, oid: str, where: str) -> tuple[str, str]:
    """Return the commit behind an id, through tags, and its tree."""
    for _ in range(_TAGS):
        try:
            kind, data = store.read(oid)
        except UnreadableError as error:
            raise UnreadableError(error.message, hint=error.hint, where=where) from error
        word, _, named = data.partition(b"\n")[0].partition(b" ")
        if kind == "commit" and word == b"tree":
            return oid, named.decode("ascii", "replace")
        if kind != "tag" or word != b"object":
            break
        oid = named.decode("ascii", "replace")
    raise UnreadableError(
        f"object {oid[:12]} is no commit", where=where, hint="Name a branch, tag or commit with --ref."
    )


def _below(store: Store, tree: str, prefix: str, where: str) -> str:
    """Return the tree of a folder inside the commit's tree."""
    for name in prefix.split("/")[:-1]:
        found = subtree(store, tree, name)
        if not found:
            raise UnreadableError(f"the folder {prefix!r} isn't in that commit", where=where)
        tree = found
    return tree
