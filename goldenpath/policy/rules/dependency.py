"""The rule kind `dependency`: which packages a project declares, and how.

    dependency: {deny: [pickle5, "tensorflow-*"]}
    dependency: {any_of: [mlflow, wandb]}
    dependency: {required: [pydantic], scopes: [runtime]}
    dependency: {versions: {pandas: ">=2,<3"}}
    dependency: {pinned: true, scopes: [runtime]}
    dependency: {sources: [index, path]}

It asks the direct dependencies of every manifest that goldenpath reads; names are compared as indexes compare them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - pydantic resolves the annotations
from dataclasses import dataclass, field
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from packaging.utils import canonicalize_name

from goldenpath.policy import engine, versions
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath.facts.model import Dependency
    from goldenpath.policy.subject import Subject

_DEMANDS = ("required", "any_of", "deny", "allow", "versions", "pinned", "sources")
_Test = tuple["Callable[[Dependency], engine.Met]", "Callable[[Dependency], str]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyRule:
    """What a repo or project may, must or must not depend on; exactly one demand.

    `required` and `any_of` name packages of which all or one must be declared; `deny` and `allow` are globs over
    names; `versions` gives each name the range that its declared range must lie within; `pinned` asks for one version
    and no other; `sources` says where packages may come from. `scopes` and `names` are globs that select the
    dependencies which are asked, `except` leaves names out. `missing` is the verdict where none is left (default: not
    applicable; fail for `required` and `any_of`).
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    pinned: bool | None = None
    sources: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("*",)
    names: tuple[str, ...] = ("*",)
    except_: tuple[str, ...] = ()
    missing: Missing | None = None

    def __post_init__(self) -> None:
        given = [name for name in _DEMANDS if getattr(self, name) not in ((), {}, None)]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if self.pinned is False:
            raise SpecError("only `true` can be asked", "pinned")
        for name, wanted in self.versions.items():
            if versions.parsed(wanted) is None:
                raise SpecError(f"{wanted!r} is no version range", "versions", name)

    def check(self, subject: Subject) -> Outcome:
        """Return whether the dependencies are as they must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each dependency that is selected, or for each name that is required."""
        rows = tuple(row for row in subject.facts.dependencies if self._selects(row))
        if self.required:
            return self._required(subject, rows)
        if self.any_of:
            return self._any_of(subject, rows)
        if self.deny:
            denied = [row for row in rows if _named(row.name, self.deny)]
            items = _items(denied, lambda _: engine.Met.YES, lambda row: f"no {row.name}")
            return self._question(subject, items, engine.Quantifier.NONE, f"none of {', '.join(self.deny)}")
        test, wanted = self._each()
        asked = [row for row in rows if not self.versions or _normal(row.name) in self._ranges]
        return self._question(subject, _items(asked, test, wanted), engine.Quantifier.EACH, "dependencies to ask")

    def _each(self) -> _Test:
        if self.allow:
            allowed = ", ".join(self.allow)
            return (lambda row: _met(ok=_named(row.name, self.allow))), (lambda _: f"one of {allowed}")
        if self.versions:
            return self._in_range, (lambda row: f"{row.name} {self._ranges[_normal(row.name)]}")
        if self.sources:
            return (lambda row: _met(ok=row.source in self.sources)), (lambda _: f"from {', '.join(self.sources)}")
        return (lambda row: _met(ok=row.pinned)), (lambda row: f"one version of {row.name}")

    def _in_range(self, row: Dependency) -> engine.Met:
        if row.source not in {"index", "conda"}:
            return engine.Met.UNKNOWN
        return _met(ok=versions.within(row.specifier, self._ranges[_normal(row.name)]) is True)

    @property
    def _ranges(self) -> dict[str, str]:
        return {_normal(name): wanted for name, wanted in self.versions.items()}

    def _selects(self, row: Dependency) -> bool:
        if self.except_ and _named(row.name, self.except_):
            return False
        if self.names != ("*",) and not _named(row.name, self.names):
            return False
        return self.scopes == ("*",) or any(fnmatchcase(row.scope, pattern) for pattern in self.scopes)

    def _required(self, subject: Subject, rows: tuple[Dependency, ...]) -> engine.Question:
        declared = {_normal(row.name) for row in rows}
        items = []
        for name in self.required:
            miss = engine.nothing_found(subject, what=name, wanted=f"{name} declared")
            item = engine.Item(
                met=_met(ok=_normal(name) in declared),
                place=miss.place,
                subject=name,
                found=miss.found,
                wanted=miss.wanted,
            )
            items.append(item)
        return self._question(subject, tuple(items), engine.Quantifier.EACH, ", ".join(self.required))

    def _any_of(self, subject: Subject, rows: tuple[Dependency, ...]) -> engine.Question:
        found = [row for row in rows if _named(row.name, self.any_of)]
        wanted = f"one of {', '.join(self.any_of)}"
        return self._question(
            subject, _items(found, lambda _: engine.Met.YES, lambda _: wanted), engine.Quantifier.ANY, wanted
        )

    def _question(
        self, subject: Subject, items: tuple[engine.Item, ...], quantifier: engine.Quantifier, wanted: str
    ) -> engine.Question:
        defaults = {engine.Quantifier.ANY: Missing.FAIL, engine.Quantifier.NONE: Missing.PASS}
        return engine.Question(
            items=items,
            quantifier=quantifier,
            missing=self.missing or defaults.get(quantifier, Missing.NOT_APPLICABLE),
            absent=engine.nothing_found(subject, what="such dependency", wanted=wanted),
        )


def _items(
    rows: list[Dependency], test: Callable[[Dependency], engine.Met], wanted: Callable[[Dependency], str]
) -> tuple[engine.Item, ...]:
    return tuple(engine.of_row(row, test(row), row.name, _written(row), wanted(row)) for row in rows)


def _written(row: Dependency) -> str:
    specifier = row.specifier or ("any version" if row.source == "index" else f"from {row.source}")
    return f"{row.name} {specifier} ({row.scope})"


def _normal(name: str) -> str:
    return str(canonicalize_name(name))


def _named(name: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a name, normalised as facts have it, matches one of the globs."""
    return _expression(patterns).match(name) is not None


@lru_cache(maxsize=1024)
def _expression(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(re.sub(r"[-_.]+", "-", pattern).lower()) for pattern in patterns) or "(?!)")


def _met(*, ok: bool) -> engine.Met:
    return engine.Met.YES if ok else engine.Met.NO
