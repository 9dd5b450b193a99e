"""Python source as tokens, for any Python from 2 on: foreign code is never given to `ast`, which knows only its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

_TOKEN = re.compile(
    r"""
    (?P<skip>[ \t\f]+|\\\n|\#[^\n]*)
  | (?P<newline>\n)
  | (?P<string>[rRbBuUfFtT]{0,2}
        (?:'''(?:[^'\\]|\\.|'{1,2}(?!'))*(?:'''|\\?\Z)
        |\"\"\"(?:[^"\\]|\\.|"{1,2}(?!"))*(?:\"\"\"|\\?\Z)
        |'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|\Z)|"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|\Z)))
  | (?P<name>[^\W\d]\w*)
  | (?P<number>[0-9][\w.]*)
  | (?P<operator>\+=|\|=|==|!=|<=|>=|:=|->|\*\*|//|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"[A-Za-z]*")
_ESCAPE = re.compile(r"\\(\n|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}
_CLOSING = {")": "(", "]": "[", "}": "{"}


class Kind(Enum):
    """What a token is."""

    NAME = auto()
    STRING = auto()
    NUMBER = auto()
    OPERATOR = auto()
    NEWLINE = auto()


_KINDS = {kind.name.lower(): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its line (from 1) and, for the first one of a line, its indentation (else -1)."""

    kind: Kind
    text: str
    line: int
    indent: int = -1

    @property
    def value(self) -> str:
        """The text that a string literal stands for."""
        prefix = _PREFIX.match(self.text)
        start = prefix.end() if prefix else 0
        body = self.text[start:]
        width = 3 if body[:3] in {'"""', "'''"} else 1
        body = body[width:-width] if len(body) >= width * 2 and body.endswith(body[:width]) else body[width:]
        if "\\" not in body or "r" in self.text[:start].lower():
            return body
        return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), body)

    @property
    def computed(self) -> bool:
        """Whether a string literal has parts that are computed when it is run."""
        prefix = _PREFIX.match(self.text)
        return bool(prefix) and bool({"f", "t"} & set(prefix[0].lower() if prefix else "")) and "{" in self.text


@dataclass(frozen=True, slots=True)
class Tokens:
    """A source's tokens, line ends inside brackets left out.

    `partners` gives the closing place of each opening bracket, `depths` each token's depth in brackets, and `ends` the
    place of the line end or semicolon that closes the statement around a token.
    """

    items: tuple[Token, ...]
    partners: dict[int, int]
    depths: tuple[int, ...]
    ends: tuple[int, ...]

    def text(self, index: int) -> str:
        """Return the text of the token at a place, "" beyond the end."""
        return self.items[index].text if 0 <= index < len(self.items) else ""

    def kind(self, index: int) -> Kind | None:
        """Return the kind of the token at a place, None beyond the end."""
        return self.items[index].kind if 0 <= index < len(self.items) else None

    def statement_end(self, index: int) -> int:
        """Return the place of the line end (or semicolon) that closes the statement at a place."""
        return self.ends[index] if index < len(self.items) else len(self.items)


def tokenize(text: str) -> Tokens:
    """Return the tokens of a source, whatever is wrong with it: an unclosed bracket ends with the text."""
    items: list[Token] = []
    depths: list[int] = []
    partners: dict[int, int] = {}
    opened: list[int] = []
    line, start = 1, 0
    for found in _TOKEN.finditer(text):
        name, raw = found.lastgroup, found[0]
        if name == "newline" and not opened:
            _add(items, depths, Token(Kind.NEWLINE, "\n", line), 0)
        elif name not in {"skip", "newline"} and name is not None:
            first = text[start : found.start()].strip(" \t\f") == ""
            indent = found.start() - start if first else -1
            _bracket(raw, len(items), opened, partners, items)
            _add(items, depths, Token(_KINDS[name], raw, line, indent), len(opened) - (raw in {"(", "[", "{"}))
        breaks = raw.count("\n")
        if breaks:
            line += breaks
            start = found.start() + raw.rindex("\n") + 1
    for index in opened:
        partners[index] = len(items)
    return Tokens(tuple(items), partners, tuple(depths), _ends(items, depths))


def _ends(items: list[Token], depths: list[int]) -> tuple[int, ...]:
    ends, end = [], len(items)
    for index in range(len(items) - 1, -1, -1):
        if depths[index] == 0 and (items[index].kind is Kind.NEWLINE or items[index].text == ";"):
            end = index
        ends.append(end)
    return tuple(reversed(ends))


def _add(items: list[Token], depths: list[int], token: Token, depth: int) -> None:
    items.append(token)
    depths.append(depth)


def _bracket(raw: str, index: int, opened: list[int], partners: dict[int, int], items: list[Token]) -> None:
    """Keep the stack of open brackets; one that closes nothing is taken for a slip and left alone."""
    if raw in {"(", "[", "{"}:
        opened.append(index)
    elif raw in _CLOSING and opened and items[opened[-1]].text == _CLOSING[raw]:
        partners[opened.pop()] = index
