"""Reads catalog-info.yaml: who owns what a developer portal lists, how far it is, and what it is tagged with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath._yaml import YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath._yaml import Node
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("catalog-info.yaml", "catalog-info.yml")
VERSION = 2


def read(file: File) -> Facts:
    """Return the file with the owner and the lifecycle of its first entity that names one, and the tags of all.

    `detail` is the owner, None where none is named.
    """
    try:
        entities = [entity for entity in compose(decode(file.data)) if entity.is_mapping]
    except YamlError as error:
        raise ReadError(f"is no YAML: {error.reason}", error.line) from error
    owner, lifecycle = _first(entities, "owner"), _first(entities, "lifecycle")
    row = Governance(
        kind="catalog-info",
        path=file.path,
        detail=owner.text if owner else None,
        lifecycle=lifecycle.text if lifecycle else None,
        tags=tuple(dict.fromkeys(tag for entity in entities for tag in _tags(entity))),
        line=owner.line if owner else None,
    )
    return Facts(governance=(row,))


def _first(entities: list[Node], key: str) -> Node | None:
    found = (_below(entity, "spec", key) for entity in entities)
    return next((node for node in found if node and node.text), None)


def _tags(entity: Node) -> list[str]:
    tags = _below(entity, "metadata", "tags")
    return [tag.text for tag in tags.elements() if tag.text] if tags and tags.is_sequence else []


def _below(entity: Node, part: str, key: str) -> Node | None:
    found = entity.get(part)
    return found.get(key) if found and found.is_mapping else None
