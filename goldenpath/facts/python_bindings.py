"""Where a source gives its names their values: assignments, methods that add, what functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldenpath.facts.python_tokens import Kind

if TYPE_CHECKING:
    from goldenpath.facts.python_tokens import Tokens

_MAX_LINE = 200


@dataclass(slots=True)
class Bindings:
    """The places of a source's names.

    `values` are the expressions that a name gets, each with the key that it is put under (None for the name itself),
    `origins` all places that a name's value may come from: those expressions, `with ... as name`, whole functions.
    """

    values: dict[str, list[tuple[str | None, int, int]]] = field(default_factory=dict)
    origins: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


def bindings(tokens: Tokens) -> Bindings:
    """Return the bindings of a source, wherever in it they stand."""
    return _Binder(tokens).run()


class _Binder:
    """One walk over a source."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._found = Bindings()

    def run(self) -> Bindings:
        """Walk over the source once."""
        tokens = self._tokens
        functions: list[tuple[str, int, int]] = []
        for index, token in enumerate(tokens.items):
            if tokens.depths[index]:
                continue
            while token.indent >= 0 and functions and token.indent <= functions[-1][1]:
                name, _, start = functions.pop()
                self._found.origins.setdefault(name, []).append((start, index))
            if token.kind is not Kind.NAME:
                continue
            if token.text == "def" and token.indent >= 0:
                functions.append((tokens.text(index + 1), token.indent, index))
            elif token.text == "return" and functions:
                self._bound(functions[-1][0], None, index + 1)
            elif token.text == "as" and tokens.kind(index + 1) is Kind.NAME:
                self._found.origins.setdefault(tokens.text(index + 1), []).append((self._line_start(index), index))
            elif self._starts(index):
                self._assigned(index)
        for name, _, start in functions:
            self._found.origins.setdefault(name, []).append((start, len(tokens.items)))
        return self._found

    def _assigned(self, index: int) -> None:
        """Note what a statement that begins with a name does to the name."""
        tokens, name, after = self._tokens, self._tokens.text(index), self._tokens.text(index + 1)
        if after in {"=", "+=", "|="}:
            self._bound(name, None, index + 2)
        elif after == ":" and tokens.items[index].indent >= 0:
            end = tokens.statement_end(index)
            equals = next((place for place in range(index, end) if tokens.text(place) == "="), None)
            if equals is not None:
                self._bound(name, None, equals + 1)
        elif after == "[" and tokens.kind(index + 2) is Kind.STRING and tokens.text(index + 3) == "]":
            if tokens.text(index + 4) in {"=", "+="}:
                self._bound(name, tokens.items[index + 2].value, index + 5)
        elif after == "." and tokens.text(index + 2) in {"append", "extend", "update", "insert"}:
            close = tokens.partners.get(index + 3)
            if close is not None:
                self._found.values.setdefault(name, []).append((None, index + 3, close + 1))
                self._found.origins.setdefault(name, []).append((index + 4, close))

    def _bound(self, name: str, key: str | None, start: int) -> None:
        end = self._tokens.statement_end(start)
        self._found.values.setdefault(name, []).append((key, start, end))
        self._found.origins.setdefault(name, []).append((start, end))

    def _starts(self, index: int) -> bool:
        return self._tokens.items[index].indent >= 0 or self._tokens.text(index - 1) in {";", ":"}

    def _line_start(self, index: int) -> int:
        first = max(0, index - _MAX_LINE)
        while index > first and self._tokens.kind(index - 1) is not Kind.NEWLINE:
            index -= 1
        return index
