"""The rule kind `either`: rules of other kinds, of which one must pass; for what may be shown in several ways.

    either:
      of:
        - dependency: {any_of: [mlflow, wandb]}
        - fact: {table: imports, any: {module: [mlflow, wandb]}}
        - file: {exists: "**/*.py", contains: "SummaryWriter"}

The order counts: a finding stands where the first of them that fails would have it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.errors import UnreadableError
from goldenpath.finding import Place, Result
from goldenpath.policy import engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError
from goldenpath.policy.rules.dependency import DependencyRule  # noqa: TC001 - pydantic resolves the annotations
from goldenpath.policy.rules.fact import FactRule  # noqa: TC001 - as above
from goldenpath.policy.rules.file import FileRule  # noqa: TC001 - as above
from goldenpath.policy.rules.hook import HookRule  # noqa: TC001 - as above
from goldenpath.policy.rules.lockfile import LockfileRule  # noqa: TC001 - as above
from goldenpath.policy.rules.schema import SchemaRule  # noqa: TC001 - as above
from goldenpath.policy.rules.value import ValueRule  # noqa: TC001 - as above

if TYPE_CHECKING:
    from goldenpath.policy.base import Miss, Rule
    from goldenpath.policy.subject import Subject

_MET = {Result.PASS: engine.Met.YES, Result.FAIL: engine.Met.NO}
_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One rule, by its kind."""

    __pydantic_config__: ClassVar[Any] = STRICT

    dependency: DependencyRule | None = None
    fact: FactRule | None = None
    file: FileRule | None = None
    hook: HookRule | None = None
    lockfile: LockfileRule | None = None
    schema: SchemaRule | None = None
    value: ValueRule | None = None

    def __post_init__(self) -> None:
        if len(self._given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(f.name for f in fields(self))}")

    @property
    def rule(self) -> Rule:
        """The rule that is given."""
        return self._given[0]

    @property
    def _given(self) -> list[Rule]:
        rules = (getattr(self, f.name) for f in fields(self))
        return [rule for rule in rules if rule is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EitherRule:
    """Rules of other kinds, at least two, of which one must pass.

    Those that don't apply are left out; where none applies, this doesn't. A file that can't be read matters where no
    other rule passes.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    of: tuple[Alternative, ...]

    def __post_init__(self) -> None:
        if len(self.of) < _FEWEST:
            raise SpecError(f"needs at least {_FEWEST} rules", "of")

    def check(self, subject: Subject) -> Outcome:
        """Return whether one of the rules passes."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each rule in turn, none after the first that passes."""
        outcomes, unread = self._outcomes(subject)
        if unread is not None and not any(outcome.result is Result.PASS for outcome in outcomes):
            raise unread
        misses = [outcome.misses[0] for outcome in outcomes if outcome.misses]
        absent = misses[0] if misses else engine.nothing_found(subject, what="alternative", wanted="one of them")
        return engine.Question(
            items=tuple(_item(outcome, absent) for outcome in outcomes),
            quantifier=engine.Quantifier.ANY,
            missing=Missing.FAIL,
            absent=absent,
        )

    def _outcomes(self, subject: Subject) -> tuple[list[Outcome], UnreadableError | None]:
        outcomes: list[Outcome] = []
        unread: UnreadableError | None = None
        for alternative in self.of:
            try:
                outcomes.append(alternative.rule.check(subject))
            except UnreadableError as error:
                unread = unread or error
            else:
                if outcomes[-1].result is Result.PASS:
                    break
        return outcomes, unread


def _item(outcome: Outcome, absent: Miss) -> engine.Item:
    miss = outcome.misses[0] if outcome.misses else absent
    return engine.Item(
        met=_MET.get(outcome.result, engine.Met.UNKNOWN),
        place=Place(path=miss.place.path, line=miss.place.line),
        subject=miss.subject,
        found=miss.found,
        wanted=miss.wanted,
    )
