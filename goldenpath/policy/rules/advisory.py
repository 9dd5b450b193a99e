"""The rule kind `advisory`: no locked package has a known vulnerability past the days that there are to mend it.

    advisory: {severity: critical, days: 7}
    advisory: {severity: high, days: 30}
    advisory: {except: [tensorflow]}

The advisories are OSV records that `goldenpath check --advisories PATH` names: a folder of them, or the zip archive
that OSV exports. Without them, and without a lock file whose packages they could speak of, the policy doesn't apply,
which is no pass. Packages of PyPI are asked, and those of npm where a record speaks of npm.
A case has its records beside its files, under names that begin with `osv:`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.finding import Severity
from goldenpath.policy import engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.advisories import Advisory
    from goldenpath.facts.model import Package
    from goldenpath.policy.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryRule:
    """Locked packages without a known vulnerability, or with time left to mend it.

    `severity` is the least that counts; one that nobody has rated counts always, unless `unrated` is false. `days` are
    those allowed after it was published; malware (a record `MAL-...`) is critical and has none. `except` leaves
    packages out (globs). Packages of Conda's locks aren't asked: their names are not those of PyPI.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    severity: Severity = Severity.LOW
    days: int = 0
    unrated: bool = True
    except_: tuple[str, ...] = ()
    missing: Missing = Missing.NOT_APPLICABLE

    def __post_init__(self) -> None:
        if self.days < 0:
            raise SpecError("days are zero or more", "days")

    def check(self, subject: Subject) -> Outcome:
        """Return whether a locked package has a vulnerability that counts."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each locked package, once for each vulnerability that it has."""
        known = subject.knowledge.advisories
        rows = self._asked(subject) if known is not None else ()
        what = "locked package" if known is not None else "advisory to ask (--advisories PATH)"
        return engine.Question(
            items=tuple(item for row in rows for item in self._items(row, subject)),
            quantifier=engine.Quantifier.EACH,
            missing=self.missing if known is not None else Missing.NOT_APPLICABLE,
            absent=engine.nothing_found(subject, what=what, wanted="packages without known vulnerabilities"),
        )

    def _asked(self, subject: Subject) -> Iterator[Package]:
        known = subject.knowledge.advisories
        ecosystems = known.ecosystems if known else frozenset()
        seen = set()
        for row in subject.facts.packages:
            key = (row.path, row.ecosystem, row.name, row.version)
            left_out = any(fnmatchcase(row.name, pattern) for pattern in self.except_)
            if key not in seen and row.ecosystem in ecosystems and not left_out:
                seen.add(key)
                yield row

    def _items(self, row: Package, subject: Subject) -> Iterator[engine.Item]:
        known = subject.knowledge.advisories
        found = known.of(row.name, row.version, row.ecosystem) if known else ()
        for advisory in found:
            met = engine.Met.NO if self._counts(advisory, subject) else engine.Met.YES
            fix = advisory.fixed_after(row.version)
            wanted = f"{row.name} {fix} or later" if fix else f"no {row.name}: nothing mends it yet"
            yield engine.of_row(row, met, f"{row.name} {advisory.ids[0]}", _said(row, advisory), wanted)
        if not found:
            yield engine.of_row(row, engine.Met.YES, row.name, f"{row.name} {row.version}", "a vulnerable version")

    def _counts(self, advisory: Advisory, subject: Subject) -> bool:
        rated = self.unrated if advisory.severity is None else advisory.severity.rank >= self.severity.rank
        as_of = subject.knowledge.as_of
        if not rated or as_of is None or advisory.published is None:
            return rated
        # Counted from the day of publication on, in whole days; a run for an earlier date knows nothing of it yet.
        return as_of - advisory.published >= timedelta(days=0 if advisory.malicious else self.days)


def _said(row: Package, advisory: Advisory) -> str:
    rated = "malware" if advisory.malicious else advisory.severity or "not rated"
    told = f", told {advisory.published}" if advisory.published else ""
    summary = f": {advisory.summary}" if advisory.summary else ""
    return f"{row.name} {row.version} has {advisory.ids[0]} ({rated}{told}){summary}"
