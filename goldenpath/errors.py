"""The errors that a user can mend: each says what, where and what to do."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class GoldenpathError(Exception):
    """Something that the user can mend; the command line shows it and exits with 2.

    `where` is `file:line:column` or as much of it as is known; `hint` says what to do.
    """

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.hint, self.where))


class UnreadableError(GoldenpathError):
    """A repo or a file that can't be read; counted and reported, never taken for a pass."""


def _rebuild(kind: type[GoldenpathError], message: str, hint: str, where: str) -> GoldenpathError:
    return kind(message, hint=hint, where=where)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to a mistyped one, or an empty string where none is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the sentence that names the right word, or else all that are known."""
    words = sorted(known)
    near = nearest(word, words)
    if near:
        return f"Did you mean {near!r}?"
    return f"Known: {', '.join(words)}." if words else ""
