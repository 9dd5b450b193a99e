"""What a text must hold for an expression to match it: looked for first, since that takes a tenth of the time.

Read off the expression as Python's own parser understands it. An operation that isn't known here, as one of a newer
Python may be, says nothing: then the expression itself is asked.
"""

from __future__ import annotations

from functools import lru_cache

# The parse tree has no public door; only what it says of literals is used, and a test holds it to real expressions.
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORTEST = 3  # characters: what is shorter is in any text
_MOST = 80  # alternatives: to look for more of them takes as long as to ask
_FOLDED = "\u0130\u0131\u017f\u212a"
"""What `(?i)` takes for an ASCII letter beside its two cases: no lower case tells it."""

_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)

Choice = frozenset[str]
"""Texts of which any match holds one, in lower case."""


def lowered(text: str) -> str | None:
    """Return a text as `may_match` wants it, None for one in which literals can't be looked for."""
    if not text.isascii() and any(letter in text for letter in _FOLDED):
        return None
    return text.lower()


def may_match(pattern: str, text: str) -> bool:
    """Return False where an expression can't match anywhere in a text that is `lowered`, True where it may."""
    return all(any(word in text for word in choice) for choice in choices(pattern))


@lru_cache(maxsize=4096)
def choices(pattern: str) -> tuple[Choice, ...]:
    """Return what a text must hold for an expression to match it: one word of each choice; none where that isn't known.

    Raise re.error for what is no expression.
    """
    found = {choice for choice in _needed(_parser.parse(pattern)) if len(choice) <= _MOST}
    return tuple(sorted(found, key=lambda choice: (*_rank(choice), sorted(choice))))


def _needed(sequence: Iterable[tuple[Any, Any]]) -> Iterator[Choice]:
    """Yield the choices of a sequence: its runs of plain characters, and what its parts need."""
    run: list[str] = []
    for operation, argument in sequence:
        if operation is _constants.LITERAL and argument < 128:  # noqa: PLR2004 - of other letters case is no simple thing
            run.append(chr(argument).lower())
            continue
        yield from _word(run)
        run.clear()
        yield from _of_part(operation, argument)
    yield from _word(run)


def _word(run: list[str]) -> Iterator[Choice]:
    if len(run) >= _SHORTEST:
        yield frozenset(("".join(run),))


def _of_part(operation: Any, argument: Any) -> Iterator[Choice]:
    if operation is _constants.SUBPATTERN:
        yield from _needed(argument[3])
    elif operation is _constants.ATOMIC_GROUP:
        yield from _needed(argument)
    elif operation is _constants.ASSERT:  # what is looked at stands in the text too
        yield from _needed(argument[1])
    elif operation in _REPEATS and argument[0] > 0:
        yield from _needed(argument[2])
    elif operation is _constants.BRANCH:
        yield from _either(argument[1])


def _either(branches: Iterable[Iterable[tuple[Any, Any]]]) -> Iterator[Choice]:
    """Yield what one of several branches needs: the best choice of each, together; nothing where one needs nothing."""
    best = [min(_needed(branch), key=_rank, default=None) for branch in branches]
    known = [choice for choice in best if choice is not None]
    if len(known) == len(best):
        yield frozenset().union(*known)


def _rank(choice: Choice) -> tuple[int, int]:
    """Rank choices, the best first: of few words, and of long ones."""
    return len(choice), -min(map(len, choice))
