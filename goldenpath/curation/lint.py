"""Looks policies over for what loads and yet can't be meant: unreachable, contradictory, repeated, unproved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Any

from goldenpath import _globs
from goldenpath.policy.rules.dependency import DependencyRule
from goldenpath.policy.rules.file import FileRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from goldenpath.policy.base import Policy
    from goldenpath.policy.when import When

_STANDINGS = ("blueprint", "lifecycle", "tier", "owner")
_FAR = timedelta(days=3 * 365)


class Weight(StrEnum):
    """How much a remark matters: an error can't be meant, a warning should be mended, a note is for thought."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that is odd about a policy; `code` names the kind of oddity, `origin` is `file:line:column`."""

    weight: Weight
    code: str
    policy: str
    origin: str
    message: str


def lint(policies: Sequence[Policy], *, as_of: date, radar: bool) -> tuple[Remark, ...]:
    """Return what is odd, by the places of the policies; `radar` says whether the standard has one."""
    found = [remark for policy in policies for check in _ALONE for remark in check(policy, as_of)]
    if not radar:
        found += [remark for policy in policies for remark in _radar(policy)]
    active = [policy for policy in policies if not policy.disabled]
    found += [remark for first, second in combinations(active, 2) for remark in _pair(first, second)]
    return tuple(sorted(found, key=lambda remark: (*_place(remark.origin), remark.code, remark.message)))


def _place(origin: str) -> tuple[str, int]:
    file, _, rest = origin.partition(".yaml:")
    line = rest.partition(":")[0]
    return file, int(line) if line.isdigit() else 0


def _remark(policy: Policy, weight: Weight, code: str, message: str) -> Remark:
    return Remark(weight=weight, code=code, policy=policy.id, origin=policy.origin, message=message)


def _cases(policy: Policy, _: date) -> Iterator[Remark]:
    if policy.disabled:
        return
    for name, cases in (("fail", policy.cases.fail), ("pass", policy.cases.pass_)):
        if not cases:
            yield _remark(policy, Weight.WARNING, "no-case", f"nothing proves that it can {name}: add cases.{name}")
    if policy.when is not None and not policy.cases.not_applicable:
        message = "nothing proves that `when` leaves a repo alone: add cases.not_applicable"
        yield _remark(policy, Weight.WARNING, "no-case", message)


def _remedy(policy: Policy, _: date) -> Iterator[Remark]:
    if not policy.remediation.text and not policy.disabled:
        yield _remark(policy, Weight.WARNING, "no-remediation", "it doesn't say how a finding is mended")


def _disabled(policy: Policy, _: date) -> Iterator[Remark]:
    if policy.disabled:
        yield _remark(policy, Weight.NOTE, "disabled", f"is off, and nothing turns it on again: {policy.disabled}")


def _dates(policy: Policy, as_of: date) -> Iterator[Remark]:
    if policy.disabled:
        return
    dates = policy.enforcement
    if dates.warn is None and dates.block is None:
        yield _remark(policy, Weight.NOTE, "never-grows", "is audited and never warns or blocks: it decides no run")
    given = [day for day in (dates.audit, dates.warn, dates.block) if day is not None]
    if min(given) > as_of + _FAR:
        message = f"begins on {min(given)}, more than three years ahead: is the year right?"
        yield _remark(policy, Weight.WARNING, "far-date", message)
    if dates.block and dates.block > as_of and dates.block == min(given):
        yield _remark(policy, Weight.WARNING, "no-notice", f"blocks from {dates.block} on with no audit before")


def _unreachable(policy: Policy, _: date) -> Iterator[Remark]:
    if policy.when is None:
        return
    reason = _contradiction(policy.when)
    if reason:
        yield _remark(policy, Weight.ERROR, "unreachable", f"`when` can never hold: {reason}")


def _contradiction(when: When) -> str:
    """Return why a condition can't hold, "" where that can't be told."""
    parts = list(_conjuncts(when))
    for part in parts:
        if part.not_ is not None and all(denied in parts for denied in _conjuncts(part.not_)):
            return "it asks for a condition and for its opposite"
        if part.any and all(_contradiction(branch) for branch in part.any):
            return "no branch of `any` can hold"
    for name in _STANDINGS:
        wanted = [_words(getattr(part, name)) for part in parts if getattr(part, name)]
        if any(_apart(first, second) for first, second in combinations(wanted, 2)):
            return f"it asks for two values of {name} at once"
    return ""


def _conjuncts(when: When) -> Iterator[When]:
    """Yield the conditions that must all hold, each alone: `all` is opened up, and each key stands by itself."""
    names = ("fact", "file", "value", "uses", *_STANDINGS, "topic", "any", "not_")
    for name in names:
        value = getattr(when, name)
        if value not in (None, ()):
            yield replace(_nothing(when), **{name: value})
    for part in when.all:
        yield from _conjuncts(part)


def _nothing(when: When) -> When:
    """Return a condition that holds one key at most: a topic nobody asks for stands in, as an empty one is refused."""
    blank: dict[str, Any] = dict.fromkeys(("fact", "value", "not_"))
    blank |= dict.fromkeys(("file", "uses", *_STANDINGS, "all", "any"), ())
    return replace(when, **blank, topic="*")


def _words(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def _apart(first: Sequence[str], second: Sequence[str]) -> bool:
    """Tell whether no word can match both lists; only plain words are sure."""
    if not all(_globs.is_literal(word) for word in (*first, *second)):
        return False
    return set(first).isdisjoint(second)


def _radar(policy: Policy) -> Iterator[Remark]:
    if policy.kind == "technology" and not policy.disabled:
        yield _remark(policy, Weight.ERROR, "unreachable", "the standard has no radar, so no technology is known")


def _pair(first: Policy, second: Policy) -> Iterator[Remark]:
    if (first.scope, first.when) != (second.scope, second.when):
        return
    if first.rule == second.rule:
        yield _remark(second, Weight.WARNING, "duplicate", f"asks the same as {first.id}: every finding comes twice")
        return
    reason = _clash(first.rule, second.rule) or _clash(second.rule, first.rule)
    if reason:
        yield _remark(second, Weight.ERROR, "contradiction", f"can't be met together with {first.id}: {reason}")


def _clash(first: Any, second: Any) -> str:
    """Return what the one demands and the other forbids, "" where nothing is sure."""
    if isinstance(first, FileRule) and isinstance(second, FileRule):
        absent = () if second.contains or second.except_ else _words(second.absent)
        return _forbidden((first.exists,) if first.exists else (), absent, _globs.matches)
    if isinstance(first, DependencyRule) and isinstance(second, DependencyRule):
        if (second.scopes, second.names, second.except_) != (("*",), ("*",), ()):
            return ""
        return _forbidden(first.required, second.deny, _globs.matches)
    return ""


def _forbidden(wanted: Iterable[str], denied: Iterable[str], matches: Callable[[str, str], bool]) -> str:
    listed = tuple(denied)
    for word in wanted:
        if _globs.is_literal(word) and any(matches(pattern, word) for pattern in listed):
            return f"the one wants {word}, the other forbids it"
    return ""


_ALONE: tuple[Callable[[Policy, date], Iterator[Remark]], ...] = (
    _cases,
    _remedy,
    _disabled,
    _dates,
    _unreachable,
)
