"""Whether what a lock of uv says that manifests asked for is what they ask for now.

Compared are the members of the workspace, each one's version, dependencies, extras and groups, with markers, extras
and sources, and the workspace's Python, constraints, overrides, environments and ways to resolve.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version

from goldenpath.facts.markers import same_marker, same_pythons
from goldenpath.facts.match import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from goldenpath.facts.model import Dependency, Facts, Wanted

T = TypeVar("T")
S = TypeVar("S")
MANIFEST = "pyproject.toml"
_BEYOND = ("env:", "build")
_NAMED = 5  # of differences, in the reason
_DEFAULTS = {
    "resolution-mode": "highest",
    "prerelease-mode": "if-necessary-or-explicit",
    "fork-strategy": "requires-python",
}
_SOURCES = {"index": "index", "url": "url", "git": "vcs"}
_LOCAL = frozenset(("directory", "editable", "path", "virtual"))


class Verdict(NamedTuple):
    """Whether a lock is in step, None where that can't be told, and why."""

    in_step: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A lock's rows, and where to find its members' own: by the path of their manifest."""

    folder: str
    rows: list[Wanted]
    facts: Facts
    paths: Collection[str]
    dependencies: Mapping[str, list[Dependency]]
    own: Mapping[str, list[Wanted]]

    def manifest(self, member: str) -> str:
        """Return the path of a member's manifest."""
        return posixpath.normpath(posixpath.join(self.folder, member, MANIFEST))

    @property
    def members(self) -> list[str]:
        """The members that the lock knows, and the workspace's root."""
        return sorted({row.member for row in self.rows if not row.scope} | {""})


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
    root = sides.own.get(sides.manifest(""), [])
    globs = {scope: [row.name for row in root if row.scope == scope] for scope in ("workspace", "workspace-without")}
    known = {posixpath.normpath(member) for member in sides.members}
    for folder in _folders(sides.folder, sides.paths) if globs["workspace"] else ():
        wanted = _any(globs["workspace"], folder) and not _any(globs["workspace-without"], folder)
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


def _any(globs: list[str], folder: str) -> bool:
    return any(re.match(regex(posixpath.normpath(glob)), folder) for glob in globs)


def _pythons(sides: Sides) -> Verdict:
    """Hold the lock's range of Pythons against what the members leave together."""
    locked = next((row.specifier for row in sides.rows if row.scope == "python"), None)
    manifests = {sides.manifest(member) for member in sides.members}
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
        if len(markers) != len(locked) or not _paired(markers, locked, _may_be_same):
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
        verdict = _rows(
            [row for row in asked if row.name not in own],
            [row for row in listed if row.name not in own],
            sides,
            member,
            f"{path} and the lock differ on ",
        )
        groups = _named(mine, locked, "group") if verdict.in_step else ""
        return _no(where + groups) if groups else verdict

    return check


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
        here.setdefault((_scope(asked.scope), asked.name), []).append(asked)
    for locked in theirs:
        there.setdefault((_scope(locked.scope), locked.name), []).append(locked)
    odd = {name for scope, name in here.keys() ^ there.keys()}
    unsure = False
    for key in here.keys() & there.keys():
        same = _alike(here[key], there[key], sides, member)
        unsure |= same is None
        if same is False:
            odd.add(key[1])
    if odd:
        return _no(words + ", ".join(sorted(odd)[:_NAMED]))
    return _unsure("has markers that can't be compared") if unsure else _OK


def _scope(scope: str) -> str:
    if scope == "dev":
        return "group:dev"
    kind, colon, name = scope.partition(":")
    return f"{kind}:{canonicalize_name(name)}" if colon else kind


def _alike(mine: list[Dependency], theirs: list[Wanted], sides: Sides, member: str) -> bool | None:
    """Tell whether the wishes for one name are the same on both sides, in any order."""
    mine = list(_unique(expanded for row in mine for expanded in _expanded(row, sides, member)))
    rest = [row for row in theirs if not row.origin] if any(row.origin != "" for row in mine) else []
    if not len(mine) <= len(theirs) <= len(mine) + len(rest):
        return False
    if not _paired(mine, theirs, lambda one, other: _same(one, other, sides, member) is not False):
        return False
    return True if _paired(mine, theirs, lambda one, other: _same(one, other, sides, member) is True) else None


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


def _paired(mine: list[T], theirs: list[S], same: Callable[[T, S], bool]) -> bool:
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
