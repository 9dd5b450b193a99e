"""Files that manifests name (`-r`, `-c`, dynamic dependencies): found, read where nobody read them, or missed."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from goldenpath.facts.model import Dependency, Facts, Include, Unreadable, merge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from goldenpath.facts.model import Lockfile

_COMPUTED = re.compile(r"[${}%*]")
_MANIFESTS = ("setup.py", "setup.cfg")
_MAX_FILES = 200


def followed(facts: Facts, paths: Collection[str], read: Callable[[str, str, str], Facts | None]) -> Facts:
    """Return the facts with those of the files that includes name; a target that is missing is told.

    `read(path, kind, scope)` reads a requirements file, and gives None for one that was read already.
    """
    parts = [facts]
    pending = list(facts.includes)
    seen: set[Include] = set()
    missed: dict[tuple[str, int | None, str], None] = {}
    while pending and len(seen) < _MAX_FILES * 10:
        include = pending.pop(0)
        if include in seen or include.kind == "project":
            continue
        seen.add(include)
        target, reason = _target(include, paths)
        if reason:
            missed[include.path, include.line, reason] = None
        if not target:
            continue
        kind = "constraint" if include.kind == "constraint" else "requirement"
        more = read(target, kind, include.scope)
        if more:
            parts.append(more)
            pending.extend(more.includes)
    rows = tuple(Unreadable(path=path, reason=reason, partial=True, line=line) for path, line, reason in missed)
    parts.append(Facts(unreadable=rows))
    whole = merge(parts)
    return replace(
        whole,
        dependencies=_rescoped(whole.dependencies, facts.includes, paths),
        unreadable=tuple(sorted((*whole.unreadable, *_computed(whole)), key=lambda row: (row.path, row.line or 0))),
    )


def _target(include: Include, paths: Collection[str]) -> tuple[str, str]:
    """Return the path that an include names, or why there is none."""
    if not include.target or _COMPUTED.search(include.target):
        return "", "names a file by a word that is computed" if include.target else ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(include.path), include.target.replace("\\", "/")))
    if path.startswith(("../", "/")):
        return "", f"names {include.target}, which is outside the repo"
    if path not in paths:
        missing = f"names {include.target}, which isn't there"
        return _found_below(include, paths) if include.path.endswith("setup.py") else ("", missing)
    readable = path.endswith((".txt", ".in", ".pip", ".lock", ".reqs")) or "." not in posixpath.basename(path)
    return path if readable else "", ""


def _found_below(include: Include, paths: Collection[str]) -> tuple[str, str]:
    """Return the one file below a setup script that has the name; the script computes the folder."""
    folder = posixpath.dirname(include.path)
    start, end = f"{folder}/" if folder else "", f"/{posixpath.basename(include.target)}"
    usual = f"{start}requirements{end}"
    found = [usual] if usual in paths else [path for path in paths if path.startswith(start) and path.endswith(end)]
    return (found[0], "") if len(found) == 1 else ("", "takes dependencies from a file that it computes")


def _rescoped(
    rows: tuple[Dependency, ...], includes: tuple[Include, ...], paths: Collection[str]
) -> tuple[Dependency, ...]:
    """Give what a manifest takes from a file for one of its extras that extra's scope."""
    scopes = {
        target: include.scope
        for include in includes
        if include.kind == "dynamic" and include.scope != "runtime" and (target := _target(include, paths)[0])
    }
    taken = {_target(include, paths)[0] for include in includes if include.scope == "runtime"}
    return tuple(
        replace(row, scope=scopes[row.path]) if row.path in scopes and row.path not in taken else row for row in rows
    )


def _computed(facts: Facts) -> list[Unreadable]:
    """Tell dynamic dependencies that nothing in the same folder says."""
    told = {posixpath.dirname(row.path) for row in facts.dependencies if row.path.endswith(_MANIFESTS)}
    told |= {posixpath.dirname(row.path) for row in facts.includes if row.target and row.path.endswith(_MANIFESTS)}
    told |= {posixpath.dirname(row.path) for row in facts.unreadable if row.path.endswith(_MANIFESTS)}
    return [
        Unreadable(path=row.path, reason="dependencies are computed when it is built", partial=True, line=row.line)
        for row in facts.includes
        if row.kind == "dynamic" and not row.target and posixpath.dirname(row.path) not in told
    ]


def manifests(locks: tuple[Lockfile, ...]) -> frozenset[str]:
    """Return the manifests that locks name."""
    return frozenset(lock.manifest for lock in locks if lock.manifest)
