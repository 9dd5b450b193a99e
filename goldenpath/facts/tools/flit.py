"""Flit's table as it was before it read `[project]`: `[tool.flit.metadata]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, merge
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from goldenpath.facts.toml import Document


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the requirements of the old metadata table."""
    metadata = (*where, "metadata")
    return merge(
        [
            base.requirements(document, path, (*metadata, "requires"), "runtime"),
            base.requirements(document, path, (*metadata, "dev-requires"), "dev"),
            *base.groups(document, path, (*metadata, "requires-extra"), "optional"),
            base.python(document, path, (*metadata, "requires-python")),
        ]
    )
