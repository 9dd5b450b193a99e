"""PDM's table: development groups from before PEP 735."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, merge
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from goldenpath.facts.toml import Document


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the development groups."""
    return merge(base.groups(document, path, (*where, "dev-dependencies"), "group"))
