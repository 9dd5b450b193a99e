"""Reads `.goldenpath.yaml`: which standard and blueprint a repo follows, and how it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath._yaml import Node, YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Standing
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (".goldenpath.yaml",)
VERSION = 2


def read(file: File) -> Facts:
    """Return what the repo says of itself; a number such as `version: 1.10` keeps its text."""
    try:
        documents = compose(decode(file.data))
    except YamlError as error:
        raise ReadError(f"is no YAML: {error.reason}", error.line) from error
    if not documents or not documents[0].is_mapping:
        raise ReadError("has no keys")
    root = documents[0]
    return Facts(
        standing=(
            Standing(
                standard=_text(root, "standard"),
                ref=_text(root, "ref"),
                blueprint=_text(root, "blueprint"),
                version=_text(root, "version"),
                tree=_text(root, "tree"),
                lifecycle=_text(root, "lifecycle"),
                tier=_text(root, "tier"),
                owner=_text(root, "owner"),
                road=_text(root, "road"),
                path=file.path,
                line=root.line,
            ),
        )
    )


def _text(root: Node, key: str) -> str | None:
    node = root.get(key)
    return node.text if node else None
