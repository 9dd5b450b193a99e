"""The rule kind `lockfile`: whether what is installed is fixed, and fits what is declared.

    lockfile: {present: true}
    lockfile: {present: true, tools: [uv, poetry]}
    lockfile: {in_step: true}
    lockfile: {hashes: true}
    lockfile: {hashes: true, where: {path: {not_matches: ^docs/}}}

A lock file of an enclosing project counts for a project inside it that it locks as a member, as in a workspace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.policy import conditions, engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError
from goldenpath.policy.conditions import Demands  # noqa: TC001 - pydantic resolves the annotations
from goldenpath.policy.rules.fact import check_fields

if TYPE_CHECKING:
    from goldenpath.facts.model import Lockfile
    from goldenpath.policy.subject import Subject

_DEMANDS = ("present", "in_step", "hashes")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockfileRule:
    """What lock files must be; exactly one of `present`, `in_step` and `hashes`, each `true`.

    `tools` says which tools' files count, `where` what else must be true of them. Where a file doesn't tell whether it
    is in step or has hashes it isn't asked. `missing` is the verdict where no file can be asked (default: not
    applicable; `present` always fails).
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    present: bool | None = None
    in_step: bool | None = None
    hashes: bool | None = None
    tools: tuple[str, ...] = ()
    where: Demands = field(default_factory=dict)
    missing: Missing = Missing.NOT_APPLICABLE

    def __post_init__(self) -> None:
        check_fields("lockfiles", self.where, "where")
        given = [name for name in _DEMANDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if getattr(self, given[0]) is False:
            raise SpecError("only `true` can be asked", given[0])

    def check(self, subject: Subject) -> Outcome:
        """Return whether the lock files are as they must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each lock file that counts."""
        wanted = f"a lock file of {' or '.join(self.tools)}" if self.tools else "a lock file"
        if not self.present:
            wanted += " in step with its manifest" if self.in_step else " with hashes"
        items = tuple(
            engine.of_row(row, self._met(row), row.path, self._found(row), wanted) for row in self._counting(subject)
        )
        return engine.Question(
            items=items,
            quantifier=engine.Quantifier.ANY if self.present else engine.Quantifier.EACH,
            missing=Missing.FAIL if self.present else self.missing,
            absent=engine.nothing_found(subject, what="lock file", wanted=wanted),
        )

    def _counting(self, subject: Subject) -> tuple[Lockfile, ...]:
        rows = subject.enclosing_locks() if self.present else subject.facts.lockfiles
        return tuple(
            row for row in rows if (not self.tools or row.tool in self.tools) and conditions.meets(row, self.where)
        )

    def _met(self, row: Lockfile) -> engine.Met:
        if self.present:
            return engine.Met.YES
        said = row.in_step if self.in_step else row.hashes
        return engine.Met.UNKNOWN if said is None else engine.Met.YES if said else engine.Met.NO

    def _found(self, row: Lockfile) -> str:
        if self.present:
            return row.path
        return (row.reason or "out of step with its manifest") if self.in_step else "no hashes"
