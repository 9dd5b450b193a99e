"""The one engine under every kind of rule: things that were found, a test of each, and what it takes to pass.

A kind turns a subject into a `Question`; `judge` answers it. Because a question is data, it can be emptied and
negated, which is how the cases of a policy are shown to prove something.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from goldenpath.finding import Place, Result
from goldenpath.policy.base import Miss, Missing, Outcome

if TYPE_CHECKING:
    from goldenpath.facts.model import Record
    from goldenpath.policy.subject import Subject


class Quantifier(StrEnum):
    """How many of the things that were found must meet the test."""

    EACH = "each"
    ANY = "any"
    NONE = "none"


class Met(StrEnum):
    """What a test says of one thing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a rule looks at, with the words that a finding about it will use."""

    met: Met
    place: Place
    subject: str
    found: str
    wanted: str
    project: str | None = None

    def miss(self) -> Miss:
        """Return it as a place where the rule isn't met."""
        return Miss(place=self.place, subject=self.subject, found=self.found, wanted=self.wanted, project=self.project)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a rule asks of a subject.

    `missing` is the verdict where there is nothing to look at, and `absent` the miss that it then reports. `limit` is
    how many things may be there at the most, whatever they are.
    """

    items: tuple[Item, ...]
    quantifier: Quantifier
    missing: Missing
    absent: Miss

    def emptied(self) -> Question:
        """Return the question that demands nothing."""
        if self.quantifier is Quantifier.NONE:
            return replace(self, items=(), missing=Missing.PASS)
        met = tuple(replace(item, met=Met.YES) for item in self.items)
        return replace(self, items=met, missing=Missing.PASS)

    def relaxed(self) -> Question:
        """Return the question that demands nothing of the things that are there; what their absence means stays.

        One that asks for any thing at all demands nothing else: then nothing is demanded.
        """
        if self.quantifier is Quantifier.ANY:
            return self.emptied()
        met = Met.NO if self.quantifier is Quantifier.NONE else Met.YES
        return replace(self, items=tuple(replace(item, met=met) for item in self.items))

    def negated(self) -> Question:
        """Return the question that demands the opposite."""
        opposite = {Quantifier.ANY: Quantifier.NONE, Quantifier.NONE: Quantifier.ANY}
        if self.quantifier in opposite:
            missing = {Quantifier.ANY: Missing.PASS, Quantifier.NONE: Missing.FAIL}[self.quantifier]
            return replace(self, quantifier=opposite[self.quantifier], missing=missing)
        turned = {Met.YES: Met.NO, Met.NO: Met.YES, Met.UNKNOWN: Met.UNKNOWN}
        return replace(self, items=tuple(replace(item, met=turned[item.met]) for item in self.items))


class Asking(Protocol):
    """A rule on this engine: all kinds of our own are; a third party's may be."""

    def question(self, subject: Subject) -> Question:
        """Return what it asks of a subject."""
        ...


def judge(question: Question) -> Outcome:
    """Return the answer to a question; things that can't be told don't count, and alone they make it not apply."""
    known = tuple(item for item in question.items if item.met is not Met.UNKNOWN)
    if not known:
        return _nothing(replace(question, missing=Missing.NOT_APPLICABLE) if question.items else question)
    wrong = tuple(item.miss() for item in known if (item.met is Met.YES) == (question.quantifier is Quantifier.NONE))
    if question.quantifier is Quantifier.ANY:
        any_met = any(item.met is Met.YES for item in known)
        return Outcome(result=Result.PASS) if any_met else _nothing(replace(question, missing=Missing.FAIL))
    return Outcome(result=Result.FAIL, misses=wrong) if wrong else Outcome(result=Result.PASS)


def _nothing(question: Question) -> Outcome:
    if question.missing is Missing.FAIL:
        return Outcome(result=Result.FAIL, misses=(question.absent,))
    return Outcome(result=question.missing.result, reason=f"{question.absent.found}: {question.absent.wanted}")


def nothing_found(subject: Subject, *, what: str, wanted: str, path: str = "", found: str = "") -> Miss:
    """Return the miss of a rule that finds nothing to look at; its place is the folder or the file that lacks it.

    `what` becomes part of the finding's fingerprint, so it must not change when the policy is worded anew.
    """
    place = Place(path=path or subject.root or ".")
    return Miss(place=place, subject=what, found=found or f"no {what}", wanted=wanted)


def of_row(row: Record, met: Met, subject: str, found: str, wanted: str) -> Item:
    """Return a row of facts as an item, at its own place and in its own project."""
    place = Place(path=row.path, line=row.line)
    return Item(met=met, place=place, subject=subject, found=found, wanted=wanted, project=row.project)
