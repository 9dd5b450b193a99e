"""What a setup script's expressions come to, as far as they are written out: lists, tuples, dicts, names, sums.

Nothing is run. What only running would tell is counted as computed, with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldenpath.facts.python_bindings import bindings
from goldenpath.facts.python_tokens import Kind
from goldenpath.facts.requirement import UNKNOWN

if TYPE_CHECKING:
    from goldenpath.facts.python_tokens import Tokens

_MAX_DEPTH = 40
_MAX_TOKENS = 20_000
_HOLE = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_PERCENT = re.compile(r"%(?:\(\w+\))?[srd]")
_COLLECTIONS = frozenset({"dict", "frozenset", "list", "set", "sorted", "tuple"})
_FILE = re.compile(r"[\w./ -]+\.(?:txt|in|pip|reqs)\Z", re.IGNORECASE)
_SIMPLE_METHODS = frozenset({"strip", "split", "splitlines", "copy", "lstrip", "rstrip"})


@dataclass(slots=True)
class Value:
    """What an expression comes to: texts with their lines, entries by key, and what is computed.

    A text that is computed in part has `UNKNOWN` for that part. `computed` gives for each line of an expression that
    says nothing the places between which it stands.
    """

    texts: dict[tuple[str, int], None] = field(default_factory=dict)
    entries: dict[str, Value] = field(default_factory=dict)
    computed: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, other: Value) -> None:
        """Take in what another value has."""
        self.texts.update(other.texts)
        self.computed.update(other.computed)
        for key, value in other.entries.items():
            self.entries.setdefault(key, Value()).add(value)


class Values:
    """The values of one source; names are followed to all that is ever assigned to them."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._known: dict[str, Value] = {}
        self._bindings = bindings(tokens)

    def at(self, start: int, end: int, depth: int = 0) -> Value:
        """Return the value of the expression between two places."""
        found = Value()
        at = start
        while at < end:
            value, after = self._term(at, end, depth)
            found.add(value)
            if after >= end:
                break
            word = self._tokens.text(after)
            if self._tokens.kind(at) is Kind.STRING and word == "+":
                found = self._pieces(at, end)
                break
            if word in {"+", "|", "or", "and"}:
                at = after + 1
            elif word == "if":
                at = self._otherwise(after, end)
            else:
                return self._unknown(start, end)
        return found

    def _unknown(self, start: int, end: int) -> Value:
        return Value(computed={self._tokens.items[start].line: (start, end)})

    def files(self, start: int, end: int) -> list[str]:
        """Return the names of text files that an expression, or what it is made of, mentions."""
        ranges = [(start, end)]
        seen: set[tuple[int, int]] = set()
        found: dict[str, None] = {}
        budget = _MAX_TOKENS
        while ranges and budget > 0:
            span = ranges.pop()
            if span in seen:
                continue
            seen.add(span)
            budget -= span[1] - span[0]
            for index in range(*span):
                token = self._tokens.items[index]
                if token.kind is Kind.NAME:
                    ranges.extend(self._bindings.origins.get(token.text, ()))
                elif token.kind is Kind.STRING and _FILE.match(token.value):
                    found[self._joined(index)] = None
        return sorted(found)

    def name(self, name: str, depth: int = 0) -> Value:
        """Return all that is assigned to a name, appended to it, put under its keys or returned by it."""
        if name in self._known:
            return self._known[name]
        found = self._known[name] = Value()
        for key, start, end in self._bindings.values.get(name, ()):
            value = self.at(start, end, depth + 1)
            if key is None:
                found.add(value)
            else:
                found.entries.setdefault(key, Value()).add(value)
        return found

    def knows(self, name: str) -> bool:
        """Tell whether the source gives a name a value."""
        return name in self._bindings.values

    def _pieces(self, at: int, end: int) -> Value:
        """Return a sum of texts as one text."""
        line, text = self._tokens.items[at].line, ""
        while at < end:
            value, after = self._term(at, end, 0)
            if after < end and self._tokens.text(after) != "+":
                return self._unknown(at, end)
            whole = len(value.texts) == 1 and not value.computed
            text += next(iter(value.texts))[0] if whole else UNKNOWN
            at = after + 1
        return Value(texts={(text, line): None})

    def _otherwise(self, at: int, end: int) -> int:
        """Return the place after the `else` of a conditional expression: both its values count."""
        while at < end and self._tokens.text(at) != "else":
            at = self._tokens.partners.get(at, at) + 1
        return at + 1

    def _term(self, at: int, end: int, depth: int) -> tuple[Value, int]:
        token = self._tokens.items[at]
        if depth > _MAX_DEPTH:
            return self._unknown(at, end), end
        if token.kind is Kind.STRING:
            return self._string(at, end)
        if token.text in {"[", "(", "{"}:
            close = min(self._tokens.partners.get(at, end), end)
            value = self._members(at + 1, close, depth + 1)
            return self._methods(value, close + 1, end)
        if token.kind is Kind.NAME:
            return self._named(at, end, depth)
        return self._unknown(at, end), end

    def _named(self, at: int, end: int, depth: int) -> tuple[Value, int]:
        tokens, token = self._tokens, self._tokens.items[at]
        after = tokens.text(at + 1) if at + 1 < end else ""
        if after == "(":
            return self._called(at, end, depth)
        if after == "[" and tokens.kind(at + 2) is Kind.STRING and tokens.text(at + 3) == "]":
            entries = self.name(token.text, depth).entries
            value = entries.get(tokens.items[at + 2].value)
            return value or self._unknown(at, at + 4), at + 4
        if token.text in {"None", "True", "False"}:
            return Value(), at + 1
        if not self.knows(token.text):
            return self._unknown(at, end), end
        return self._methods(self.name(token.text, depth), at + 1, end)

    def _called(self, at: int, end: int, depth: int) -> tuple[Value, int]:
        """Return what a call comes to: of a collection its members, of a function here all that it returns."""
        name = self._tokens.text(at)
        close = min(self._tokens.partners.get(at + 1, end), end)
        if name in _COLLECTIONS:
            value = self._members(at + 2, close, depth + 1)
        elif self.knows(name) and self.name(name, depth).texts:
            value = self.name(name, depth)
        else:
            return self._unknown(at, end), end
        return self._methods(value, close + 1, end)

    def _methods(self, value: Value, at: int, end: int) -> tuple[Value, int]:
        """Step over methods that change nothing that matters; any other makes the value computed."""
        tokens = self._tokens
        while at < end and tokens.text(at) == "." and tokens.text(at + 2) == "(":
            if tokens.text(at + 1) not in _SIMPLE_METHODS:
                return self._unknown(at, end), end
            at = tokens.partners.get(at + 2, end) + 1
        return value, at

    def _string(self, at: int, end: int) -> tuple[Value, int]:
        """Return adjacent literals as one text; `split` and `splitlines` of a literal are done."""
        tokens, first = self._tokens, self._tokens.items[at]
        text = ""
        while at < end and tokens.kind(at) is Kind.STRING:
            token = tokens.items[at]
            text += _HOLE.sub(self._hole, token.value) if token.computed else token.value
            at += 1
        if at < end and tokens.text(at) == "%":
            return Value(texts={(_PERCENT.sub(UNKNOWN, text), first.line): None}), end
        if at < end and (tokens.text(at), tokens.text(at + 1)) == (".", "format"):
            after = tokens.partners.get(at + 2, end) + 1
            return Value(texts={(_HOLE.sub(UNKNOWN, text), first.line): None}), after
        words = tokens.text(at) == "." and tokens.text(at + 1) == "split" and tokens.text(at + 3) == ")"
        value, at = self._methods(Value(), at, end)
        if value.computed:
            return value, at
        parts = [(word, number) for number, line in enumerate(text.split("\n")) for word in _words(line, words=words)]
        return Value(texts={(part, first.line + number): None for part, number in parts}), at

    def _hole(self, match: re.Match[str]) -> str:
        """Return what stands for a `{name}` of an f-string: the one text that the name has."""
        if match[0] in {"{{", "}}"}:
            return match[0][0]
        texts = self.name(match[0][1:-1].strip()).texts
        return next(iter(texts))[0] if len(texts) == 1 else UNKNOWN

    def _members(self, at: int, end: int, depth: int) -> Value:
        """Return the members of a bracket: items, `key: value` and `key=value`."""
        found = Value()
        while at < end:
            stop = self._comma(at, end)
            if stop > at:
                self._member(found, at, stop, depth)
            at = stop + 1
        return found

    def _member(self, found: Value, at: int, stop: int, depth: int) -> None:
        tokens = self._tokens
        key: str | None = None
        if tokens.kind(at) is Kind.STRING and tokens.text(at + 1) == ":":
            key = tokens.items[at].value
        elif tokens.kind(at) is Kind.NAME and tokens.text(at + 1) == "=":
            key = tokens.text(at)
        if key is not None:
            found.entries.setdefault(key, Value()).add(self.at(at + 2, stop, depth + 1))
            return
        while tokens.text(at) in {"*", "**"}:
            at += 1
        found.add(self.at(at, stop, depth + 1))

    def _comma(self, at: int, end: int) -> int:
        while at < end and self._tokens.text(at) != ",":
            at = self._tokens.partners.get(at, at) + 1
        return min(at, end)

    def _joined(self, index: int) -> str:
        """Return a file's name with the literal folders that stand before it (`join(here, "reqs", "x.txt")`)."""
        tokens, parts = self._tokens, [self._tokens.items[index].value]
        while tokens.text(index - 1) in {",", "/"} and tokens.kind(index - 2) is Kind.STRING:
            index -= 2
            folder = tokens.items[index].value
            if "." in folder.strip("./") or not tokens.depths[index]:
                break
            parts.insert(0, folder.strip("/"))
        return "/".join(parts).removeprefix("./")


def _words(line: str, *, words: bool) -> list[str]:
    return line.split() if words else [line.strip()] if line.strip() else []
