"""The seam of the fleet drawer: what a source of repos is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from goldenpath.repo import Repo


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A place where a source looked for repos in vain: reported, never the end of the run."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The repos that are looked at together, sorted by id, and what couldn't be looked at."""

    repos: tuple[Repo, ...]
    problems: tuple[Problem, ...] = ()


class Source(Protocol):
    """Something that lists repos; a frozen dataclass whose fields are its settings."""

    def list(self) -> Fleet:
        """Return its repos in a stable order, with ids that may still repeat, and its problems.

        Raise GoldenpathError for a source that the user named wrongly.
        """
        ...
