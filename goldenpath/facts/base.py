"""The seam of the facts drawer: what a reader is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts, Package


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a snapshot: its path relative to the repo's root and its bytes."""

    path: str
    data: bytes

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class Reader(Protocol):
    """A module that reads one kind of file; a pure function of the file, that raises ReadError for what it can't read.

    `PATTERNS` are globs, matched without regard to case: one without a slash against the file's name at any depth, one
    with a slash against the whole path (`**` spans folders, a slash at the beginning is the root). `VERSION` grows with
    every change of what `read` returns.
    """

    PATTERNS: tuple[str, ...]
    VERSION: int

    def read(self, file: File) -> Facts:
        """Return what the file says, with `path` and `line` in every record."""
        ...


class LockReader(Protocol):
    """A module that knows the packages of one kind of lock file; a pure function too, asked only on demand."""

    PATTERNS: tuple[str, ...]

    def packages(self, file: File) -> tuple[Package, ...]:
        """Return the packages that the file pins, each with its line; none for a text that is no lock."""
        ...


class ReadError(Exception):
    """A file that a reader wanted and can't read; becomes a record of the `unreadable` table.

    `line` counts from 1; None where it isn't known.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
