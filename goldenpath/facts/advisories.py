"""Advisories: records in OSV's published schema, from a folder or from the zip archive that OSV exports.

Of a record is kept what concerns packages of PyPI and of npm, whose versions are ordered by PEP 440 and by semantic
versioning. Records that name each other as aliases are one vulnerability. Schema: https://ossf.github.io/osv-schema/
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.errors import GoldenpathError
from goldenpath.facts import cvss
from goldenpath.facts.orders import FIRST, ORDERS, beside
from goldenpath.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from goldenpath.facts.orders import Ordered

_ECOSYSTEMS = {"npm": "npm", "PyPI": "pypi"}
_MALWARE = "MAL-"
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
    no record says. `severity` is None where no record rates it; malware is critical, whatever a record says. `ranges`
    are events (introduced, fixed, last_affected, limit) with their versions, `versions` are affected one by one.
    """

    package: str
    ecosystem: str = "pypi"
    ids: tuple[str, ...]
    summary: str
    severity: Severity | None
    published: date | None
    ranges: tuple[Events, ...] = ()
    versions: frozenset[str] = frozenset()

    @property
    def malicious(self) -> bool:
        """Whether the package itself is malware, by the name that OSV gives such records."""
        return any(name.startswith(_MALWARE) for name in self.ids)

    def affects(self, version: str) -> bool | None:
        """Return whether a version is affected, None for one that its ecosystem doesn't order."""
        if version in self.versions:
            return True
        order = ORDERS[self.ecosystem]
        found = order(version)
        if found is None:
            return None
        return any(_within(found, events, self.ecosystem) for events in self.ranges) or any(
            (other := order(listed)) is not None and other == beside(found, other) for listed in self.versions
        )

    def fixed_after(self, version: str) -> str:
        """Return the lowest version that mends it above one, "" where there is none yet."""
        order = ORDERS[self.ecosystem]
        found = order(version)
        fixes = {text for events in self.ranges for kind, text in events if kind == "fixed"}
        above = [
            (fix, text)
            for text in sorted(fixes)
            if (fix := order(text)) and found and beside(found, fix) < fix and not self.affects(text)
        ]
        return min(above)[1] if above else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisories:
    """All that is known, by the ecosystem and the normalised name of the package.

    `ecosystems` are those that the records speak of, and PyPI: of another one nothing is known, which is no pass.
    """

    by_package: Mapping[tuple[str, str], tuple[Advisory, ...]] = field(default_factory=dict)
    ecosystems: frozenset[str] = frozenset({"pypi"})

    def of(self, package: str, version: str, ecosystem: str = "pypi") -> tuple[Advisory, ...]:
        """Return what affects a version of a package."""
        return tuple(found for found in self.by_package.get((ecosystem, package), ()) if found.affects(version))


def load_advisories(path: Path) -> Advisories:
    """Return the advisories of a folder of JSON files (searched downwards) or of a zip archive of them.

    Raise GoldenpathError for a path that is neither, and for a record that can't be read.
    """
    records = [(where, _parsed(text, where)) for where, text in _texts(path)]
    return advisories_of(records)


def advisories_of(records: Iterable[tuple[str, Any]]) -> Advisories:
    """Return the advisories of records, each with where it stands; raise GoldenpathError for one that is wrong."""
    found: dict[tuple[str, str], list[Advisory]] = defaultdict(list)
    for where, record in records:
        try:
            for advisory in _read(record):
                found[advisory.ecosystem, advisory.package].append(advisory)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            hint = "Fetch it anew, or mend it: https://ossf.github.io/osv-schema/"
            raise GoldenpathError(f"is no record in OSV's schema: {error}", where=where, hint=hint) from error
    return Advisories(
        by_package={key: tuple(_joined(rows)) for key, rows in sorted(found.items())},
        ecosystems=frozenset({"pypi", *(ecosystem for ecosystem, _ in found)}),
    )


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
    mine: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in record.get("affected", ()):
        if key := _key(one.get("package")):
            mine[key].append(one)
    for (ecosystem, package), parts in sorted(mine.items()):
        yield Advisory(
            package=package,
            ecosystem=ecosystem,
            ids=_ordered({name, *map(str, record.get("aliases", ()))}),
            summary=str(record.get("summary") or ""),
            severity=Severity.CRITICAL if name.startswith(_MALWARE) else _severity([record, *parts]),
            published=date.fromisoformat(told[:10]) if told else None,
            ranges=tuple(_events(part) for one in parts for part in one.get("ranges", ()) if part["type"] != "GIT"),
            versions=frozenset(sys.intern(str(version)) for one in parts for version in one.get("versions", ())),
        )


def _key(package: Any) -> tuple[str, str] | None:
    """Return ecosystem and name of a package as locks name it, None for one of an ecosystem that isn't asked."""
    ecosystem = _ECOSYSTEMS.get(str(package["ecosystem"]).partition(":")[0]) if isinstance(package, dict) else None
    if ecosystem is None:
        return None
    name = str(package["name"])
    return ecosystem, canonicalize_name(name) if ecosystem == "pypi" else name


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
        ecosystem=group[0].ecosystem,
        ids=_ordered({name for row in group for name in row.ids}),
        summary=next((text for text in sorted(row.summary for row in group) if text), ""),
        severity=max((row.severity for row in group if row.severity), key=lambda s: s.rank, default=None),
        published=min(told, default=None),
        ranges=tuple(sorted({events for row in group for events in row.ranges})),
        versions=frozenset(version for row in group for version in row.versions),
    )


def _ordered(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (not name.startswith("CVE-"), name)))


def _within(version: Ordered, events: Events, ecosystem: str) -> bool:
    """Tell whether a version lies in a range: OSV's own algorithm over its events, in order of their versions."""
    order = ORDERS[ecosystem]
    limits = [order(text) for kind, text in events if kind == "limit" and text != "*"]
    if limits and not any(limit and beside(version, limit) < limit for limit in limits):
        return False
    placed = [(kind, FIRST[ecosystem] if text == "0" else order(text)) for kind, text in events if kind != "limit"]
    known = [(at, kind) for kind, at in placed if at is not None]
    inside = False
    for at, kind in sorted(known, key=lambda event: (event[0], event[1] != "last_affected")):
        here = beside(version, at)
        if kind == "introduced" and at <= here:
            inside = True
        elif (kind == "fixed" and at <= here) or (kind == "last_affected" and at < here):
            inside = False
    return inside
