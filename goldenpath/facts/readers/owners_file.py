"""Reads OWNERS: who approves changes, where a bot asks for them instead of the forge (Prow, Gerrit, Chromium)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath._yaml import YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath._yaml import Node
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("owners",)
VERSION = 1

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def read(file: File) -> Facts:
    """Return the file at the root, with who approves a change of anything as `detail`."""
    if file.path != "OWNERS":
        return Facts()
    text = decode(file.data)
    names = _approvers(text) or _ADDRESS.findall("\n".join(line.partition("#")[0] for line in text.splitlines()))
    if not names:
        raise ReadError("names no owner")
    return Facts(governance=(Governance(kind="owners", path=file.path, detail=" ".join(names)),))


def _approvers(text: str) -> list[str]:
    try:
        documents = compose(text)
    except YamlError:
        return []  # one address a line is no YAML
    if not documents or not documents[0].is_mapping:
        return []
    everywhere = documents[0].get("filters", ".*")
    return [name for entry in (documents[0], everywhere) if entry for name in _listed(entry.get("approvers"))]


def _listed(names: Node | None) -> list[str]:
    return [name.text for name in names.elements() if name.text] if names and names.is_sequence else []
