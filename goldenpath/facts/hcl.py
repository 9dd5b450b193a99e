"""The part of HashiCorp's configuration language that bake files use: blocks with labels, and values written out.

What only running it would tell (functions, conditions, loops) is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<text>"(?:\\.|\$\{[^}\n]*\}|[^"\\\n])*")
    |(?P<heredoc><<-?(?P<mark>[A-Za-z_]\w*)[^\n]*\n[\s\S]*?\n[ \t]*(?P=mark)(?=[ \t\r]*(?:\n|\Z)))
    |(?P<name>[A-Za-z_][\w.-]*)
    |(?P<other>\n|.)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")
_HOLE = re.compile(r"\$\{\s*([A-Za-z_]\w*)\s*\}")
_CLOSING = {"{": "}", "[": "]", "(": ")"}
_DEEP = 20


@dataclass(slots=True)
class Block:
    """One block: its kind (`target`), its first label, its attributes, and its line."""

    kind: str
    label: str
    line: int
    attributes: dict[str, Any] = field(default_factory=dict)


def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks at the top of a text, variables put in where their default is a text."""
    parser = _Parser(list(_tokens(text)))
    found = tuple(parser.blocks())
    defaults = {
        block.label: block.attributes["default"]
        for block in found
        if block.kind == "variable" and isinstance(block.attributes.get("default"), str)
    }
    for block in found:
        block.attributes = {key: _filled(value, defaults) for key, value in block.attributes.items()}
    return found


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup if found.lastgroup != "mark" else "heredoc"
        if kind != "skip":
            yield kind or "other", found[0], line
        line += found[0].count("\n")


def _filled(value: Any, variables: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, variables) for item in value]
    if not isinstance(value, str):
        return value
    value = _HOLE.sub(lambda found: variables.get(found[1], found[0]), value)
    return None if "${" in value else value


class _Parser:
    """One walk over the tokens."""

    def __init__(self, tokens: list[tuple[str, str, int]]) -> None:
        self._tokens = tokens
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        while self._at < len(self._tokens):
            kind, text, line = self._tokens[self._at]
            self._at += 1
            if kind != "name":
                continue
            labels = []
            while self._kind() in {"text", "name"}:
                labels.append(_unquoted(self._next()))
            if self._text() == "{":
                self._at += 1
                block = Block(text, labels[0] if labels else "", line)
                block.attributes = self._pairs(0)
                yield block

    def _pairs(self, depth: int) -> dict[str, Any]:
        """Return `key = value` pairs up to the closing brace; a block inside is passed over."""
        found: dict[str, Any] = {}
        while self._at < len(self._tokens) and self._text() != "}":
            kind, text, _line = self._tokens[self._at]
            self._at += 1
            if kind not in {"name", "text"}:
                continue
            if self._text() in {"=", ":"}:
                self._at += 1
                found[_unquoted(text)] = self._value(depth + 1)
            elif self._text() == "{":
                self._skip()
        self._at += 1
        return found

    def _value(self, depth: int) -> Any:
        value: Any = None
        kind, text = self._kind(), self._text()
        if text == "{" and depth < _DEEP:
            self._at += 1
            value = self._pairs(depth)
        elif text == "[" and depth < _DEEP:
            value = self._items(depth)
        elif kind in {"text", "name", "heredoc"}:
            self._at += 1
            value = _unquoted(text) if kind == "text" else f"${{{text}}}" if kind == "name" else None
        return value if self._ended() else None

    def _items(self, depth: int) -> list[Any]:
        self._at += 1
        found: list[Any] = []
        while self._at < len(self._tokens) and self._text() != "]":
            if self._text() in {",", "\n"}:
                self._at += 1
                continue
            before = self._at
            found.append(self._value(depth + 1))
            self._at = max(self._at, before + 1)
        self._at += 1
        return found

    def _ended(self) -> bool:
        """Tell whether an expression ends here; one that goes on is stepped over."""
        plain = True
        while self._at < len(self._tokens) and self._text() not in {"\n", ",", "}", "]", ")"}:
            plain = False
            if self._text() in _CLOSING:
                self._skip()
            else:
                self._at += 1
        return plain

    def _skip(self) -> None:
        """Step over a bracket and all that is in it."""
        depth = 0
        while self._at < len(self._tokens):
            text = self._text()
            depth += (text in _CLOSING) - (text in _CLOSING.values())
            self._at += 1
            if depth <= 0:
                return

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _text(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(r"\1", text[1:-1]) if text.startswith('"') else text
