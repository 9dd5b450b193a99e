"""Advisories: records in OSV's published schema, from a folder or from the zip archive that OSV exports.

Of a record is kept what concerns packages of PyPI, whose versions are ordered by PEP 440. Records that name each other
as aliases are one vulnerability. Schema: https://ossf.github.io/osv-schema/
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from goldenpath.errors import GoldenpathError
from goldenpath.facts import cvss
from goldenpath.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_ECOSYSTEM = "PyPI"
_MOST = 16 * 1024 * 1024
_WORDS = {
    "LOW": Severity.LOW,
    "MODERATE": Severity.MEDIUM,
    "MEDIUM": Severity.MEDIUM,
    "HIGH": Severity.HIGH,
    "CRITICAL": Severity.CRITICAL,
}
Events = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One vulnerability of one package.

    `ids` are its names, the CVE first where it has one. `published` is the day on which it was first told, None where
    no record says. `severity` is None where no record rates it. `ranges` are events (introduced, fixed, last_affected,
    limit) with their versions, `versions` are affected one by one.
    """

    package: str
    ids: tuple[str, ...]
    summary: str
    severity: Severity | None
    published: date | None
    ranges: tuple[Events, ...] = ()
    versions: frozenset[str] = frozenset()

    def affects(self, version: str) -> bool | None:
        """Return whether a version is affected, None for one that PEP 440 doesn't order."""
        if version in self.versions:
            return True
        found = _version(version)
        if found is None:
            return None
        return any(_within(found, events) for events in self.ranges) or any(
            _version(listed) == found for listed in self.versions
        )

    def fixed_after(self, version: str) -> str:
        """Return the lowest version that mends it above one, "" where there is none yet."""
        found = _version(version)
        fixes = {text for events in self.ranges for kind, text in events if kind == "fixed"}
        above = [
            (fix, text)
            for text in sorted(fixes)
            if (fix := _version(text)) and found and fix > found and not self.affects(text)
        ]
        return min(above)[1] if above else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisories:
    """All that is known, by the normalised name of the package."""

    by_package: Mapping[str, tuple[Advisory, ...]] = field(default_factory=dict)

    def of(self, package: str, version: str) -> tuple[Advisory, ...]:
        """Return what affects a version of a package."""
        return tuple(found for found in self.by_package.get(package, ()) if found.affects(version))


def load_advisories(path: Path) -> Advisories:
    """Return the advisories of a folder of JSON files (searched downwards) or of a zip archive of them.

    Raise GoldenpathError for a path that is neither, and for a record that can't be read.
    """
    records = [(where, _parsed(text, where)) for where, text in _texts(path)]
    return advisories_of(records)


def advisories_of(records: Iterable[tuple[str, Any]]) -> Advisories:
    """Return the advisories of records, each with where it stands; raise GoldenpathError for one that is wrong."""
    found: dict[str, list[Advisory]] = defaultdict(list)
    for where, record in records:
        try:
            for advisory in _read(record):
                found[advisory.package].append(advisory)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            hint = "Fetch it anew, or mend it: https://ossf.github.io/osv-schema/"
            raise GoldenpathError(f"is no record in OSV's schema: {error}", where=where, hint=hint) from error
    return Advisories(by_package={name: tuple(_joined(rows)) for name, rows in sorted(found.items())})


def _texts(path: Path) -> Iterator[tuple[str, bytes]]:
    hint = "Name a folder of OSV records, or the all.zip that OSV exports for PyPI."
    try:
        if path.is_dir():
            yield from ((str(file), file.read_bytes()) for file in sorted(path.rglob("*.json")))
        else:
            yield from _members(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise GoldenpathError(f"advisories can't be read: {error}", where=str(path), hint=hint) from error


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.infolist(), key=lambda info: info.filename):
            if member.filename.endswith(".json"):
                if member.file_size > _MOST:
                    raise GoldenpathError(f"is larger than {_MOST} bytes", where=f"{path}!{member.filename}")
                yield f"{path}!{member.filename}", archive.read(member)


def _parsed(text: bytes, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GoldenpathError(f"is no JSON: {error}", where=where, hint="Fetch it anew.") from error


def _read(record: dict[str, Any]) -> Iterator[Advisory]:
    name = str(record["id"])
    if record.get("withdrawn"):
        return
    told = record.get("published") or record.get("modified")
    mine = [one for one in record.get("affected", ()) if _is_python(one.get("package"))]
    for package in sorted({canonicalize_name(one["package"]["name"]) for one in mine}):
        parts = [one for one in mine if canonicalize_name(one["package"]["name"]) == package]
        yield Advisory(
            package=package,
            ids=_ordered({name, *map(str, record.get("aliases", ()))}),
            summary=str(record.get("summary") or ""),
            severity=_severity([record, *parts]),
            published=date.fromisoformat(told[:10]) if told else None,
            ranges=tuple(_events(part) for one in parts for part in one.get("ranges", ()) if part["type"] != "GIT"),
            versions=frozenset(sys.intern(str(version)) for one in parts for version in one.get("versions", ())),
        )


def _is_python(package: Any) -> bool:
    return isinstance(package, dict) and str(package["ecosystem"]).partition(":")[0] == _ECOSYSTEM


def _events(part: dict[str, Any]) -> Events:
    return tuple((kind, sys.intern(str(text))) for event in part["events"] for kind, text in event.items())


def _severity(parts: list[dict[str, Any]]) -> Severity | None:
    """Return the rating: the database's own word first, then vectors of CVSS 3 and 4, then those of version 2."""
    words = [str(part.get("database_specific", {}).get("severity") or "").upper() for part in parts]
    rated = [_WORDS[word] for word in words if word in _WORDS]
    vectors = [str(entry["score"]) for part in parts for entry in part.get("severity") or ()]
    newer = [vector for vector in vectors if vector.startswith("CVSS:")]
    rated = rated or [found for vector in newer or vectors if (found := cvss.severity(vector))]
    return max(rated, key=lambda severity: severity.rank, default=None)


def _joined(rows: list[Advisory]) -> Iterator[Advisory]:
    """Yield one advisory for all records of a package that share a name."""
    groups: list[list[Advisory]] = []
    for row in rows:
        near = [group for group in groups if any(not set(row.ids).isdisjoint(other.ids) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([row, *(other for group in near for other in group)])
    yield from sorted((_merged(group) for group in groups), key=lambda advisory: advisory.ids)


def _merged(group: list[Advisory]) -> Advisory:
    told = [row.published for row in group if row.published]
    return Advisory(
        package=group[0].package,
        ids=_ordered({name for row in group for name in row.ids}),
        summary=next((text for text in sorted(row.summary for row in group) if text), ""),
        severity=max((row.severity for row in group if row.severity), key=lambda s: s.rank, default=None),
        published=min(told, default=None),
        ranges=tuple(sorted({events for row in group for events in row.ranges})),
        versions=frozenset(version for row in group for version in row.versions),
    )


def _ordered(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (not name.startswith("CVE-"), name)))


def _within(version: Version, events: Events) -> bool:
    """Tell whether a version lies in a range: OSV's own algorithm over its events, in order of their versions."""
    limits = [_version(text) for kind, text in events if kind == "limit" and text != "*"]
    if limits and not any(limit and version < limit for limit in limits):
        return False
    placed = [(kind, _ZERO if text == "0" else _version(text)) for kind, text in events if kind != "limit"]
    known = [(at, kind) for kind, at in placed if at is not None]
    inside = False
    for at, kind in sorted(known, key=lambda event: (event[0], event[1] != "last_affected")):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


@lru_cache(maxsize=65_536)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


_ZERO = Version("0.dev0")
