"""PDM's table: development groups from before PEP 735."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, merge
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from goldenpath.facts.toml import Document


def fingerprints(document: Document) -> tuple[str, ...]:
    """Return the digests that PDM's versions record in a lock of this manifest, the newest way first."""
    pdm = document.table("tool", "pdm")
    groups, old = _lists(document.table("dependency-groups")), _lists(document.table("tool", "pdm", "dev-dependencies"))
    both = {name: [*groups.get(name, ()), *old.get(name, ())] for name in (*groups, *old)}
    resolution = pdm.get("resolution", {})
    common = {
        "sources": pdm.get("source", []),
        "dependencies": document.get("project", "dependencies") or [],
        "optional-dependencies": document.table("project", "optional-dependencies"),
        "requires-python": document.get("project", "requires-python") or "",
    }
    overrides = resolution.get("overrides", {}) if isinstance(resolution, dict) else {}
    contents = [
        {**common, "dev-dependencies": dev, key: value}
        for dev in (both, document.table("tool", "pdm", "dev-dependencies"))
        for key, value in (("resolution", resolution), ("overrides", overrides))
    ]
    return tuple(dict.fromkeys(f"pdm:{_digest(content)}" for content in contents))


def _lists(table: dict[str, Any]) -> dict[str, list[Any]]:
    return {str(canonicalize_name(name)): list(said) for name, said in table.items() if isinstance(said, list)}


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the development groups."""
    return merge(base.groups(document, path, (*where, "dev-dependencies"), "group"))
