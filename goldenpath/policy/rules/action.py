"""The rule kind `action`: which actions and reusable workflows CI runs, and how exactly they are named.

    action: {pinned: true}
    action: {pinned: true, except: ["actions/*"]}
    action: {pinned: true, own: false}
    action: {owners: [actions, github, acme]}
    action: {deny: ["someone/unmaintained"]}

Pinned means by full commit SHA (or digest): a tag can be moved to other code by whoever owns the action.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.policy import engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.model import Action
    from goldenpath.policy.subject import Subject

_DEMANDS = ("pinned", "owners", "deny")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRule:
    """How remote actions must be named; exactly one of `pinned`, `owners` (allowed ones) and `deny` (globs over names).

    `kinds` limits it to action, workflow or docker; `except` leaves actions out by globs over `owner/name`, and
    `own: false` those of the repo's own owner, where its id (`host/owner/name`) tells who that is.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    pinned: bool | None = None
    owners: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("action", "workflow", "docker")
    except_: tuple[str, ...] = ()
    own: bool = True
    missing: Missing = Missing.NOT_APPLICABLE

    def __post_init__(self) -> None:
        given = [name for name in _DEMANDS if getattr(self, name) not in (None, ())]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if self.pinned is False:
            raise SpecError("only `true` can be asked", "pinned")

    def check(self, subject: Subject) -> Outcome:
        """Return whether the actions are named as they must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each remote action."""
        wanted = self._wanted
        items = tuple(
            engine.of_row(row, engine.Met.YES if self._ok(row) else engine.Met.NO, row.name, row.uses, wanted)
            for row in self._asked(subject)
        )
        return engine.Question(
            items=items,
            quantifier=engine.Quantifier.EACH,
            missing=self.missing,
            absent=engine.nothing_found(subject, what="remote action", wanted=wanted),
        )

    def _asked(self, subject: Subject) -> Iterator[Action]:
        owner = None if self.own else _owner(subject.repo.id)
        for row in subject.facts.actions:
            left_out = any(fnmatchcase(row.name, pattern) for pattern in self.except_)
            if row.kind in self.kinds and not left_out and row.name.partition("/")[0].lower() != owner:
                yield row

    def _ok(self, row: Action) -> bool:
        if self.pinned:
            return row.pinned
        if self.owners:
            owner = row.name.partition("/")[0].lower()
            return any(owner == allowed.lower() for allowed in self.owners)
        return not any(fnmatchcase(row.name, pattern) for pattern in self.deny)

    @property
    def _wanted(self) -> str:
        if self.pinned:
            return "a full commit SHA"
        return f"an action of {' or '.join(self.owners)}" if self.owners else f"none of {', '.join(self.deny)}"


def _owner(repo: str) -> str | None:
    """Return the owner that a repo's id names; a path in a scanned folder names none."""
    host, *rest = repo.split("/")
    return rest[0].lower() if "." in host and len(rest) > 1 else None
