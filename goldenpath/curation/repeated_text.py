"""Text that stands in two places: equal runs of lines, as far as they reach.

What counts is a line with two words or more that is no import. A run is told from three such lines on, which is the
smallest number that doesn't cry over trivia. Measured on three blueprints of 186 files: with two lines, about half of
the runs were what every Python file has (a main guard, the head of a parametrized test, two fixtures in a signature);
with three lines, every run was a piece of text that would have to be mended twice. Without the rule for words and
imports it took five lines to be rid of `import numpy`, `import polars`, `import pytest`. Indentation doesn't count: a
piece that was moved into a function is the same piece.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEAST = 3
_WORD = re.compile(r"[^\W\d_]\w+")
_WORDS = 2
_IMPORT = re.compile(r"(?:from\s+(?:\{\{.*?\}\}|[\w.])+\s+)?import\b")

_Line = tuple[int, str]
_Places = dict[tuple[str, ...], list[tuple[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A run of `lines` lines that count: where it begins in the one text and in the other, by names and lines."""

    lines: int
    first: str
    line: int
    second: str
    second_line: int


def repeats(ones: Mapping[str, str], others: Mapping[str, str]) -> Iterator[Repeat]:
    """Yield the longest runs of lines of some texts that stand in some others too; no line of the ones twice."""
    known = {name: _counted(text) for name, text in sorted(others.items())}
    places = _places(known)
    for name, text in sorted(ones.items()):
        lines, at = _counted(text), 0
        while at + LEAST <= len(lines):
            found = _longest(lines, at, known, places)
            if found is None:
                at += 1
                continue
            length, other, start = found
            yield Repeat(lines=length, first=name, line=lines[at][0], second=other, second_line=known[other][start][0])
            at += length


def _counted(text: str) -> list[_Line]:
    """Return the lines that count, with their numbers, without what stands around them."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in lines if not _IMPORT.match(line) and _says(line)]


def _says(line: str) -> bool:
    return len(_WORD.findall(line)) >= _WORDS


def _places(known: Mapping[str, list[_Line]]) -> _Places:
    found: _Places = {}
    for name, lines in known.items():
        for at in range(len(lines) - LEAST + 1):
            found.setdefault(_key(lines, at), []).append((name, at))
    return found


def _key(lines: list[_Line], at: int) -> tuple[str, ...]:
    return tuple(line for _, line in lines[at : at + LEAST])


def _longest(
    lines: list[_Line], at: int, known: Mapping[str, list[_Line]], places: _Places
) -> tuple[int, str, int] | None:
    """Return the longest run that begins at a place: its length, and where in which other text it stands first."""
    starts = places.get(_key(lines, at), ())
    found = [(_length(lines, at, known[name], start), name, start) for name, start in starts]
    return max(found, key=lambda run: run[0], default=None)


def _length(lines: list[_Line], at: int, others: list[_Line], start: int) -> int:
    most = min(len(lines) - at, len(others) - start)
    return next((length for length in range(most) if lines[at + length][1] != others[start + length][1]), most)
