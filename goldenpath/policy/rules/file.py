r"""The rule kind `file`: which files a repo must have, must not have, and what their text must hold.

    file: {exists: README.md}
    file: {any_of: [LICENSE, LICENSE.md], contains: Apache}
    file: {absent: "**/*.pyc"}
    file: {exists: "docs/decisions/*.md", at_least: 2}
    file: {absent: "**/*.py", contains: "eval\\("}
    file: {exists: "tests/**/*.py", road: false}

Use it where no table of facts knows the answer: facts know more names for one thing, and leave out what isn't in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.errors import UnreadableError
from goldenpath.finding import Place, Result
from goldenpath.policy import engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError
from goldenpath.policy.files import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.policy.base import Miss
    from goldenpath.policy.subject import Subject

_DEMANDS = ("exists", "any_of", "absent")
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """Files that must or must not be there, by globs relative to the repo or project.

    Exactly one of `exists` (one glob), `any_of` (several) and `absent` (one glob or several). `contains` is a regular
    expression (`^` and `$` are a line's): only files whose text has a match count, and no more than the first 2,000
    characters of a line and the first million of a text are asked. `at_least` and `at_most` bound how many files
    count, `except` leaves files out, `road: false` those of the project's road: what the platform has written of it.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    exists: str | None = None
    any_of: tuple[str, ...] = ()
    absent: str | tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    contains: str | None = None
    at_least: int = 1
    at_most: int | None = None
    road: bool = True

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
        """Return whether the files are as they must be; of a large text only the beginning is asked, which is told."""
        outcome = engine.judge(self.question(subject))
        cut = [path for path in self._candidates(subject) if subject.is_cut(path)] if self.contains else []
        if outcome.result is not Result.PASS or not cut or not self.absent:
            return outcome
        return replace(outcome, reason=f"{cut[0]}: only its first {MOST:,} characters were searched")

    def question(self, subject: Subject) -> engine.Question:
        """Ask for each file that the globs find; for a number of files, ask of the number.

        Where so many files are enough, no more are read.
        """
        candidates = self._candidates(subject)
        every = self._found(subject, candidates)
        found = list(every if self.absent or self.at_most is not None else islice(every, self.at_least))
        wanted = self._wanted
        if self.at_most is not None and len(found) > self.at_most:
            return self._too_many(subject, len(found), found[0][0])
        enough = bool(self.absent) or len(found) >= self.at_least
        return engine.Question(
            items=tuple(_item(path, line, text, wanted) for path, line, text in found) if enough else (),
            quantifier=engine.Quantifier.NONE if self.absent else engine.Quantifier.ANY,
            missing=Missing.PASS if self.absent else Missing.FAIL,
            absent=self._too_few(subject, candidates, len(found)),
        )

    def _too_few(self, subject: Subject, candidates: list[str], number: int) -> Miss:
        # Of several files that lack a text none is the one to name.
        said = "no such text" if candidates else "no such file"
        cut = [path for path in candidates if subject.is_cut(path)]
        if cut:
            said += f" (of {cut[0]} only the first {MOST:,} characters were searched)"
        return engine.nothing_found(
            subject,
            what=self._globs[0],
            wanted=self._wanted,
            path="" if self.contains and len(candidates) > 1 else next(iter(candidates), ""),
            found=f"only {number}" if number else said,
        )

    def _too_many(self, subject: Subject, number: int, first: str) -> engine.Question:
        wanted = f"at most {self.at_most}: {self._wanted}"
        absent = engine.nothing_found(subject, what=self._globs[0], wanted=wanted, path=first, found=f"{number} files")
        item = engine.Item(
            met=engine.Met.NO, place=absent.place, subject=absent.subject, found=absent.found, wanted=wanted
        )
        return engine.Question(items=(item,), quantifier=engine.Quantifier.EACH, missing=Missing.PASS, absent=absent)

    @property
    def _wanted(self) -> str:
        globs = f"{'no ' if self.absent else ''}{' or '.join(self._globs)}"
        return f"{globs} with text matching {self.contains}" if self.contains else globs

    @property
    def _globs(self) -> tuple[str, ...]:
        if self.absent:
            return (self.absent,) if isinstance(self.absent, str) else self.absent
        return (self.exists,) if self.exists else self.any_of

    def _candidates(self, subject: Subject) -> list[str]:
        left_out = {path for pattern in self.except_ for path in subject.paths(pattern)}
        found = {path for pattern in self._globs for path in subject.paths(pattern)}
        return sorted(path for path in found - left_out if self.road or subject.road_of(path) is None)

    def _found(self, subject: Subject, candidates: list[str]) -> Iterator[tuple[str, int | None, str]]:
        """Yield path, line and text of each match; a file that can't be read matters only where the others don't do."""
        unread: UnreadableError | None = None
        for path in candidates:
            try:
                yield from ((path, line, text) for line, text in self._matches(subject, path))
            except UnreadableError as error:
                unread = unread or error
        if unread:
            raise unread

    def _matches(self, subject: Subject, path: str) -> Iterator[tuple[int | None, str]]:
        """Yield a file's first match, with its line and text; a file whose text isn't asked matches as it is."""
        if self.contains is None:
            yield None, path
            return
        found = subject.search(path, self.contains)
        if found:
            line, text = found
            yield line, text[:_LONGEST] or path


def _item(path: str, line: int | None, text: str, wanted: str) -> engine.Item:
    return engine.Item(met=engine.Met.YES, place=Place(path=path, line=line), subject=path, found=text, wanted=wanted)
