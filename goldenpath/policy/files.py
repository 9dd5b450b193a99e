"""The files of a repo as rules see them: listed, read and searched once for all policies and projects."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.facts.force import is_template
from goldenpath.policy import documents, literals
from goldenpath.snapshot.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.snapshot.base import Snapshot

_KEPT = 32 * 1024 * 1024  # characters of texts, twice over, that are kept for the next policy: of most repos all
MOST = 1024 * 1024
"""Characters of a text that are searched."""

_LONGEST_LINE = 2000
_LONG_LINE = re.compile(rf"([^\n]{{{_LONGEST_LINE}}})[^\n]+")

Match = tuple[int, str]
"""The line in which a match ends, and the end of what matches."""


class Files:
    """The files of a snapshot; `roots` are those of its projects."""

    def __init__(self, snapshot: Snapshot, roots: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._roots = roots
        self._documents: dict[str, documents.Document] = {}
        self._texts: dict[str, tuple[str, str | None]] = {}
        self._kept = 0
        self._searched: dict[tuple[str, str], Match | None] = {}
        self._cut: set[str] = set()

    @cached_property
    def every(self) -> tuple[str, ...]:
        """Every file and link that is no template of other repos, sorted."""
        wanted = (Kind.FILE, Kind.SYMLINK)
        entries = self._snapshot.entries().items()
        return tuple(sorted(path for path, entry in entries if entry.kind in wanted and not is_template(path)))

    @cached_property
    def by_root(self) -> Mapping[str, tuple[str, ...]]:
        """The files of each project: those of the deepest root that encloses them."""
        owners: dict[str, str | None] = {}
        found: dict[str, list[str]] = {}
        for path in self.every:
            owner = self._owner(path, owners)
            if owner is not None:
                found.setdefault(owner, []).append(path)
        return {root: tuple(paths) for root, paths in found.items()}

    def text(self, path: str) -> str:
        """Return a file's text, what is no UTF-8 replaced; raise UnreadableError."""
        return self._snapshot.read(path).decode("utf-8-sig", "replace")

    def document(self, path: str) -> documents.Document:
        """Return a parsed file; raise UnreadableError with the place for what can't be read or parsed."""
        found = self._documents.get(path)
        if found is None:
            found = self._documents[path] = documents.parse(path, self._snapshot.read(path))
        return found

    def search(self, path: str, pattern: str) -> Match | None:
        """Return a file's first match of an expression (`^` and `$` are a line's); raise UnreadableError.

        No more than the first 2,000 characters of a line are asked, and of a text no more than the first `MOST`.
        """
        key = (path, pattern)
        if key not in self._searched:
            text, lowered = self._searchable(path)
            hopeless = lowered is not None and not literals.may_match(pattern, lowered)
            found = None if hopeless else re.search(pattern, text, re.MULTILINE)
            self._searched[key] = (
                (text.count("\n", 0, found.end()) + 1, found.group().strip().rpartition("\n")[2].strip())
                if found
                else None
            )
        return self._searched[key]

    def is_cut(self, path: str) -> bool:
        """Tell whether only the beginning of a file's text was searched."""
        return path in self._cut

    def _beginning(self, path: str) -> str:
        """Return a text up to what is searched of it; raise UnreadableError."""
        try:
            text = self.text(path)
        except UnreadableError:
            # One that is too large to be read is read as far as it is searched, where that can be had.
            head = self._snapshot.heads([path], MOST).get(path, b"")
            if len(head) < MOST:
                raise
            self._cut.add(path)
            return head.decode("utf-8-sig", "replace")
        if len(text) > MOST:
            self._cut.add(path)
        return text[:MOST]

    def _searchable(self, path: str) -> tuple[str, str | None]:
        """Return a text that an expression can be asked of, and in lower case: a hostile one could take hours."""
        found = self._texts.get(path)
        if found is None:
            text = self._beginning(path)
            if max(map(len, text.split("\n"))) > _LONGEST_LINE:
                text = _LONG_LINE.sub(r"\1", text)
            found = text, literals.lowered(text)
            if self._kept + 2 * len(text) <= _KEPT:
                self._texts[path] = found
                self._kept += 2 * len(text)
        return found

    def _owner(self, path: str, known: dict[str, str | None]) -> str | None:
        """Return the deepest root at or above a path; None where it has none."""
        if path in self._roots:
            return path
        if not path:
            return None
        folder = path.rpartition("/")[0]
        if folder not in known:
            known[folder] = self._owner(folder, known)
        return known[folder]
