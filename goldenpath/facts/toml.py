"""TOML with the line of every key and array item, which `tomllib` doesn't tell.

`tomllib` decides what a text means and whether it is TOML at all; the scanner here only walks text that has passed,
and says where each part stands.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from goldenpath.facts.base import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_PLACE = re.compile(r"\(at line (\d+), column \d+\)")
_SPACE = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'''"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|\'\'\'(?:[^']|'{1,2}(?!'))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''',
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")
_MAX_DEPTH = 100
_MAX_PARTS = 32
_MAX_DOTS = 300
MOST = 1024 * 1024
"""Characters of the longest document that is read: manifests are written by people."""


class Figure(float):
    """A figure with a point that also says itself as it was written: the Python `3.10` is not 3.1."""

    def __new__(cls, text: str) -> Self:
        """Make the figure that a text states."""
        figure = super().__new__(cls, text)
        figure._text = text
        return figure

    _text: str

    def __str__(self) -> str:
        return self._text


def word(value: Any) -> str | None:
    """Return a text or a figure as it was written, None for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | Figure) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A TOML document: plain values, the line (from 1) of each key path, and where each string stands in the text.

    `spans` are start and end in characters, with the quotes.
    """

    values: dict[str, Any]
    lines: Mapping[Path, int]
    spans: Mapping[Path, tuple[int, int]]

    def table(self, *path: str) -> dict[str, Any]:
        """Return the table at a path, an empty one where there is none or where something else stands."""
        found = self.get(*path)
        return found if isinstance(found, dict) else {}

    def get(self, *path: str) -> Any:
        """Return the value at a path, None where there is none."""
        value: Any = self.values
        for part in path:
            if not isinstance(value, dict) or part not in value:
                return None
            value = value[part]
        return value

    def line(self, *path: str | int) -> int | None:
        """Return the line of the deepest part of a path that has one."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def strings(self, *path: str) -> Iterator[tuple[str, int | None]]:
        """Yield the strings of the array at a path with their lines; what isn't a string is left out."""
        found = self.get(*path)
        if isinstance(found, list):
            for index, item in enumerate(found):
                if isinstance(item, str):
                    yield item, self.line(*path, index)


def parse(text: str) -> Document:
    """Return a TOML text's values and lines; raise ReadError with the line where it is none."""
    if len(text) > MOST:
        raise ReadError("is too long for a manifest")
    _refuse_long_keys(text)
    try:
        values = tomllib.loads(text, parse_float=Figure)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        reason = str(error).partition(" (at ")[0]
        line = int(place[1]) if place else text.count("\n") + 1
        raise ReadError(f"is no TOML: {_shown(reason)}", line) from error
    except (RecursionError, ValueError) as error:
        raise ReadError("is no TOML that can be read") from error
    scan = _Scan(text)
    scan.run()
    return Document(values=values, lines=scan.lines, spans=scan.spans)


def _refuse_long_keys(text: str) -> None:
    """Refuse keys that cost `tomllib` the square of their parts, before it sees them."""
    if text.count(".") <= _MAX_DOTS:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MAX_DOTS and line.partition("=")[0].count(".") > _MAX_DOTS:
            raise ReadError("has a key of too many parts", number)


def _shown(reason: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in reason)[:120]


class _Scan:
    """One walk over a text that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.spans: dict[Path, tuple[int, int]] = {}
        self.counts: dict[Path, int] = {}
        self._counted = 0
        self._line = 1

    def run(self) -> None:
        prefix: Path = ()
        self._skip(_SPACE)
        while self.at < len(self.text):
            start = self.at
            if self.text.startswith("[", self.at):
                prefix = self._header()
            else:
                self._pair(prefix, 0)
            self._skip(_SPACE)
            if self.at == start:
                break

    def _header(self) -> Path:
        many = self.text.startswith("[[", self.at)
        line = self._here()
        self.at += 2 if many else 1
        path = self._resolved(self._key(), many=many)
        self._skip(_BLANK)
        self.at += 2 if many else 1
        self.lines.setdefault(path, line)
        return path

    def _resolved(self, key: Path, *, many: bool) -> Path:
        """Put the index of the latest table into a header's path wherever it goes through an array of tables."""
        path: Path = ()
        for depth, part in enumerate(key, start=1):
            path = (*path, part)
            if many and depth == len(key):
                self.counts[path] = self.counts.get(path, -1) + 1
                self.lines.setdefault(path, self._here())
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def _key(self) -> Path:
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            found = _KEY.match(self.text, self.at)
            if not found:
                return tuple(parts)
            self.at = found.end()
            parts.append(_name(found[0]))
            if len(parts) > _MAX_PARTS:
                raise ReadError("has a key of too many parts", self._here())
            self._skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def _pair(self, prefix: Path, depth: int) -> None:
        line = self._here()
        key = self._key()
        for end in range(1, len(key) + 1):
            self.lines.setdefault((*prefix, *key[:end]), line)
        self._skip(_BLANK)
        self.at += 1
        self._skip(_BLANK)
        self._value((*prefix, *key), depth)

    def _value(self, path: Path, depth: int) -> None:
        character = self.text[self.at : self.at + 1]
        if character == "[" and depth < _MAX_DEPTH:
            self._items(path, depth + 1)
        elif character == "{" and depth < _MAX_DEPTH:
            self._inline(path, depth + 1)
        elif character in {'"', "'"}:
            start = self.at
            self._skip(_STRING)
            self.spans[path] = (start, self.at)
        else:
            self._skip(_BARE)

    def _items(self, path: Path, depth: int) -> None:
        self.at += 1
        index = 0
        start = -1
        while self._more("]") and self.at != start:
            start = self.at
            item = (*path, index)
            self.lines[item] = self._here()
            self._value(item, depth)
            index += 1

    def _inline(self, path: Path, depth: int) -> None:
        self.at += 1
        start = -1
        while self._more("}") and self.at != start:
            start = self.at
            self._pair(path, depth)

    def _more(self, closing: str) -> bool:
        """Step over what stands between two members; False, and past the end, at the closing bracket."""
        self._skip(_SPACE)
        if self.text.startswith(",", self.at):
            self.at += 1
            self._skip(_SPACE)
        if self.at >= len(self.text):
            return False
        if self.text.startswith(closing, self.at):
            self.at += 1
            return False
        return True

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line


def _name(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    if not key.startswith('"'):
        return key
    if "\\" not in key:
        return key[1:-1]
    return str(next(iter(tomllib.loads(f"{key} = 0"))))
