"""Whether what a lock of uv says that manifests asked for is what they ask for now.

Compared are the members of the workspace, each one's version, dependencies, extras and groups, with markers, extras
and sources, and the workspace's Python, constraints, overrides, environments and ways to resolve.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name, canonicalize_version

from goldenpath.facts.lock_rows import alike, paired, scope_of
from goldenpath.facts.lock_sides import MANIFEST, Sides, Verdict
from goldenpath.facts.markers import same_marker, same_pythons
from goldenpath.facts.match import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from goldenpath.facts.model import Dependency, Wanted

_BEYOND = ("env:", "build")
_MOST = 10_000  # of dependencies, with those of other extras
_LONGEST = 2000  # of the markers on the way to them
_NAMED = 5  # of differences, in the reason
_DEFAULTS = {
    "resolution-mode": "highest",
    "prerelease-mode": "if-necessary-or-explicit",
    "fork-strategy": "requires-python",
}


def compare(sides: Sides) -> Verdict:
    """Return whether the two sides agree; the first difference is the reason."""
    unsure = ""
    for check in (_missing, _pythons, _constraints, _settings, *(_member(member) for member in sides.members)):
        verdict = check(sides)
        if verdict.in_step is False:
            return verdict
        unsure = unsure or verdict.reason
    return _unsure(unsure) if unsure else Verdict(in_step=True)


_OK = Verdict(in_step=True)


def _no(reason: str) -> Verdict:
    return Verdict(in_step=False, reason=reason)


def _unsure(reason: str) -> Verdict:
    return Verdict(in_step=None, reason=reason)


def _missing(sides: Sides) -> Verdict:
    """Hold the members against what is there, and against the globs of the workspace."""
    for member in sides.members:
        if member and not member.startswith("..") and not _is_there(sides, member):
            return _no(f"locks {member}, which isn't there")
    inside, outside = (_globs(sides, scope) for scope in ("workspace", "workspace-without"))
    known = {posixpath.normpath(member) for member in sides.members}
    for folder in _folders(sides.folder, sides.paths) if inside else ():
        wanted = _any(inside, folder) and not _any(outside, folder)
        if wanted and folder not in known and any(row.path == sides.manifest(folder) for row in sides.facts.projects):
            return _no(f"doesn't know {folder}, a member of the workspace")
    return _OK


def _is_there(sides: Sides, member: str) -> bool:
    folder = posixpath.normpath(posixpath.join(sides.folder, member))
    return any(path.startswith(f"{folder}/") for path in sides.paths)


def _folders(root: str, paths: Iterable[str]) -> Iterator[str]:
    """Yield the folders below a root that have a manifest, relative to it."""
    start = f"{root}/" if root else ""
    for path in paths:
        if path.startswith(start) and path.endswith(f"/{MANIFEST}"):
            yield path[len(start) : -len(MANIFEST) - 1]


def _globs(sides: Sides, scope: str) -> list[str]:
    """Return the globs by which the workspace takes folders in, or leaves them out."""
    return [row.name for row in sides.own.get(sides.manifest(""), []) if row.scope == scope]


def _any(globs: list[str], folder: str) -> bool:
    return any(re.match(regex(posixpath.normpath(glob)), folder) for glob in globs)


def _pythons(sides: Sides) -> Verdict:
    """Hold the lock's range of Pythons against what the members leave together."""
    locked = next((row.specifier for row in sides.rows if row.scope == "python"), None)
    inside, outside = (_globs(sides, scope) for scope in ("workspace", "workspace-without"))
    # A folder that is only depended on by its path is no member: which Pythons it is for counts for nothing.
    members = [each for each in sides.members if not each or (_any(inside, each) and not _any(outside, each))]
    manifests = {sides.manifest(member) for member in members}
    asked = [row for row in sides.facts.python if row.path in manifests and row.specifier]
    if locked is None or not asked:
        return _OK
    same = same_pythons([row.specifier for row in asked], locked)
    if same is False:
        said = " and ".join(sorted({row.specifier for row in asked}))
        return _no(f"is for Python {locked}, the manifest for {said}")
    return _OK if same else _unsure("its range of Pythons can't be compared")


def _constraints(sides: Sides) -> Verdict:
    root = sides.manifest("")
    for scope, word in (("constraint", "constraints"), ("override", "overrides"), ("build", "build constraints")):
        mine = [row for row in sides.facts.constraints if row.path == root and row.scope == scope]
        verdict = _rows(mine, [row for row in sides.rows if row.scope == scope], sides, "", f"the {word} differ on ")
        if verdict.in_step is not True:
            return verdict
    return _OK


def _settings(sides: Sides) -> Verdict:
    mine, theirs = sides.own.get(sides.manifest(""), []), sides.rows
    for name, default in _DEFAULTS.items():
        here, there = (
            next((row.specifier for row in rows if row.scope == "setting" and row.name == name), default)
            for rows in (mine, theirs)
        )
        if here != there:
            return _no(f"was resolved with {name} {there}, the manifest says {here}")
    for name in ("supported", "required"):
        markers, locked = (
            [row.marker for row in rows if row.scope == "environment" and row.name == name] for rows in (mine, theirs)
        )
        if len(markers) != len(locked) or not paired(markers, locked, _may_be_same):
            return _no(f"is for other {name} environments than the manifest names")
    return _OK


def _may_be_same(one: str, other: str) -> bool:
    return same_marker(one, other) is not False


def _member(member: str) -> Callable[[Sides], Verdict]:
    """Return the check of one member: its version, extras and dependencies."""

    def check(sides: Sides) -> Verdict:
        path = sides.manifest(member)
        if path not in sides.paths:
            return _OK
        locked = [row for row in sides.rows if row.member == member]
        mine = sides.own.get(path, [])
        where = "" if path == MANIFEST else f"{path}: "
        computed = any(row.scope == "computed" for row in mine)
        odd = _itself(mine, locked, sides.rows) or ("" if computed else _named(mine, locked, "extra"))
        if odd:
            return _no(where + odd)
        if computed:
            return _unsure("the manifest's dependencies are computed")
        own = {canonicalize_name(row.name) for row in sides.facts.projects if row.path == path and row.name}
        asked = [row for row in sides.dependencies.get(path, []) if not row.scope.startswith(_BEYOND)]
        listed = [row for row in locked if row.scope == "runtime" or row.scope.startswith(("optional:", "group:"))]
        words = f"{path} and the lock differ on "
        others = [row for row in listed if row.name not in own]
        verdict = _rows([row for row in asked if row.name not in own], others, sides, member, words)
        # Older versions of uv record an extra's reference to another one as it is, newer ones what that one has.
        if verdict.in_step is False and any(row.name in own for row in asked):
            flat = _rows(list(islice(_flat(asked, own), _MOST)), others, sides, member, words)
            verdict = verdict if flat.in_step is False else flat
        groups = _named(mine, locked, "group") if verdict.in_step else ""
        return _no(where + groups) if groups else verdict

    return check


def _flat(asked: list[Dependency], own: Collection[str]) -> Iterator[Dependency]:
    """Yield the dependencies with those of other extras in the place of what refers to them (`me[other]`)."""
    extras: dict[str, list[Dependency]] = {}
    for row in asked:
        kind, _, name = row.scope.partition(":")
        if kind == "optional":
            extras.setdefault(canonicalize_name(name), []).append(row)

    for row in asked:
        if row.name not in own:
            yield row
        elif row.scope.startswith("optional:"):
            yield from _taken(row, extras, own)


def _taken(row: Dependency, extras: Mapping[str, list[Dependency]], own: Collection[str]) -> Iterator[Dependency]:
    """Yield the dependencies of the extras that one row refers to, and of those that they refer to."""
    seen: set[tuple[str, str]] = set()
    left = [(row, row.marker)]
    while left:
        one, before = left.pop()
        for extra in {canonicalize_name(extra) for extra in one.extras}:
            if (extra, one.marker) in seen:
                continue
            seen.add((extra, one.marker))
            for other in extras.get(extra, ()):
                marker = " and ".join(f"({part})" for part in (before, other.marker) if part)
                if other.name in own:
                    left.extend([(other, marker)] if len(marker) < _LONGEST else [])
                else:
                    yield replace(other, marker=marker, scope=row.scope)


def _itself(mine: list[Wanted], locked: list[Wanted], everybody: list[Wanted]) -> str:
    """Return how the member differs from its own record: in name, version, or whether it is built."""
    here, there = (next((row for row in rows if not row.scope), None) for rows in (mine, locked))
    if not here or not there:
        return ""
    if here.name != there.name:
        return f"locks {there.name}, which is {here.name} now"
    versions = {canonicalize_version(row.specifier) for row in (here, there) if row.specifier}
    if len(versions) > 1:
        return f"locks version {there.specifier} of {here.name}, which is {here.specifier}"
    # What is a dependency of another member is built without a build system too.
    alone = not there.member and not any(row.name == here.name and row.scope for row in everybody)
    if (here.origin, there.origin) == ("editable", "virtual"):
        return f"locks {here.name} as one that isn't built"
    if alone and (here.origin, there.origin) == ("virtual", "editable"):
        return f"locks {here.name} as one that is built"
    return ""


def _named(mine: list[Wanted], locked: list[Wanted], scope: str) -> str:
    here, there = ({canonicalize_name(row.name) for row in rows if row.scope == scope} for rows in (mine, locked))
    return f"the {scope}s differ: {', '.join(sorted(here ^ there)[:_NAMED])}" if there and here != there else ""


def _rows(mine: Iterable[Dependency], theirs: Iterable[Wanted], sides: Sides, member: str, words: str) -> Verdict:
    """Hold dependencies against those that the lock records, scope by scope and name by name."""
    here: dict[tuple[str, str], list[Dependency]] = {}
    there: dict[tuple[str, str], list[Wanted]] = {}
    for asked in mine:
        here.setdefault((scope_of(asked.scope), asked.name), []).append(asked)
    for locked in theirs:
        there.setdefault((scope_of(locked.scope), locked.name), []).append(locked)
    odd = {name for scope, name in here.keys() ^ there.keys()}
    unsure = False
    for key in here.keys() & there.keys():
        same = alike(here[key], there[key], sides, member)
        unsure |= same is None
        if same is False:
            odd.add(key[1])
    if odd:
        return _no(words + ", ".join(sorted(odd)[:_NAMED]))
    return _unsure("has markers that can't be compared") if unsure else _OK
