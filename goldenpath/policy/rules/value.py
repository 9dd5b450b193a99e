r"""The rule kind `value`: what stands at a path of a TOML, YAML, JSON or INI file.

    value: {file: pyproject.toml, path: tool.mypy.strict, equals: true, missing: fail}
    value: {file: .github/dependabot.yml, path: "updates[*].schedule.interval", in: [daily, weekly], missing: fail}
    value: {file: pyproject.toml, path: 'tool."a.b".c', present: true}
    value: {file: brief.yaml, path: "decisions[*]", matches: '\w', names_file: true, missing: fail}

A path that leads to several values (`[*]` for items, `*` for keys) asks all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goldenpath.finding import Place
from goldenpath.policy import documents, engine
from goldenpath.policy.base import Miss, Missing, Outcome, SpecError
from goldenpath.policy.conditions import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.policy.subject import Subject

_LONGEST = 80
_ADDRESS = re.compile(r"\w[\w+.-]*://")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule(Condition):
    """A value at a dotted path of the files that a glob finds, and exactly one operator.

    It is a condition with a place, hence the one inheritance of the house: the operators stand beside `file` and
    `path`, in YAML as in the schema. `missing` says what a missing file or path means (default: fail). `names_file`
    asks besides that the value is the path of a file or folder, relative to the project or the repo; of a web address
    that can't be told.
    """

    file: str
    path: str
    missing: Missing = Missing.FAIL
    names_file: bool = False

    def __post_init__(self) -> None:
        Condition.__post_init__(self)
        if len(self.operators) != 1:
            raise SpecError(f"needs exactly one operator, has {', '.join(name for name, _ in self.operators)}")
        try:
            documents.steps_of(self.path)
        except ValueError as error:
            raise SpecError(str(error), "path") from error

    def check(self, subject: Subject) -> Outcome:
        """Return whether each value is as it must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask for each value in each file."""
        paths = subject.paths(self.file)
        items = tuple(item for path in paths for item in self._items(subject, subject.document(path)))
        absent = Miss(
            place=Place(path=paths[0] if paths else self._lacking(subject)),
            subject=self.path,
            found="no such path" if paths else "no such file",
            wanted=self._wanted,
        )
        return engine.Question(items=items, quantifier=engine.Quantifier.EACH, missing=self.missing, absent=absent)

    def _lacking(self, subject: Subject) -> str:
        return f"{subject.root}/{self.file}" if subject.root else self.file

    def _items(self, subject: Subject, document: documents.Document) -> Iterator[engine.Item]:
        found = document.find(self.path)
        for steps, value in found:
            yield self._item(document, steps, value, self._met(subject, value))
        if not found:
            yield from self._absent(document)

    def _absent(self, document: documents.Document) -> Iterator[engine.Item]:
        if self.asks_presence:
            met = engine.Met.YES if self.holds(None) else engine.Met.NO
            yield self._item(document, documents.steps_of(self.path), None, met)
        elif self.missing is not Missing.NOT_APPLICABLE:
            met = engine.Met.YES if self.missing is Missing.PASS else engine.Met.NO
            yield self._item(document, documents.steps_of(self.path), None, met)

    def _met(self, subject: Subject, value: Any) -> engine.Met:
        if not self.holds(value):
            return engine.Met.NO
        if not self.names_file or (isinstance(value, str) and subject.has(value.partition("#")[0])):
            return engine.Met.YES
        return engine.Met.UNKNOWN if isinstance(value, str) and _ADDRESS.match(value) else engine.Met.NO

    def _item(self, document: documents.Document, steps: documents.Steps, value: Any, met: engine.Met) -> engine.Item:
        line = document.line(steps) if met is engine.Met.NO or self.asks_presence else None
        return engine.Item(
            met=met,
            place=Place(path=document.path, line=line),
            subject=_written(steps),
            found=_shown(value),
            wanted=self._wanted,
        )

    @property
    def _wanted(self) -> str:
        return f"{self.path} {'to name a file that is there' if self.names_file else self.describe()}"


def _written(steps: documents.Steps) -> str:
    """Return steps as a path, without the numbers of items: a fingerprint must survive a new item before it."""
    out = ""
    for step in steps:
        if isinstance(step, int) or step == "[*]":
            out += "[*]"
        else:
            name = f'"{step}"' if "." in step else step
            out += f".{name}" if out else name
    return out


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
