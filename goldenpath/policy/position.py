"""Where a repo stands in its organisation, as policies can ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a repo stands: what `when:` can ask beside facts and files."""

    blueprint: str | None = None
    lifecycle: str | None = None
    tier: str | None = None
    owner: str | None = None
    topics: tuple[str, ...] = ()
