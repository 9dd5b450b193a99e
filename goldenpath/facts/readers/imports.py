"""Reads what Python files import, and scripts ask for, without parsing them: any Python from 2 on, and what is none."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from goldenpath.facts import script_header
from goldenpath.facts.model import Facts, Import
from goldenpath.facts.stdlib import STDLIB
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("*.py", "*.pyw")
VERSION = 3

# What may stand in a line before the word `import`: nothing, `from x`, and either after `try:` or `a = 1;`.
_BEFORE = re.compile(
    rb"(?:(.*[:;])[ \t\f]*|[ \t\f]*)(?:lazy[ \t]+)?(?:from[ \t]*(\.*[ \t]*[^\s'\"#;:,()\[\]]*)[ \t]*)?\Z"
)
_PLAIN = re.compile(
    rb"[ \t]*(?:from[ \t]+(?:\.[\w. \t]*|([A-Za-z_]\w*)[\w.]*)[ \t]+import[ \t(]"
    rb"|import[ \t]+([A-Za-z_]\w*)[\w.]*(?:[ \t]+as[ \t]+\w+)?[ \t]*[#\n])"
)
_NAMES = re.compile(rb"[ \t]*([^\s,;#()'\"\\=.]+)[^,;#\n()'\"=]*(,)?")
_TOKEN = re.compile(rb"""#|'''|\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|['"]""", re.DOTALL)
_CALL = re.compile(
    rb"""(?:import_module\s*\(\s*(?:name\s*=\s*)?|import__\s*\(\s*)"""
    rb"""(?P<quote>["'])([A-Za-z_]\w*)(?:\.[\w.]*)?(?P=quote)\s*[,)]"""
)
_CALLER = re.compile(rb"(?:(?<![\w.])importlib\s*\.\s*|(?<![\w.]))\Z")
_TYPING_ONLY = re.compile(rb"([ \t]*)(?:el)?if[ \t(]+(?:[A-Za-z_][A-Za-z_0-9]*\.)?TYPE_CHECKING\b")
_LONGEST = 2000  # bytes of a statement: what is longer is data, and would cost a rescan at each word
_GUARDED = 100  # blocks of `if TYPE_CHECKING:` that are looked for in a file
_CONTINUATIONS = 8  # lines above that a word `import` may belong to; `from x \\` takes one
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")
_NOTHING = Facts()


def read(file: File) -> Facts:
    """Return each top-level module that the file imports, the standard library's left out, with its first line.

    Relative imports are the repo's own and left out; nested and conditional ones count, and calls of `import_module`
    and `__import__` with a plain text; those that only a type checker sees (`if TYPE_CHECKING:`) say so. The repo's own
    modules are dropped when all files are known. A script's header (PEP 723) adds its dependencies and its Python.
    """
    data = _bytes(file.data)
    header = _header(file, data)
    found = list(_modules(data))
    if not found:
        return header
    script = data.startswith(b"#!") or b"\nif __name__" in data
    rows: dict[str, Import] = {}
    for module, line, typing_only in found:
        known = rows.get(module)
        if known is None or (known.typing_only and not typing_only):
            rows[module] = Import(
                module=module, source="python", typing_only=typing_only, script=script, path=file.path, line=line
            )
    if header is _NOTHING:
        return Facts(imports=tuple(rows.values()))
    return replace(header, imports=tuple(rows.values()))


def _header(file: File, data: bytes) -> Facts:
    """Return what the header of a script says that it needs; one inside a string is another file's."""
    at = data.find(script_header.MARK)
    if at < 0 or data[at - 1 : at] not in {b"", b"\n"} or _Strings(data).holds(at):
        return _NOTHING
    return script_header.read(file)


def _bytes(data: bytes) -> bytes:
    """Return UTF-8 with line feeds, whatever the file is written in; most files are that already."""
    if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = decode(data).encode()
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.removeprefix(b"\xef\xbb\xbf")


def _modules(data: bytes) -> Iterator[tuple[str, int, bool]]:
    """Yield module, line and whether only a type checker sees it, import by import.

    One that only repeats what is known isn't looked at: what a string is takes longer to tell than all the rest.
    """
    strings = _Strings(data)
    settled: set[str] = set()
    guarded = tuple(islice(_guarded(data), _GUARDED)) if b"TYPE_CHECKING" in data else ()
    line, counted = 1, 0
    for word, start, names in _statements(data):
        if settled.issuperset(names) or strings.holds(word):
            continue
        line += data.count(b"\n", counted, start)
        counted = start
        typing_only = bool(guarded) and any(first < start < last for first, last in guarded)
        if not typing_only:
            settled.update(names)
        for name in names:
            yield name, line, typing_only


def _statements(data: bytes) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield where the word `import` is, where its line starts, and what it names beyond the standard library.

    Most lines are plain and matched at once; the rest is looked at closely.
    """
    at = 0
    while (at := data.find(b"import", at)) >= 0:
        word, at = at, at + 6
        start = data.rfind(b"\n", 0, word) + 1
        plain = _PLAIN.match(data, start)
        if plain and word < plain.end() and data[start - 2 : start] != b"\\\n":
            names = _names_of((plain[1] or plain[2],)) if plain.lastindex else ()
        elif data[at : at + 1] == b"_":
            names = _called(data, word, start)
        elif data[at : at + 1] in b" \t\\(*" and not _continues_name(data, word):
            start, names = _statement(data, word)
        else:
            continue
        if names:
            yield word, start, names


def _called(data: bytes, word: int, start: int) -> tuple[str, ...]:
    """Return the module that `importlib.import_module` or `__import__` is given as a plain text, none for others."""
    call = _CALL.match(data, word)
    if not call or word - start > _LONGEST:
        return ()
    before = data[start:word]
    if call[0].startswith(b"import__"):
        if not before.endswith(b"__"):
            return ()
        before = before[:-2]
    return _names_of((call[2],)) if _CALLER.search(before) and _is_code(before) else ()


def _continues_name(data: bytes, word: int) -> bool:
    before = data[word - 1 : word] if word else b""
    return before in {b".", b"_"} or before.isalnum()


def _statement(data: bytes, word: int) -> tuple[int, tuple[str, ...]]:
    """Return where the statement's line starts and the top-level modules that it names; none if it is no statement."""
    start = data.rfind(b"\n", max(0, word - _LONGEST), word) + 1
    if not start and word > _LONGEST:
        return 0, ()
    before = data[start:word]
    for _ in range(_CONTINUATIONS):
        if data[start - 2 : start] != b"\\\n":
            break
        previous = data.rfind(b"\n", max(0, start - _LONGEST), start - 2) + 1
        above = data[max(previous, start - _LONGEST) : start - 2]
        if any(token[0] == b"#" for token in _TOKEN.finditer(above)):
            break  # a comment ends where its line ends
        before = above + b" " + before
        start = previous
    match = _BEFORE.match(before)
    if not match or (match[1] and not _is_code(match[1])):
        return start, ()
    if match[2] is not None:
        return start, _names_of((match[2],))
    rest = data[word + 6 : word + _LONGEST].replace(b"\\\n", b" ")
    return start, _names_of(_listed(rest.partition(b"\n")[0]))


def _listed(text: bytes) -> Iterator[bytes]:
    at = 0
    while match := _NAMES.match(text, at):
        yield match[1]
        if not match[2]:
            return
        at = match.end()


def _names_of(modules: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(filter(None, map(_top, modules)))


@lru_cache(maxsize=4096)
def _top(module: bytes) -> str:
    """Return the top-level name of a dotted module, "" where it is relative, no name or the standard library's."""
    name = module.partition(b".")[0].strip().decode("utf-8", "replace")
    return name if _IDENTIFIER.match(name) and name not in STDLIB else ""


def _is_code(text: bytes) -> bool:
    """Tell whether the end of a piece of a line is outside comments and strings."""
    return all(token[0] not in {b"#", b"'", b'"'} for token in _TOKEN.finditer(text))


def _guarded(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the blocks that `if TYPE_CHECKING:` opens begin and end."""
    end = 0
    while (at := data.find(b"TYPE_CHECKING", end)) >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = at + 13
        opening = _TYPING_ONLY.match(data, start, end + 1)
        if opening:
            inner = re.compile(rb"(?:[^\n]*\n)(?:%s[ \t][^\n]*\n|[ \t]*(?:#[^\n]*)?\n)*" % opening[1])
            block = inner.match(data, start)
            end = block.end() if block else len(data)
            yield start, end


class _Strings:
    """Where the triple-quoted strings of a file are, found only as far as somebody asks."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._at = 0
        self._places = {b'"""': 0, b"'''": 0}
        self._unseen = set(self._places)

    def holds(self, position: int) -> bool:
        """Tell whether a position is inside a triple-quoted string."""
        while self._at < position:
            self._at = self._next(self._at, position)
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._ends[index]

    def _next(self, at: int, position: int) -> int:
        """Note the next string between two positions; return where to go on."""
        opening, quote = self._opening(at, position)
        if opening > position:
            return position
        line = max(self._data.rfind(b"\n", 0, opening) + 1, at)
        end = self._end_of_line(opening)
        if end - line > _LONGEST:
            return self._note(opening, quote)
        for token in _TOKEN.finditer(self._data, line, end):
            if token.end() <= opening and token[0] != b"#":
                continue
            if token[0] == b"#" and token.start() < opening:
                return end
            return self._note(opening, quote) if token.start() == opening else token.end()
        return opening + 3

    def _opening(self, at: int, position: int) -> tuple[int, bytes]:
        """Return the next three quotes from a place on and where they are, past a position where there are none.

        Nothing is looked for beyond the position: most imports stand at the top of a long file.
        """
        for quote, place in self._places.items():
            if place < at or (quote in self._unseen and place <= position):
                found = self._data.find(quote, max(place, at), position + len(quote))
                self._places[quote] = found if found >= 0 else position + 1
                (self._unseen.add if found < 0 else self._unseen.discard)(quote)
        return min((place, quote) for quote, place in self._places.items())

    def _end_of_line(self, at: int) -> int:
        end = self._data.find(b"\n", at)
        return end if end >= 0 else len(self._data)

    def _note(self, opening: int, quote: bytes) -> int:
        at = self._data.find(quote, opening + 3)
        while at >= 0 and self._escaped(at):
            at = self._data.find(quote, at + 1)
        end = at + 3 if at >= 0 else len(self._data)
        self._starts.append(opening)
        self._ends.append(end)
        return end

    def _escaped(self, at: int) -> bool:
        """Tell whether an odd number of backslashes stands before a position (raw strings count them alike)."""
        before = self._data[max(0, at - 40) : at]
        return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1
