"""The rule kind `python_version`: which Pythons a project's requirement admits.

    python_version: {at_least: "3.11"}
    python_version: {admits: "3.13"}
    python_version: {reaches: "3.13"}
    python_version: {within: ">=3.11,<3.15"}

A requirement that admits one version too old fails `at_least`, however it is written: `>=3.10.5` admits 3.10.9.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, cast

from goldenpath.policy import engine, versions
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError
from goldenpath.policy.conditions import Demands  # noqa: TC001 - pydantic resolves the annotations
from goldenpath.policy.rules.fact import Selection, check_fields, selected, selection

if TYPE_CHECKING:
    from goldenpath.facts.model import Python
    from goldenpath.policy.subject import Subject

_DEMANDS = ("at_least", "admits", "reaches", "within")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonVersionRule:
    """What the declared Python requirements must admit; exactly one demand.

    `at_least` wants no version below it admitted, `within` none outside a range, `admits` some release of a series,
    `reaches` some version that isn't below it. The last two are asked of ranges only: what names the one series in
    use, as an environment does, says nothing of others. `where` selects requirements by conditions on their facts, as
    in the kind `fact`; `missing` is the verdict where none is declared.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    at_least: str | None = None
    admits: str | None = None
    reaches: str | None = None
    within: str | None = None
    where: Demands = field(default_factory=dict)
    missing: Missing = Missing.FAIL
    selection: Selection = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_fields("python", self.where, "where")
        object.__setattr__(self, "selection", selection("python", self.where))
        given = [name for name in _DEMANDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if versions.parsed(self.within or "") is None:
            raise SpecError(f"{self.within!r} is no version range", "within")
        for name in ("at_least", "admits", "reaches"):
            if getattr(self, name) is not None and versions.version(getattr(self, name)) is None:
                raise SpecError(f"{getattr(self, name)!r} is no version", name)

    def check(self, subject: Subject) -> Outcome:
        """Return whether the requirements admit what they must and nothing else."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each declared requirement."""
        items = tuple(
            engine.of_row(row, self._met(row), "python", row.specifier or "any version", self._wanted)
            for row in cast("tuple[Python, ...]", selected(subject, self.where, self.selection))
        )
        return engine.Question(
            items=items,
            quantifier=engine.Quantifier.EACH,
            missing=self.missing,
            absent=engine.nothing_found(subject, what="Python requirement", wanted=self._wanted),
        )

    def _met(self, row: Python) -> engine.Met:
        if self.admits is None and self.reaches is None:
            ok = versions.within(row.specifier, self.within or f">={self.at_least}")
        elif row.specifier.startswith(("==", "~=")):
            return engine.Met.UNKNOWN
        elif self.admits is not None:
            ok = versions.admits(row.specifier, self.admits)
        else:
            below = versions.within(row.specifier, f"<{self.reaches}")
            ok = None if below is None else not below
        return engine.Met.YES if ok else engine.Met.NO

    @property
    def _wanted(self) -> str:
        if self.at_least is not None:
            return f"nothing below {self.at_least}"
        if self.reaches is not None:
            return f"{self.reaches} or later admitted"
        return f"{self.admits} admitted" if self.admits is not None else f"within {self.within}"
