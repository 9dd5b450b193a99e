"""Lock files: those that are found by name alone, and whether a lock is in step with its manifest."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from goldenpath.facts import lock_sides, wishes
from goldenpath.facts.model import Dependency, Facts, Lockfile, Package, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    PackagesOf = Callable[[str], tuple[Package, ...]]

FOUND = {
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "npm-shrinkwrap.json": "npm",
    "package-lock.json": "npm",
    "pixi.lock": "pixi",
    "pnpm-lock.yaml": "pnpm",
    "pnpm-lock.yml": "pnpm",
    "yarn.lock": "yarn",
}
"""Lock files whose names say all but their packages, in lower case, and the tool that each is of."""

MANIFESTS = {
    "pdm": ("pyproject.toml",),
    "pipenv": ("Pipfile",),
    "poetry": ("pyproject.toml",),
    "uv": ("pyproject.toml",),
}
"""The manifest beside its lock, by the lock's tool."""

_VIA = "via"
_COMPILERS = frozenset(
    ("hatch-pip-compile", "pip", "pip-compile", "pip-compile-multi", "pip-deepfreeze", "pip-tools", "uv")
)
_BEYOND = ("group:", "optional:", "env:", "build")


def found(paths: Iterable[str]) -> Facts:
    """Return the lock files whose names say all that is known of them."""
    rows = [Lockfile(path=path, tool=tool) for path in paths if (tool := FOUND.get(path.rpartition("/")[2].lower()))]
    return Facts(lockfiles=tuple(rows))


def judged(facts: Facts, paths: Iterable[str], packages_of: PackagesOf) -> tuple[Lockfile, ...]:
    """Return the lock files, each with its manifest and whether it is in step with it.

    `packages_of` is asked for the packages of a lock, by its path, where nothing that costs less decides.
    """
    evidence = _Evidence(
        facts=facts,
        paths=frozenset(paths),
        wanted=_by_path(facts.wanted),
        dependencies=_by_path(facts.dependencies),
        packages_of=packages_of,
    )
    once = {lock.path: lock for lock in facts.lockfiles}
    return tuple(_judged(lock, evidence) for lock in once.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What locks are judged by: of a monorepo there are as many manifests as locks, so rows are kept by their path."""

    facts: Facts
    paths: frozenset[str]
    wanted: Mapping[str, list[Wanted]]
    dependencies: Mapping[str, list[Dependency]]
    packages_of: PackagesOf


_Row = TypeVar("_Row", Wanted, Dependency)


def _by_path(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.path, []).append(row)
    return found


def _judged(lock: Lockfile, evidence: _Evidence) -> Lockfile:
    manifest = manifest_of(lock, evidence.paths)
    lock = replace(lock, manifest=manifest, members=_members(lock, evidence))
    if manifest is None:
        return lock
    facts = evidence.facts
    if any(row.path == manifest and not row.partial for row in facts.unreadable):
        return replace(lock, reason="the manifest can't be read")
    if lock.tool == "uv" and any(row.scope != _VIA for row in evidence.wanted.get(lock.path, ())):
        return _by_wishes(lock, evidence)
    prints = [p for row in facts.projects if row.path == manifest for p in row.fingerprints]
    if lock.made_for and lock.made_for in prints:
        return replace(lock, in_step=True)
    judged = _by_packages(lock, evidence, manifest)
    if judged.in_step is not False and lock.made_for and prints:
        return replace(lock, in_step=False, reason="was made for another state of the manifest, by its digest")
    return judged


def _members(lock: Lockfile, evidence: _Evidence) -> tuple[str, ...]:
    """Return the folders of the projects that a lock is for: its manifest's, and those that it names."""
    folder = posixpath.dirname(lock.path)
    named = {row.member for row in evidence.wanted.get(lock.path, ()) if not row.scope} | set(lock.members)
    found = {_below(folder, member) for member in named}
    manifest = manifest_of(lock, evidence.paths)
    found.add(posixpath.dirname(manifest) if manifest else folder)
    return tuple(sorted(member for member in found if not member.startswith("..")))


def _below(folder: str, member: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, member))
    return "" if path == "." else path


def manifest_of(lock: Lockfile, paths: Collection[str]) -> str | None:
    """Return the manifest's path: beside the lock, or what the lock names, seen from its folder or one above."""
    folder = posixpath.dirname(lock.path)
    if not lock.manifest:
        beside = [posixpath.join(folder, name) for name in MANIFESTS.get(lock.tool, ())]
        return next((path for path in beside if path in paths), None)
    while True:
        path = posixpath.normpath(posixpath.join(folder, lock.manifest))
        if path in paths and path != lock.path:
            return path
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _by_wishes(lock: Lockfile, evidence: _Evidence) -> Lockfile:
    """Compare what the lock says that each member's manifest asks for with what it does ask for."""
    verdict = wishes.compare(
        lock_sides.Sides(
            folder=posixpath.dirname(lock.path),
            rows=evidence.wanted[lock.path],
            facts=evidence.facts,
            paths=evidence.paths,
            dependencies=evidence.dependencies,
            own=evidence.wanted,
        )
    )
    return replace(lock, in_step=verdict.in_step, reason=verdict.reason)


def _by_packages(lock: Lockfile, evidence: _Evidence, manifest: str) -> Lockfile:
    """Compare names and versions, and whom the lock says that it has a package for.

    A lock that lacks a direct dependency is out of step. One that lacks none is in step where nothing more is recorded
    of the manifest: a compiled list of requirements.
    """
    versions: dict[str, list[Package]] = {}
    for package in evidence.packages_of(lock.path):
        versions.setdefault(package.name, []).append(package)
    rows = evidence.dependencies.get(manifest, [])
    if not versions:
        return lock
    odd = _lack(lock, rows, versions)
    more = any(row.path == manifest and row.kind != "project" for row in evidence.facts.includes)
    if odd or not rows or more:
        return replace(lock, in_step=False if odd else None, reason=odd)
    for row in evidence.wanted.get(lock.path, ()):
        if row.scope == _VIA and all(row.name != asked.name for asked in rows):
            return replace(lock, in_step=False, reason=f"has {row.name} for the manifest, which doesn't ask for it")
    if lock.made_for or lock.tool not in _COMPILERS:
        return replace(lock, reason="nothing that is recorded in it tells")
    return replace(lock, in_step=True, reason="by names and versions")


def _lack(lock: Lockfile, rows: list[Dependency], versions: Mapping[str, list[Package]]) -> str:
    """Return what a lock lacks of what is asked for on every platform, "" where it lacks nothing."""
    for row in rows:
        if not _is_for(lock, row.scope) or row.source != "index" or row.marker or row.name in lock.left_out:
            continue
        known = versions.get(row.name)
        if not known:
            return f"has no {row.name}, which the manifest asks for"
        if not any(_meets(package.version, row.specifier) for package in known):
            return f"has a {row.name} that the manifest doesn't allow"
    return ""


def _is_for(lock: Lockfile, scope: str) -> bool:
    """Tell whether a lock is for the dependencies of a scope: of an extra or group only where it says so."""
    kind, _, name = scope.partition(":")
    named = {f"{kind}:{canonicalize_name(name)}", f"{kind}:*"} if name else {"group:dev"} if scope == "dev" else set()
    asked = not named.isdisjoint(lock.parts)
    return asked if "only" in lock.parts else asked or not scope.startswith(_BEYOND)


def _meets(version: str, specifier: str) -> bool:
    try:
        return not specifier or SpecifierSet(specifier).contains(version, prereleases=True)
    except ValueError:  # one of the two is none, or has a number of too many digits
        return True
