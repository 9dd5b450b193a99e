"""The rule kind `hook`: which pre-commit hooks a repo runs, and from which revision on.

    hook: {any_of: [detect-secrets, gitleaks]}
    hook: {required: [ruff-check]}
    hook: {repo: "https://github.com/astral-sh/ruff-pre-commit", at_least: v0.6.0}
    hook: {pinned: true}

A local hook counts by its id as one from a repo does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.policy import engine, versions
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError

if TYPE_CHECKING:
    from goldenpath.facts.model import Hook
    from goldenpath.policy.subject import Subject

_DEMANDS = ("required", "any_of", "at_least", "pinned")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NUMBERED = re.compile(r".*\d+\.\d+.*|v?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRule:
    """Which hooks must be there, by globs over their ids, or from which revision on; exactly one demand.

    `required` wants each id, `any_of` one of them, `at_least` a revision that is a version not below this (a commit
    isn't asked), `pinned` a revision that is a version or a commit, no branch. `repo` is a glob over the hooks' repos.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    at_least: str | None = None
    pinned: bool | None = None
    repo: str = "*"
    missing: Missing = Missing.NOT_APPLICABLE

    def __post_init__(self) -> None:
        given = [name for name in _DEMANDS if getattr(self, name) not in (None, ())]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if self.pinned is False:
            raise SpecError("only `true` can be asked", "pinned")
        if self.at_least is not None and versions.version(self.at_least) is None:
            raise SpecError(f"{self.at_least!r} is no version", "at_least")

    def check(self, subject: Subject) -> Outcome:
        """Return whether the hooks are as they must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask the hooks of the repos that count."""
        rows = tuple(row for row in subject.facts.hooks if fnmatchcase(row.repo, self.repo))
        if self.any_of:
            return self._any_of(subject, rows)
        if self.required:
            items = tuple(self._wanted_id(subject, rows, name) for name in self.required)
            wanted = ", ".join(self.required)
        else:
            wanted = "a version or a commit" if self.pinned else f"at least {self.at_least}"
            items = tuple(engine.of_row(row, self._rev(row), row.repo, f"rev {row.rev}", wanted) for row in _once(rows))
        absent = engine.nothing_found(subject, what="hook", wanted=wanted)
        return engine.Question(items=items, quantifier=engine.Quantifier.EACH, missing=self.missing, absent=absent)

    def _any_of(self, subject: Subject, rows: tuple[Hook, ...]) -> engine.Question:
        wanted = f"one of the hooks {', '.join(self.any_of)}"
        found = [row for row in rows if any(fnmatchcase(row.id, pattern) for pattern in self.any_of)]
        return engine.Question(
            items=tuple(engine.of_row(row, engine.Met.YES, row.id, row.id, wanted) for row in found),
            quantifier=engine.Quantifier.ANY,
            missing=Missing.FAIL,
            absent=engine.nothing_found(subject, what="such hook", wanted=wanted, path=rows[0].path if rows else ""),
        )

    @staticmethod
    def _wanted_id(subject: Subject, rows: tuple[Hook, ...], name: str) -> engine.Item:
        path = rows[0].path if rows else ""
        miss = engine.nothing_found(subject, what=f"hook {name}", wanted=f"the hook {name}", path=path)
        here = any(fnmatchcase(row.id, name) for row in rows)
        return engine.Item(
            met=engine.Met.YES if here else engine.Met.NO,
            place=miss.place,
            subject=name,
            found=miss.found,
            wanted=miss.wanted,
        )

    def _rev(self, row: Hook) -> engine.Met:
        if row.rev is None:
            return engine.Met.UNKNOWN
        if self.pinned:
            ok = bool(_SHA.fullmatch(row.rev) or _NUMBERED.fullmatch(row.rev))
            return engine.Met.YES if ok else engine.Met.NO
        rev, least = versions.version(row.rev), versions.version(self.at_least or "")
        if rev is None or least is None:
            return engine.Met.UNKNOWN if _SHA.fullmatch(row.rev) else engine.Met.NO
        return engine.Met.YES if rev >= least else engine.Met.NO


def _once(rows: tuple[Hook, ...]) -> tuple[Hook, ...]:
    """Return one hook of each repo entry: the revision is the repo's, however many hooks it gives."""
    first: dict[tuple[str, str, str | None], Hook] = {}
    for row in rows:
        first.setdefault((row.path, row.repo, row.rev), row)
    return tuple(first.values())
