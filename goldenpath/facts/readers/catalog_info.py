"""Reads catalog-info.yaml: who owns what a developer portal lists."""

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
VERSION = 1


def read(file: File) -> Facts:
    """Return the file with the owner of its first entity that names one as `detail`, None where none does."""
    try:
        entities = compose(decode(file.data))
    except YamlError as error:
        raise ReadError(f"is no YAML: {error.reason}", error.line) from error
    owners = [owner for entity in entities if (owner := _owner(entity)) and owner.text]
    line = owners[0].line if owners else None
    detail = owners[0].text if owners else None
    return Facts(governance=(Governance(kind="catalog-info", path=file.path, detail=detail, line=line),))


def _owner(entity: Node) -> Node | None:
    spec = entity.get("spec") if entity.is_mapping else None
    return spec.get("owner") if spec and spec.is_mapping else None
