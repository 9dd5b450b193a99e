"""The rule kind `technology`: where the technologies that are used stand on the standard's radar.

    technology: {deny: [hold]}
    technology: {allow: [adopt, trial], categories: [serving]}
    technology: {listed: true}
    technology: {versions: true}
    technology: {in_time: true}
    technology: {deny: [hold], path: {not_matches: "(^|/)(docs|examples)/"}}

A technology is told once a file; a CI system once, at its first file, for all its files are one choice. What is used
and how it is known: `goldenpath stack`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.errors import did_you_mean
from goldenpath.facts.radar import Ring
from goldenpath.policy import engine, versions
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError
from goldenpath.policy.conditions import Demand  # noqa: TC001 - pydantic resolves the annotations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.model import Technology
    from goldenpath.facts.radar import Blip
    from goldenpath.policy.subject import Subject

_CI = "ci "  # how the evidence of a CI system begins
_DEMANDS = ("deny", "allow", "listed", "versions", "in_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnologyRule:
    """Where technologies must stand; exactly one demand.

    `deny` and `allow` are rings (adopt, trial, assess, hold, unlisted). `listed` wants each that is used in a category
    of the radar to be on a ring of it; `versions` wants what is asked for to meet the radar's range somewhere (what is
    no version is not asked); `in_time` wants none whose `until` has passed. `categories` are the categories that are
    asked (globs), `except` leaves technologies out by name (globs), `path` is a condition on the file that shows one.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    deny: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    listed: bool | None = None
    versions: bool | None = None
    in_time: bool | None = None
    categories: tuple[str, ...] = ("*",)
    except_: tuple[str, ...] = ()
    path: Demand | None = None
    missing: Missing = Missing.NOT_APPLICABLE

    def __post_init__(self) -> None:
        given = [name for name in _DEMANDS if getattr(self, name) not in (None, ())]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if getattr(self, given[0]) is False:
            raise SpecError("only `true` can be asked", given[0])
        for index, ring in enumerate((*self.deny, *self.allow)):
            if ring not in list(Ring):
                raise SpecError(f"{ring!r} is no ring. {did_you_mean(ring, map(str, Ring))}", given[0], index)

    def check(self, subject: Subject) -> Outcome:
        """Return whether the technologies stand where they must."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each technology that is used, once a file, or once for all files of a CI system."""
        return engine.Question(
            items=tuple(self._item(row, subject) for row in self._asked(subject)),
            quantifier=engine.Quantifier.EACH,
            missing=self.missing,
            absent=engine.nothing_found(subject, what="technology", wanted="one of the radar's technologies"),
        )

    def _asked(self, subject: Subject) -> Iterator[Technology]:
        seen = set()
        for row in subject.facts.technologies:
            key = (row.name, "" if row.evidence.startswith(_CI) else row.path)
            wanted = any(fnmatchcase(row.category, pattern) for pattern in self.categories)
            left_out = any(fnmatchcase(row.name, pattern) for pattern in self.except_) or not self._is_asked(row.path)
            if key not in seen and wanted and not left_out:
                seen.add(key)
                yield row

    def _is_asked(self, path: str) -> bool:
        return self.path is None or self.path.holds(path)

    def _item(self, row: Technology, subject: Subject) -> engine.Item:
        blip = subject.knowledge.radar.get(row.name)
        met = self._met(row, blip, subject)
        return engine.of_row(row, met, row.name, self._found(row, blip), self._wanted(row, blip, subject))

    def _met(self, row: Technology, blip: Blip | None, subject: Subject) -> engine.Met:
        if self.versions:
            inside = versions.meet(row.version or "", blip.versions) if blip and blip.versions else None
            return engine.Met.UNKNOWN if inside is None else _met(ok=inside)
        if self.in_time:
            as_of = subject.knowledge.as_of
            if as_of is None:
                return engine.Met.UNKNOWN
            return _met(ok=blip is None or blip.until is None or blip.until >= as_of)
        if self.listed:
            return _met(ok=row.ring != Ring.UNLISTED)
        return _met(ok=row.ring in self.allow if self.allow else row.ring not in self.deny)

    def _found(self, row: Technology, blip: Blip | None) -> str:
        if self.versions:
            return f"{row.name} {row.version}"
        ended = f", until {blip.until}" if blip and blip.until else ""
        return f"{row.name} ({row.category}: {row.ring}{ended}), by {row.evidence}"

    def _wanted(self, row: Technology, blip: Blip | None, subject: Subject) -> str:
        if self.versions:
            return f"{row.name} {blip.versions}" if blip else ""
        if blip and blip.successor:
            return blip.successor
        blips = subject.knowledge.radar.categories.get(row.category, ())
        adopted = [other.name for other in blips if other.ring is Ring.ADOPT]
        return " or ".join(adopted) or "none"


def _met(*, ok: bool) -> engine.Met:
    return engine.Met.YES if ok else engine.Met.NO
