"""Where a policy applies: `when:` asks of facts, files, values and a repo's standing; "not applicable" is no pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath import _globs
from goldenpath.facts.owners import short_name
from goldenpath.finding import Result
from goldenpath.policy.base import STRICT, SpecError
from goldenpath.policy.conditions import Demands  # noqa: TC001 - pydantic resolves the annotations
from goldenpath.policy.rules.fact import Selection, check_fields, check_table, selected, selection
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.rules.value import ValueRule  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.policy.subject import Subject

_STANDINGS = ("blueprint", "lifecycle", "tier", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTest:
    """A table that has a row which meets all of these conditions."""

    __pydantic_config__: ClassVar[Any] = STRICT

    table: str
    where: Demands = field(default_factory=dict)
    selection: Selection = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_fields(self.table, self.where, "where")
        object.__setattr__(self, "selection", selection(self.table, self.where))


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Conditions on a repo or project; all that are given must hold.

    `fact` is a table that has a row (or one that meets conditions), `file` a glob that finds something or a rule of
    that kind that passes, `value` a rule of that kind that passes, `uses` names of packages of which one is declared or
    imported. `blueprint`, `lifecycle`, `tier`, `owner` and `topic` are globs over where the repo stands: by its source,
    else by its `.goldenpath.yaml`, else by its catalog-info; where nothing is said none holds. An owner's name alone
    will do: `growth` for `@acme/growth`.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    fact: str | FactTest | None = None
    file: str | tuple[str, ...] | FileRule = ()
    value: ValueRule | None = None
    uses: tuple[str, ...] = ()
    blueprint: str | tuple[str, ...] = ()
    lifecycle: str | tuple[str, ...] = ()
    tier: str | tuple[str, ...] = ()
    owner: str | tuple[str, ...] = ()
    topic: str | tuple[str, ...] = ()
    all: tuple[When, ...] = ()
    any: tuple[When, ...] = ()
    not_: When | None = None
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", repr(self))
        if isinstance(self.fact, str):
            check_table(self.fact, "fact")
        if not any(True for _ in self._given()):
            raise SpecError("needs a condition")

    def holds(self, subject: Subject) -> bool:
        """Return whether a policy applies to a subject; policies that ask alike share the answer."""
        found = subject.conditions.get(self.key)
        if found is None:
            found = subject.conditions[self.key] = all(self._holds(name, subject) for name in self._given())
        return found

    def _given(self) -> Iterator[str]:
        names = (*_TESTS, *_STANDINGS, "topic")
        return (name for name in names if getattr(self, name) not in (None, ()))

    def _holds(self, name: str, subject: Subject) -> bool:
        if name in _TESTS:
            return bool(_TESTS[name](self, subject))
        if name == "topic":
            return any(_named(self.topic, topic) for topic in subject.position.topics)
        said = getattr(subject.position, name)
        short = said and name == "owner" and _named(self.owner, short_name(said))
        return bool(short) or _named(getattr(self, name), said)


def _fact(when: When, subject: Subject) -> bool:
    if isinstance(when.fact, FactTest):
        return bool(selected(subject, when.fact.where, when.fact.selection))
    return bool(subject.table(when.fact or ""))


def _file(when: When, subject: Subject) -> bool:
    if isinstance(when.file, FileRule):
        return when.file.check(subject).result is Result.PASS
    return any(subject.paths(pattern) for pattern in _listed(when.file))


def _value(when: When, subject: Subject) -> bool:
    return when.value is not None and when.value.check(subject).result is Result.PASS


def _uses(when: When, subject: Subject) -> bool:
    return not subject.used.isdisjoint(when.uses)


def _not(when: When, subject: Subject) -> bool:
    return when.not_ is not None and not when.not_.holds(subject)


_TESTS: dict[str, Any] = {
    "fact": _fact,
    "file": _file,
    "value": _value,
    "uses": _uses,
    "all": lambda when, subject: all(part.holds(subject) for part in when.all),
    "any": lambda when, subject: any(part.holds(subject) for part in when.any),
    "not_": _not,
}


def _listed(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def _named(patterns: str | tuple[str, ...], word: str | None) -> bool:
    return word is not None and any(_globs.matches(pattern, word) for pattern in _listed(patterns))
