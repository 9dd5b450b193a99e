"""The two sides of a lock of uv: what it says that its members ask for, and what they ask for now."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from goldenpath.facts.model import Dependency, Facts, Wanted

MANIFEST = "pyproject.toml"


class Verdict(NamedTuple):
    """Whether a lock is in step, None where that can't be told, and why."""

    in_step: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A lock's rows, and where to find its members' own: by the path of their manifest."""

    folder: str
    rows: list[Wanted]
    facts: Facts
    paths: Collection[str]
    dependencies: Mapping[str, list[Dependency]]
    own: Mapping[str, list[Wanted]]

    def manifest(self, member: str) -> str:
        """Return the path of a member's manifest."""
        return posixpath.normpath(posixpath.join(self.folder, member, MANIFEST))

    @property
    def members(self) -> list[str]:
        """The members that the lock knows, and the workspace's root."""
        return sorted({row.member for row in self.rows if not row.scope} | {""})
