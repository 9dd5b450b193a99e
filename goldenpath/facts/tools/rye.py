"""Rye's table: development dependencies beside `[project]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts
    from goldenpath.facts.toml import Document


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the development dependencies."""
    return base.requirements(document, path, (*where, "dev-dependencies"), "dev")
