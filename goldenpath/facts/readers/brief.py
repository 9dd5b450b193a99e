"""Reads `brief.yaml`: that a project says what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath._yaml import YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("brief.yaml",)
VERSION = 2


def read(file: File) -> Facts:
    """Return the brief, with its objective's text as `detail` where that is one; what it says is asked by path.

    Only a file of this very name is one: gates, budgets and policies open no other.
    """
    if file.name != "brief.yaml":
        return Facts()
    try:
        documents = compose(decode(file.data))
    except YamlError as error:
        raise ReadError(f"is no YAML: {error.reason}", error.line) from error
    if not documents or not documents[0].is_mapping:
        raise ReadError("is no brief: it has no keys")
    objective = documents[0].get("objective")
    detail = objective.text if objective else None
    return Facts(governance=(Governance(kind="brief", path=file.path, detail=detail, line=documents[0].line),))
