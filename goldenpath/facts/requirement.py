"""One requirement as pip reads it (PEP 508 and what came before), and what *pinned* means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from packaging.markers import InvalidMarker, Marker
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from goldenpath.facts.model import Dependency

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_HEAD = re.compile(rf"\s*({_NAME})\s*(?:\[([^\]\[]*)\])?\s*")
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>|=)\s*+([^\s,;()<>=!~]+)")
# Possessive, so that many spaces aren't shared out among the places for them in every way.
_CLAUSES = re.compile(rf"\(?\s*+{_CLAUSE.pattern}(?:\s*+(?:,\s*+)++{_CLAUSE.pattern})*\s*+,?\s*+\)?\s*+")
_SPACED = re.compile(rf"{_CLAUSE.pattern}(?:[\s,]*+{_CLAUSE.pattern})*\s*+")
_MARKER_AFTER_URL = re.compile(r"\s+;\s*|;\s+")
_VCS = re.compile(r"(?:git|hg|svn|bzr)(?:\+[a-z+]+)?(?:://|@)", re.IGNORECASE)
_VCS_WORD = re.compile(r"(?:git|hg|svn|bzr)\+", re.IGNORECASE)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://|file:", re.IGNORECASE)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z", re.IGNORECASE)
_HASH = re.compile(r"[#&]sha(?:256|384|512)=[0-9a-f]{64,128}\b", re.IGNORECASE)
_ARCHIVED = re.compile(
    r"/(?:archive|zipball|tarball|zip|tar\.gz|legacy\.\w+)/(?P<ref>(?:refs/\w+/)?[^/]+?)(?:\.(?:zip|tar\.gz|tgz|tar\.bz2))?"
    r"(?:/[^/]+)?\Z"
)
_TAGGED = re.compile(r"refs/tags/.+|[0-9a-f]{7,64}|(?:[A-Za-z][\w.-]*?[-_]?)?v?\d+(?:\.\d+)+[\w.+-]*")
_RELEASED = re.compile(
    r"/[A-Za-z0-9][\w.]*-\d[^-/]*(?:-\d\w*)?(?:-[^-/]+){3}\.whl\Z|/[A-Za-z0-9][\w.-]*-v?\d[^/]*\.(?:tar\.gz|tgz|zip|tar\.bz2)\Z"
)
_SCP = re.compile(r"[\w.-]+@[\w.-]+:(?!/)")
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://[^/]*|(?:[a-z]+\+)?[\w.-]+@[\w.-]+:", re.IGNORECASE)
_FIGURES = re.compile(r"\d+(?:\.\d+)+")
_PARTLY = re.compile(rf"\s*({_NAME}\s*(?:\[[^\]\[]*\])?)\s*(?:[=<>!~@].*|\s)$")
MAX_LENGTH = 4096
UNKNOWN = "\0"
"""What stands in a text for a part that only rendering or running it would tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A requirement without its place; the fields mean what they mean in `Dependency`."""

    name: str
    specifier: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    source: str = "index"
    pinned: bool = False
    written: str = ""


@lru_cache(maxsize=8192)
def parse(text: str) -> Requirement | None:
    """Return the requirement that a text states, None where it states none.

    Old ways are understood: `foo (>=1)`, `foo>=1.*`, `foo=1`, `foo >1 <2`, versions that PEP 440 doesn't know.
    """
    if len(text) > MAX_LENGTH:
        return None
    head = _HEAD.match(text)
    if not head or _FIGURES.fullmatch(head[1]):
        return None
    name, extras, rest = canonicalize_name(head[1]), _extras(head[2]), text[head.end() :]
    if rest.startswith("@"):
        return _direct(name, extras, rest[1:].strip())
    clauses, _, marker = rest.partition(";")
    clauses = clauses.strip()
    if clauses and not _CLAUSES.fullmatch(clauses) and not _SPACED.fullmatch(clauses):
        return None
    pairs = [(operator, version) for operator, version in _CLAUSE.findall(clauses)]
    return Requirement(
        name=name,
        specifier=specifier_of(pairs),
        extras=extras,
        marker=marker_of(marker),
        pinned=is_pinned(pairs),
        written=clauses.strip("() "),
    )


def parse_partly(text: str) -> Requirement | None:
    """Return a requirement whose version or location has an `UNKNOWN` part: its name and extras are known."""
    known, _, rest = text.partition(UNKNOWN)
    found = _PARTLY.match(known)
    row = parse(found[1]) if found else None
    if row is None or found is None:
        return None
    after = text[found.end(1) :].strip()
    if after.startswith("@"):
        return _partly_direct(row, after[1:])
    marker = rest.partition(";")[2]
    written = after.replace(UNKNOWN, "{}")
    return replace(row, written=written, marker="" if UNKNOWN in marker else marker_of(marker))


def place(found: Requirement, *, path: str, line: int | None, scope: str) -> Dependency:
    """Return a requirement as a record of the `dependencies` table."""
    return Dependency(
        name=found.name,
        specifier=found.specifier,
        extras=found.extras,
        marker=found.marker,
        scope=scope,
        source=found.source,
        pinned=found.pinned,
        written=found.written,
        path=path,
        line=line,
    )


def located(name: str, location: str, *, extras: tuple[str, ...] = ()) -> Requirement:
    """Return the requirement of a name at a location: a VCS reference, another URL, or a path."""
    source = source_of(location)
    pinned = (source == "vcs" and is_commit(ref_of(location))) or (source == "url" and is_one_file(location))
    return Requirement(
        name=canonicalize_name(name), extras=extras, source=source, pinned=pinned, written=without_secret(location)
    )


def source_of(location: str) -> str:
    """Tell vcs, url and path apart."""
    if _VCS.match(location) or (_SCP.match(location) and not _URL.match(location)):
        return "vcs"
    if location.lower().startswith("file:") or not _URL.match(location):
        return "path"
    return "url"


def ref_of(location: str) -> str:
    """Return the ref that a VCS reference names (`git+https://host/repo@REF#egg=x`), "" where it names none."""
    return split_ref(location)[1]


def split_ref(location: str) -> tuple[str, str]:
    """Return a VCS reference without ref, query and fragment, and its ref; a branch's name may have slashes."""
    bare = location.partition("#")[0].partition("?")[0]
    authority = _AUTHORITY.match(bare)
    start = authority.end() if authority else 0
    path, mark, ref = bare[start:].partition("@")
    return (bare[:start] + path, ref) if mark else (bare, "")


def is_commit(ref: str | None) -> bool:
    """Tell whether a ref is a full commit id, the only ref that can't move."""
    return bool(ref) and bool(_COMMIT.match(ref or ""))


def is_one_file(location: str) -> bool:
    """Tell whether a URL is of one file that stays: a wheel, a version's source, or the archive of a tag or commit.

    A hash says so of any. The archive of a branch is another one after each push.
    """
    if _HASH.search(location):
        return True
    bare = location.partition("#")[0].partition("?")[0].rstrip("/")
    archive = _ARCHIVED.search(bare)
    if archive:
        return bool(_TAGGED.fullmatch(archive["ref"]))
    return bool(_RELEASED.search(bare))


def is_pinned(pairs: list[tuple[str, str]]) -> bool:
    """Tell whether clauses allow one version and no other: `==` without wildcard, or `===`."""
    return any(operator == "===" or (operator == "==" and not version.endswith("*")) for operator, version in pairs)


def specifier_of(pairs: list[tuple[str, str]]) -> str:
    """Return clauses as PEP 440 writes them, as they stand where PEP 440 has no word for them."""
    text = ",".join(f"{operator}{version}" for operator, version in pairs)
    if not text:
        return ""
    return canonical(text)


@lru_cache(maxsize=8192)
def canonical(specifier: str) -> str:
    """Return a specifier in its normal order and spacing; one that PEP 440 doesn't know only loses its spaces."""
    try:
        return str(SpecifierSet(specifier))
    except InvalidSpecifier:
        return re.sub(r"\s+", "", specifier)


@lru_cache(maxsize=2048)
def marker_of(text: str) -> str:
    """Return an environment marker in its normal form; one that can't be parsed stays as written."""
    text = text.strip()
    if not text:
        return ""
    try:
        return str(Marker(text))
    except (InvalidMarker, RecursionError):
        return text


def without_secret(location: str) -> str:
    """Return a URL without the user and password that somebody wrote into it."""
    return re.sub(r"(?<=://)[^/@\s]+@(?=[^/\s])", _keep_user, location, count=1)


def with_marker(found: Requirement, marker: str) -> Requirement:
    """Return a requirement that also has a marker."""
    both = " and ".join(f"({part})" if " or " in part else part for part in (found.marker, marker) if part)
    return replace(found, marker=marker_of(both))


def _keep_user(match: re.Match[str]) -> str:
    """`git@` is a name that everybody has, not a secret."""
    return match[0] if match[0] == "git@" else ""


def _direct(name: str, extras: tuple[str, ...], rest: str) -> Requirement | None:
    location, *marker = _MARKER_AFTER_URL.split(rest, maxsplit=1)
    location = location.strip()
    if not location or re.search(r"\s", location):
        return None
    return replace(located(name, location, extras=extras), marker=marker_of(marker[0] if marker else ""))


def _partly_direct(known: Requirement, rest: str) -> Requirement:
    """Return a direct reference with an `UNKNOWN` part; one that is all unknown is a URL, as the grammar has it."""
    location, *marker = _MARKER_AFTER_URL.split(rest.strip(), maxsplit=1)
    found = located(known.name, location, extras=known.extras)
    said = marker[0] if marker else ""
    source = "url" if location.startswith(UNKNOWN) else "vcs" if _VCS_WORD.match(location) else found.source
    return replace(
        found,
        source=source,
        written=found.written.replace(UNKNOWN, "{}"),
        marker="" if UNKNOWN in said else marker_of(said),
    )


def _extras(text: str | None) -> tuple[str, ...]:
    return tuple(sorted({part.strip() for part in (text or "").split(",") if part.strip()}))
