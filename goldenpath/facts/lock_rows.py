"""Whether a dependency, as a manifest asks for it, is the one that a lock of uv recorded: markers, extras, sources."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version

from goldenpath.facts.markers import same_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from goldenpath.facts.lock_sides import Sides
    from goldenpath.facts.model import Dependency, Wanted

T = TypeVar("T")
S = TypeVar("S")
_SOURCES = {"index": "index", "url": "url", "git": "vcs"}
_LOCAL = frozenset(("directory", "editable", "path", "virtual"))


def scope_of(scope: str) -> str:
    """Return the scope of a dependency as locks name it."""
    if scope == "dev":
        return "group:dev"
    kind, colon, name = scope.partition(":")
    return f"{kind}:{canonicalize_name(name)}" if colon else kind


def alike(mine: list[Dependency], theirs: list[Wanted], sides: Sides, member: str) -> bool | None:
    """Tell whether the wishes for one name are the same on both sides, in any order."""
    mine = list(_unique(expanded for row in mine for expanded in _expanded(row, sides, member)))
    rest = [row for row in theirs if not row.origin] if any(row.origin != "" for row in mine) else []
    if not len(mine) <= len(theirs) <= len(mine) + len(rest):
        return False
    if not paired(mine, theirs, lambda one, other: _same(one, other, sides, member) is not False):
        return False
    return True if paired(mine, theirs, lambda one, other: _same(one, other, sides, member) is True) else None


def _unique(rows: Iterable[Dependency]) -> Iterator[Dependency]:
    seen = set()
    for row in rows:
        key = (_clauses(row.specifier), row.extras, row.marker, row.origin)
        if key not in seen:
            seen.add(key)
            yield row


def _expanded(row: Dependency, sides: Sides, member: str) -> Iterator[Dependency]:
    """Yield a dependency once for each source that holds in its scope, as a lock records it.

    A source that a member doesn't name may be the workspace's root's.
    """
    if row.origin not in {"", "several"} or (row.source != "index" and not row.origin):
        yield row
        return
    manifests = dict.fromkeys((sides.manifest(member), sides.manifest("")))
    sources = (
        [each for each in sides.own.get(path, ()) if each.scope == "source" and each.name == row.name]
        for path in manifests
    )
    found = next((each for each in sources if each), [])
    chosen = [each for each in found if not each.extras or row.scope.partition(":")[2] in each.extras]
    if not chosen:
        yield replace(row, origin="")
    for each in chosen:
        both = [f"({part})" if " or " in part else part for part in (row.marker, each.marker) if part]
        kind = _SOURCES.get(each.origin.partition("+")[0], "path")
        yield replace(row, origin=each.origin, source=kind, marker=" and ".join(both))


def paired(mine: list[T], theirs: list[S], same: Callable[[T, S], bool]) -> bool:
    """Tell whether each item has a fellow of its own on the other side."""
    left = list(theirs)
    for item in mine:
        fellow = next((other for other in left if same(item, other)), None)
        if fellow is None:
            return False
        left.remove(fellow)
    return True


def _same(mine: Dependency, theirs: Wanted, sides: Sides, member: str) -> bool | None:
    located = _same_origin(mine, theirs, sides, member)
    if located is False:
        return False
    indexed = mine.source == "index" and not theirs.elsewhere
    if indexed and _clauses(mine.specifier) != _clauses(theirs.specifier):
        return False
    if {canonicalize_name(extra) for extra in mine.extras} != {canonicalize_name(extra) for extra in theirs.extras}:
        return False
    marked = same_marker(mine.marker, theirs.marker)
    return False if marked is False else True if located and marked else None


def _same_origin(mine: Dependency, theirs: Wanted, sides: Sides, member: str) -> bool | None:
    """Hold where one comes from against where the lock says; None where the workspace's root may have said it."""
    kind, _, location = theirs.origin.partition("+")
    said = mine.origin or (f"{mine.source}+{mine.written}" if mine.source in {"vcs", "url", "path"} else "")
    if not said:
        return not theirs.origin
    if said == "workspace":
        return kind in _LOCAL
    how, _, place = said.partition("+")
    if how in {"git", "vcs"}:
        return kind == "git" and _git(place if how == "git" else said) == _git(location)
    if how == "path":
        return kind in _LOCAL and _place(place, sides.folder, member) == posixpath.normpath(location)
    if how == "url":
        return kind == "url" and place.partition("#")[0] == location.partition("#")[0]
    return False if kind != "index" else _same_index(place, location, sides, member)


def _same_index(name: str, address: str, sides: Sides, member: str) -> bool | None:
    """Hold the address of an index against the one that its name has in the member's manifest or the root's."""
    rows = [*sides.own.get(sides.manifest(member), ()), *sides.own.get(sides.manifest(""), ())]
    known = next((row.specifier for row in rows if row.scope == "index" and row.name == name), None)
    return None if known is None else known.rstrip("/") == address.rstrip("/")


def _place(path: str, folder: str, member: str) -> str:
    path = re.sub(r"^file:(?://)?", "", path)
    inside = posixpath.normpath(posixpath.join(folder, member, path))
    return posixpath.relpath(inside, folder or ".")


def _git(location: str) -> tuple[str, str]:
    """Return address and ref of a repository, as a manifest (`URL@REF`) or a lock (`URL?rev=REF`) writes it."""
    location = location.removeprefix("vcs+").removeprefix("git+").partition("#")[0]
    address, _, query = location.partition("?")
    ref = next(
        (part.partition("=")[2] for part in query.split("&") if part.startswith(("rev=", "tag=", "branch="))), ""
    )
    scheme, mark, rest = address.rpartition("://")
    rest, at, named = rest.rpartition("@") if "@" in rest.partition("/")[2] else (rest, "", "")
    return (scheme + mark + rest).removesuffix("/").removesuffix(".git"), ref or (named if at else "")


@lru_cache(maxsize=4096)
def _clauses(specifier: str) -> frozenset[tuple[str, str]]:
    """Return a specifier's clauses with each version in its normal form (`1.0a1` for `1.0.a1`)."""
    try:
        found = SpecifierSet(specifier)
        return frozenset((clause.operator, canonicalize_version(clause.version)) for clause in found)
    except ValueError:  # InvalidSpecifier, and a number of too many digits
        return frozenset({("", specifier)})
