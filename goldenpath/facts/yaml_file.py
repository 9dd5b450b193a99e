"""YAML of a scanned repo for the readers of manifests, its failures as ReadError."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath._yaml import YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath._yaml import Node


def document(data: bytes) -> Node | None:
    """Return a file's first document, None where it is empty; raise ReadError."""
    try:
        documents = compose(decode(data))
    except YamlError as error:
        raise ReadError(f"is no YAML: {_shown(error.reason)}", error.line) from error
    return documents[0] if documents else None


def texts(node: Node | None) -> list[tuple[str, int]]:
    """Return the scalars of a sequence with their lines, or a single scalar."""
    if node is None:
        return []
    if node.text is not None:
        return [(node.text, node.line)]
    return [(item.text, item.line) for item in node.elements() if item.text is not None]


def _shown(reason: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in reason)[:120]
