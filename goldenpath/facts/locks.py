"""Lock files: those that are found by name alone, and whether a lock is in step with its manifest."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version

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
    lock = replace(lock, manifest=manifest)
    if manifest is None:
        return lock
    facts = evidence.facts
    if any(row.path == manifest and not row.partial for row in facts.unreadable):
        return replace(lock, reason="the manifest can't be read")
    if lock.path in evidence.wanted:
        return _by_wishes(lock, evidence)
    prints = [p for row in facts.projects if row.path == manifest for p in row.fingerprints]
    if lock.made_for and lock.made_for in prints:
        return replace(lock, in_step=True)
    return _by_packages(lock, evidence, manifest)


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
    folder = posixpath.dirname(lock.path)
    wanted = evidence.wanted[lock.path]
    computed = False
    for member in sorted({row.member for row in wanted}):
        manifest = posixpath.normpath(posixpath.join(folder, member, "pyproject.toml"))
        if manifest not in evidence.paths:
            return replace(lock, in_step=False, reason=f"locks {member or '.'}, which isn't there")
        if any(row.path == manifest and row.kind == "dynamic" for row in evidence.facts.includes):
            computed = True
            continue
        own = {canonicalize_name(row.name) for row in evidence.facts.projects if row.path == manifest and row.name}
        odd = [name for name in _difference(evidence.dependencies.get(manifest, []), wanted, member) if name not in own]
        if odd:
            return replace(lock, in_step=False, reason=f"{manifest} and the lock differ on {', '.join(odd[:5])}")
    if computed:
        return replace(lock, reason="the manifest's dependencies are computed")
    return replace(lock, in_step=True)


def _difference(rows: list[Dependency], wanted: list[Wanted], member: str) -> list[str]:
    """Return the names on which the two differ; uv leaves out the version of what is no package of an index."""
    asked = [row for row in rows if row.scope != "build" and not row.scope.startswith("env:")]
    elsewhere = {row.name for row in asked if row.source != "index"}
    elsewhere |= {row.name for row in wanted if row.member == member and row.elsewhere}
    wishes = {(row.name, _clauses("" if row.name in elsewhere else row.specifier)) for row in asked}
    locked = {
        (row.name, _clauses("" if row.name in elsewhere else row.specifier))
        for row in wanted
        if row.member == member and row.name
    }
    return sorted({name for name, _ in wishes ^ locked})


@lru_cache(maxsize=4096)
def _clauses(specifier: str) -> frozenset[tuple[str, str]]:
    """Return a specifier's clauses with each version in its normal form (`1.0a1` for `1.0.a1`)."""
    try:
        found = SpecifierSet(specifier)
        return frozenset((clause.operator, canonicalize_version(clause.version)) for clause in found)
    except ValueError:  # InvalidSpecifier, and a number of too many digits
        return frozenset({("", specifier)})


def _by_packages(lock: Lockfile, evidence: _Evidence, manifest: str) -> Lockfile:
    """Compare names and versions: a lock that lacks a direct dependency is out of step; else it can't be said."""
    versions: dict[str, list[Package]] = {}
    for package in evidence.packages_of(lock.path):
        versions.setdefault(package.name, []).append(package)
    if not versions:
        return lock
    rows = evidence.dependencies.get(manifest, [])
    for row in rows:
        if row.scope.startswith(_BEYOND) or row.source != "index" or row.marker:
            continue
        known = versions.get(row.name)
        if not known:
            return replace(lock, in_step=False, reason=f"has no {row.name}, which the manifest asks for")
        if not any(_meets(package.version, row.specifier) for package in known):
            return replace(lock, in_step=False, reason=f"has a {row.name} that the manifest doesn't allow")
    if not rows or any(row.path == manifest and row.kind != "project" for row in evidence.facts.includes):
        return lock
    if lock.made_for:
        return replace(lock, reason="its digest of the manifest is of a kind that isn't known here")
    return replace(lock, in_step=True, reason="by names and versions")


def _meets(version: str, specifier: str) -> bool:
    try:
        return not specifier or SpecifierSet(specifier).contains(version, prereleases=True)
    except ValueError:  # one of the two is none, or has a number of too many digits
        return True
