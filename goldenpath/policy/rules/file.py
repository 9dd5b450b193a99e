r"""The rule kind `file`: which files a repo must have, must not have, and what their text must hold.

    file: {exists: README.md}
    file: {any_of: [LICENSE, LICENSE.md], contains: Apache}
    file: {absent: "**/*.pyc"}
    file: {exists: "docs/decisions/*.md", at_least: 2}
    file: {absent: "**/*.py", contains: "eval\\("}

Use it where no table of facts knows the answer: facts know more names for one thing, and leave out what isn't in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.finding import Place
from goldenpath.policy import engine
from goldenpath.policy.base import STRICT, Miss, Missing, Outcome, SpecError

if TYPE_CHECKING:
    from goldenpath.policy.subject import Subject

_DEMANDS = ("exists", "any_of", "absent")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """Files that must or must not be there, by globs relative to the repo or project.

    Exactly one of `exists` (one glob), `any_of` (several) and `absent` (one glob or several). `contains` is a regular
    expression: only files whose text has a match count. `at_least` and `at_most` bound how many files count, `except`
    leaves files out.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    exists: str | None = None
    any_of: tuple[str, ...] = ()
    absent: str | tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    contains: str | None = None
    at_least: int = 1
    at_most: int | None = None

    def __post_init__(self) -> None:
        given = [name for name in _DEMANDS if getattr(self, name)]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if self.absent and (self.at_least != 1 or self.at_most is not None):
            raise SpecError("`absent` takes no number of files")
        try:
            re.compile(self.contains or "")
        except re.error as error:
            raise SpecError(f"{self.contains!r} is no regular expression: {error}", "contains") from error

    def check(self, subject: Subject) -> Outcome:
        """Return whether the files are as they must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask for each file that the globs find; for a number of files, ask of the number."""
        found = [path for path in self._candidates(subject) if self._counts(subject, path)]
        globs = ", ".join(self._globs)
        if self.absent:
            quantifier, items, wanted = engine.Quantifier.NONE, found, f"no {globs}"
        else:
            quantifier, items, wanted = engine.Quantifier.ANY, found, globs
        if self.contains:
            wanted += f" with text matching {self.contains}"
        missing = Missing.PASS if self.absent else Missing.FAIL
        if not self.absent and not self._few_enough(len(found)):
            return self._too_many(subject, found, wanted)
        absent = Miss(place=Place(path=subject.root or "."), subject=globs, found=self._count(found), wanted=wanted)
        enough = self.absent or len(found) >= self.at_least
        return engine.Question(
            items=tuple(self._item(path, wanted) for path in items) if enough else (),
            quantifier=quantifier,
            missing=missing,
            absent=absent,
        )

    def _too_many(self, subject: Subject, found: list[str], wanted: str) -> engine.Question:
        item = engine.Item(
            met=engine.Met.NO,
            place=Place(path=found[0]),
            subject=", ".join(self._globs),
            found=self._count(found),
            wanted=f"at most {self.at_most} of {wanted}",
        )
        absent = engine.nothing_found(subject, what=item.subject, wanted=item.wanted)
        return engine.Question(items=(item,), quantifier=engine.Quantifier.EACH, missing=Missing.PASS, absent=absent)

    def _few_enough(self, number: int) -> bool:
        return self.at_most is None or number <= self.at_most

    @staticmethod
    def _count(found: list[str]) -> str:
        return f"{len(found)} files" if found else "no such file"

    @property
    def _globs(self) -> tuple[str, ...]:
        if self.absent:
            return (self.absent,) if isinstance(self.absent, str) else self.absent
        return (self.exists,) if self.exists else self.any_of

    def _candidates(self, subject: Subject) -> list[str]:
        left_out = {path for pattern in self.except_ for path in subject.paths(pattern)}
        found = {path for pattern in self._globs for path in subject.paths(pattern)}
        return sorted(found - left_out)

    def _counts(self, subject: Subject, path: str) -> bool:
        return self.contains is None or re.search(self.contains, subject.text(path), re.MULTILINE) is not None

    @staticmethod
    def _item(path: str, wanted: str) -> engine.Item:
        return engine.Item(met=engine.Met.YES, place=Place(path=path), subject=path, found=path, wanted=wanted)
