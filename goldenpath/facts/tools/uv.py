"""uv's table: development dependencies, constraints, and sources that say where a dependency really comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Dependency, Facts, merge
from goldenpath.facts.requirement import is_commit, is_one_file, without_secret
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from goldenpath.facts.toml import Document

_CONSTRAINTS = {
    "constraint-dependencies": "constraint",
    "build-constraint-dependencies": "build",
    "override-dependencies": "override",
}


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the development dependencies and the constraints."""
    found = [base.requirements(document, path, (*where, "dev-dependencies"), "dev")]
    for key, scope in _CONSTRAINTS.items():
        listed = base.requirements(document, path, (*where, key), scope)
        found.append(Facts(constraints=listed.dependencies, unreadable=listed.unreadable))
    return merge(found)


def resolve(rows: tuple[Dependency, ...], document: Document) -> tuple[Dependency, ...]:
    """Return dependencies with the source that `[tool.uv.sources]` gives them."""
    sources: dict[str, Any] = {
        canonicalize_name(name): said for name, said in document.table("tool", "uv", "sources").items()
    }
    if not sources:
        return rows
    return tuple(_sourced(row, sources.get(row.name)) for row in rows)


def _sourced(row: Dependency, said: Any) -> Dependency:
    """Say where a dependency comes from; of several sources (one per platform) the first that isn't an index tells."""
    choices = [item for item in (said if isinstance(said, list) else [said]) if isinstance(item, dict)]
    for choice in choices:
        if isinstance(choice.get("git"), str):
            ref = choice.get("rev")
            pinned = isinstance(ref, str) and is_commit(ref)
            return replace(row, source="vcs", pinned=pinned, written=without_secret(choice["git"]))
        if isinstance(choice.get("url"), str):
            pinned = is_one_file(choice["url"])
            return replace(row, source="url", pinned=pinned, written=without_secret(choice["url"]))
        if isinstance(choice.get("path"), str) or choice.get("workspace") is True:
            return replace(row, source="path")
    return row
