"""uv's table: development dependencies, constraints, and sources that say where a dependency really comes from."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Dependency, Facts, Wanted, merge
from goldenpath.facts.requirement import is_commit, is_one_file, without_secret
from goldenpath.facts.toml import word
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.toml import Document

_MOST_MEMBERS = 200
_CONSTRAINTS = {
    "constraint-dependencies": "constraint",
    "build-constraint-dependencies": "build",
    "override-dependencies": "override",
}
_SETTINGS = {"resolution": "resolution-mode", "prerelease": "prerelease-mode", "fork-strategy": "fork-strategy"}
_ENVIRONMENTS = {"environments": "supported", "required-environments": "required"}


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the development dependencies, the constraints, and what a lock records of the other settings."""
    found = [base.requirements(document, path, (*where, "dev-dependencies"), "dev")]
    for key, scope in _CONSTRAINTS.items():
        listed = base.requirements(document, path, (*where, key), scope)
        found.append(Facts(constraints=listed.dependencies, unreadable=listed.unreadable))
    found.append(Facts(wanted=tuple(_settings(document, path, where))))
    return merge(found)


def members(document: Document) -> tuple[str, ...]:
    """Return the globs of a workspace's members, those that it leaves out with `!` before them."""
    where = ("tool", "uv", "workspace")
    within = (text for text, _ in document.strings(*where, "members"))
    without = (f"!{text}" for text, _ in document.strings(*where, "exclude"))
    return (*islice(within, _MOST_MEMBERS), *islice(without, _MOST_MEMBERS))


def _settings(document: Document, path: str, where: tuple[str, ...]) -> Iterator[Wanted]:
    for key, name in _SETTINGS.items():
        said = word(document.get(*where, key))
        if said is not None:
            yield _row(name, "setting", path, document.line(*where, key), said)
    for key, name in _ENVIRONMENTS.items():
        said = document.get(*where, key)
        for marker in said if isinstance(said, list) else [said] if isinstance(said, str) else []:
            yield replace(_row(name, "environment", path, document.line(*where, key)), marker=str(marker))
    yield from _sources(document, path, where)
    for index in _tables(document.get(*where, "index")):
        if isinstance(index.get("name"), str) and isinstance(index.get("url"), str):
            yield _row(
                index["name"], "index", path, document.line(*where, "index"), specifier=without_secret(index["url"])
            )
    for key, scope in (("members", "workspace"), ("exclude", "workspace-without")):
        for glob, line in document.strings(*where, "workspace", key):
            yield _row(glob, scope, path, line)


def _sources(document: Document, path: str, where: tuple[str, ...]) -> Iterator[Wanted]:
    """Yield each source with the marker of its own: those of the workspace's root hold for its members too."""
    for name, said in document.table(*where, "sources").items():
        for choice in _tables(said):
            row = _by_source(Dependency(name=canonicalize_name(name), specifier="", path=path), choice)
            only = [str(choice[key]) for key in ("extra", "group") if key in choice]
            marker = str(choice.get("marker", ""))
            if row:
                place = _row(row.name, "source", path, document.line(*where, "sources", name))
                yield replace(place, marker=marker, origin=row.origin, extras=tuple(only))


def _tables(said: Any) -> list[dict[str, Any]]:
    return [item for item in (said if isinstance(said, list) else [said]) if isinstance(item, dict)]


def _is_apart(said: Any) -> bool:
    choices = _tables(said)
    return len(choices) > 1 or any(key in choice for choice in choices for key in ("marker", "extra", "group"))


def _row(name: str, scope: str, path: str, line: int | None, specifier: str = "") -> Wanted:
    return Wanted(member="", name=name, specifier=specifier, scope=scope, path=path, line=line)


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
    known = [sourced for choice in _tables(said) if (sourced := _by_source(row, choice))]
    found = next((sourced for sourced in known if sourced.source != "index"), known[0] if known else row)
    return replace(found, origin="several") if _is_apart(said) else found


def _by_source(row: Dependency, choice: dict[str, Any]) -> Dependency | None:
    if isinstance(choice.get("git"), str):
        url, ref = without_secret(choice["git"]), choice.get("rev") or choice.get("tag") or choice.get("branch") or ""
        pinned = is_commit(choice["rev"]) if isinstance(choice.get("rev"), str) else False
        return replace(row, source="vcs", pinned=pinned, written=url, origin=f"git+{url}@{ref}")
    if isinstance(choice.get("url"), str):
        url = without_secret(choice["url"])
        return replace(row, source="url", pinned=is_one_file(url), written=url, origin=f"url+{url}")
    if isinstance(choice.get("path"), str):
        return replace(row, source="path", written=choice["path"], origin=f"path+{choice['path']}")
    if choice.get("workspace") is True:
        return replace(row, source="path", origin="workspace")
    return replace(row, origin=f"index+{choice['index']}") if isinstance(choice.get("index"), str) else None
