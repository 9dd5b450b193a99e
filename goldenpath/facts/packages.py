"""The packages of lock files: megabytes of text, so they are read only where somebody asks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from goldenpath.facts.match import Matcher
from goldenpath.facts.readers import LOCKS, requirements

if TYPE_CHECKING:
    from goldenpath.facts.base import File
    from goldenpath.facts.model import Package

_NAMELESS = ((), ("conda_lock",))
"""The readers of a path that may yet be a requirements file: Conda's lists go by any name."""


def packages_of(file: File) -> tuple[Package, ...]:
    """Return the packages of a lock, known by its name or by what it says; raise ReadError for a broken one."""
    names = _matcher().readers(file.path)
    rows = tuple(row for name in names for row in LOCKS[name].packages(file))
    return rows if rows or names not in _NAMELESS else requirements.packages(file)


@cache
def _matcher() -> Matcher:
    return Matcher({name: reader.PATTERNS for name, reader in LOCKS.items()})
