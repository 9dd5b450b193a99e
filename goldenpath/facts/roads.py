"""Roads: what a road says is said of the project that depends on it, as if the project had said it itself.

A road is a private package in the folder of a project that depends on it by its path. A name makes none: a package that
nobody depends on, one that lies elsewhere, and a member of a workspace are projects like any other.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.aside import aside
from goldenpath.facts.model import Road

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from goldenpath.facts.model import Dependency, Facts, Project

_PRIVATE = "+goldenpath"
_FILE_URL = re.compile(r"file:(?://(?=/))?", re.IGNORECASE)
_ROOT = re.compile(r"/*\$?\{[^{}]*\}/+")
"""A word for the project's own folder, such as `${PROJECT_ROOT}`, `{root:uri}` or, where it was left out, `{}`."""

_BASE = ""
_RUNTIME = "runtime"
_EXTRA = "optional:"


def taken_in(facts: Facts) -> Facts:
    """Return the facts with each road a part of its project; the same facts where there is no road.

    Its manifest is no project of its own. What it asks for is asked for by the project, in the scope in which the
    project asks for the road: its own dependencies and those of the extras that are asked for, no others. Which Python
    the project needs says the project. Call it once all projects are known, and locks are judged by what manifests say.
    """
    private = _private(facts.projects)
    asked = _asked(facts, private) if private else {}
    if not asked:
        return facts
    said: dict[str, list[Dependency]] = {private[root].path: [] for root in asked}
    for row in facts.dependencies:
        if row.path in said:
            said[row.path].append(row)
    parts = {root: _parts(private[root], rows, said[private[root].path]) for root, rows in asked.items()}
    manifests = {private[root].path: found for root, found in parts.items()}
    return replace(
        facts,
        projects=tuple(row for row in facts.projects if row.root not in asked),
        python=tuple(row for row in facts.python if row.path not in manifests),
        dependencies=tuple(_dependencies(facts.dependencies, manifests)),
        roads=tuple(_road(private[root], found) for root, found in sorted(parts.items())),
    )


def enclosing(path: str, roads: Collection[str]) -> str | None:
    """Return the folder of the road that holds a file, None where none does."""
    folder = posixpath.dirname(path) if roads else ""
    while folder and folder not in roads:
        folder = posixpath.dirname(folder)
    return folder or None


def _private(projects: Iterable[Project]) -> dict[str, Project]:
    """Return the packages that may be roads, by their folder."""
    found = {row.root: row for row in projects if row.root and row.name and (row.version or "").endswith(_PRIVATE)}
    members = {row.root: row.members for row in projects if row.members} if found else {}
    return {root: row for root, row in found.items() if not aside(row.path) and not _is_member(root, members)}


def _asked(facts: Facts, private: Mapping[str, Project]) -> dict[str, list[Dependency]]:
    """Return the dependencies on each road, by its folder: those of the project in whose folder it stands."""
    manifests = {row.path for row in private.values()}
    roots = {row.root for row in facts.projects if not aside(row.path)} - private.keys()
    found: dict[str, list[Dependency]] = {}
    for row in facts.dependencies:
        if row.source != "path" or row.path in manifests or aside(row.path):
            continue
        folder = _folder(row)
        if folder in private and _project(posixpath.dirname(row.path), roots) == _project(folder, roots):
            found.setdefault(folder, []).append(row)
    return found


def _folder(row: Dependency) -> str:
    """Return the folder that a dependency names, relative to the repo; "" for one that can't be told."""
    location = _FILE_URL.sub("", row.written.partition("#")[0].replace("\\", "/"), count=1)
    location = _ROOT.sub("", location, count=1)
    if not location or location.startswith("/"):
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(row.path), location))


def _project(folder: str, roots: Collection[str]) -> str:
    """Return the deepest root at or above a folder, "" where there is none."""
    while folder and folder not in roots:
        folder = posixpath.dirname(folder)
    return folder


def _is_member(folder: str, members: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether a folder is a member of a workspace at or above it: then it is developed like the other members."""
    names = folder.split("/")
    for depth in range(len(names)):
        globs, own = members.get("/".join(names[:depth]), ()), names[depth:]
        left_out = any(_matches(glob[1:], own) for glob in globs if glob.startswith("!"))
        if not left_out and any(_matches(glob, own) for glob in globs):
            return True
    return False


def _matches(glob: str, names: Sequence[str]) -> bool:
    """Tell whether a glob means a folder, step by step: as an expression a hostile one could take hours."""
    reached = {0}
    for part in posixpath.normpath(glob).split("/"):
        if part == "**":
            reached = set(range(min(reached), len(names) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], part)}
    return len(names) in reached


def _parts(road: Project, asking: Sequence[Dependency], rows: Iterable[Dependency]) -> dict[str, str]:
    """Return the parts of a road that are asked for, its base and its extras, each with the scope: runtime if any is.

    `rows` are the dependencies that its manifest declares. An extra may ask for others of the same package
    (`all = ["me[a,b]"]`).
    """
    name = canonicalize_name(road.name or "")
    more: dict[str, list[str]] = {}
    for row in rows:
        if row.name == name and row.scope.startswith(_EXTRA):
            more.setdefault(_extra(row.scope), []).extend(row.extras)
    found: dict[str, str] = {}
    for row in sorted(asking, key=lambda row: row.scope != _RUNTIME):
        pending = [_BASE, *map(canonicalize_name, row.extras)]
        while pending:
            part = pending.pop()
            if part not in found:
                found[part] = row.scope
                pending.extend(map(canonicalize_name, more.get(part, ())))
    return found


def _extra(scope: str) -> str:
    return canonicalize_name(scope.removeprefix(_EXTRA))


def _dependencies(rows: Iterable[Dependency], manifests: Mapping[str, Mapping[str, str]]) -> Iterator[Dependency]:
    """Yield all dependencies, of roads those that are asked for, with the scope of the asking."""
    for row in rows:
        parts = manifests.get(row.path)
        if parts is None or row.scope == "build":
            yield row
            continue
        part = _extra(row.scope) if row.scope.startswith(_EXTRA) else _BASE
        if part in parts and (part or row.scope == _RUNTIME):
            yield replace(row, scope=parts[part])


def _road(project: Project, parts: Iterable[str]) -> Road:
    return Road(
        root=project.root,
        name=project.name or "",
        extras=tuple(sorted(part for part in parts if part)),
        path=project.path,
        line=project.line,
    )
