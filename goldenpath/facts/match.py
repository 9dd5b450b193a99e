"""Which readers want a path: their patterns, turned once into lookups that cost little for thousands of paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SUFFIX = re.compile(r"\*(\.[a-z0-9]+)")
_MAGIC = re.compile(r"[*?\[]")


class Matcher:
    """Tells the names of the readers whose patterns a path meets; case doesn't count.

    A pattern without a folder is that of a name anywhere; one that begins with `/` is a single file's, from the root.
    """

    def __init__(self, patterns: Mapping[str, Iterable[str]]) -> None:
        self._order = {name: index for index, name in enumerate(patterns)}
        self._names: dict[str, list[str]] = {}
        self._suffixes: dict[str, list[str]] = {}
        self._exact: dict[str, list[str]] = {}
        self._by_name: list[tuple[str, re.Pattern[str]]] = []
        self._by_path: list[tuple[str, re.Pattern[str]]] = []
        self._seen: dict[str, tuple[str, ...]] = {}
        for reader, globs in patterns.items():
            self._add(reader, [pattern.lower() for pattern in globs])
        # Most paths meet none of the patterns with folders: one expression tells that.
        self._any_path = re.compile("|".join(each.pattern for _, each in self._by_path) or r"(?!)", re.DOTALL)

    def readers(self, path: str) -> tuple[str, ...]:
        """Return the readers that want a path, in the order of their table."""
        path = path.lower().removeprefix("/")
        name = path.rpartition("/")[2]
        found = self._seen.get(name)
        if found is None:
            found = self._seen[name] = self._named(name)
        exact = self._exact.get(path, ())
        if not exact and not self._any_path.match(path):
            return found
        more = [*exact, *(reader for reader, pattern in self._by_path if pattern.match(path))]
        return tuple(sorted({*found, *more}, key=self._order.__getitem__))

    def _add(self, reader: str, globs: list[str]) -> None:
        names, paths = [], []
        for glob in globs:
            suffix = _SUFFIX.fullmatch(glob)
            if glob.startswith("/"):
                self._exact.setdefault(glob[1:], []).append(reader)
            elif "/" in glob:
                paths.append(regex(glob))
            elif suffix:
                self._suffixes.setdefault(suffix[1], []).append(reader)
            elif not _MAGIC.search(glob):
                self._names.setdefault(glob, []).append(reader)
            else:
                names.append(regex(glob))
        if names:
            self._by_name.append((reader, re.compile("|".join(names), re.DOTALL)))
        if paths:
            self._by_path.append((reader, re.compile("|".join(paths), re.DOTALL)))

    def _named(self, name: str) -> tuple[str, ...]:
        dot = name.rfind(".")
        found = {*self._names.get(name, ())}
        if dot >= 0:
            found.update(self._suffixes.get(name[dot:], ()))
        found.update(reader for reader, pattern in self._by_name if pattern.match(name))
        return tuple(sorted(found, key=self._order.__getitem__))


def regex(glob: str) -> str:
    """Return the regular expression of a glob: `*` and `?` stay within a folder, `**/` spans folders."""
    parts: list[str] = []
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif glob.startswith("**", at):
            parts.append(".*")
            at += 2
        elif glob[at] == "*":
            parts.append("[^/]*")
            at += 1
        elif glob[at] == "?":
            parts.append("[^/]")
            at += 1
        elif glob[at] == "[" and "]" in glob[at:]:
            end = glob.index("]", at)
            inner = glob[at + 1 : end].replace("\\", "\\\\")
            parts.append(f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]")
            at = end + 1
        else:
            parts.append(re.escape(glob[at]))
            at += 1
    return rf"(?:{''.join(parts)})\Z"
