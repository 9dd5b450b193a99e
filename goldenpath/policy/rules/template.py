"""The rule kind `template`: how a repo stands to the blueprint that it was made from.

    template: {states: [edited, both, deleted, moved, differs]}
    template: {states: [edited, deleted], ownership: [managed], paths: [".github/**"]}
    template: {behind: 1}

A file is `edited` where the team changed it, `behind` where the template did, `both` where both did, `deleted` or
`moved` where it isn't at its place, and it `differs` where it isn't as the newest version has it and what the repo was
made from isn't known. Whose a file is says the blueprint: of a `managed` one every byte is the template's, of a
`shared` one the keys and lines that it brings; what is `seeded` is the team's and never told. Where a folder is
`sealed`, a file that the team adds to it is `edited` too. A finding tells what serves instead of an edit, where the
blueprint says so. Versions that the repo's bot moves are nobody's edit, where the blueprint says that the bot owns such
pins.

The blueprint is the one that `.goldenpath.yaml` names, rendered with the answers in `.copier-answers.yml`; where these
two are no good, that is a finding. To a repo that wasn't made from a blueprint of the standard it doesn't apply.
A case has what each version of a blueprint renders beside its own files, as `blueprint:1.2.0/Makefile`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath import _globs
from goldenpath.catalog.drift import State
from goldenpath.catalog.ownership import Owner
from goldenpath.errors import did_you_mean
from goldenpath.finding import Place
from goldenpath.policy import engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.catalog.drift import Drift, FileDrift
    from goldenpath.policy.subject import Subject

_STATES = tuple(str(state) for state in State if state is not State.IN_SYNC)
_OWNERS = (str(Owner.MANAGED), str(Owner.SHARED))


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRule:
    """Files of the template in none of some states, or a version that isn't too old; exactly one of the two.

    `states` are those that are findings; `ownership` (managed, shared), `paths` and `except` (globs, relative to the
    folder of `.goldenpath.yaml`) say which files are asked. `behind` is how many releases a repo may be behind the
    newest one.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    states: tuple[str, ...] = ()
    behind: int | None = None
    ownership: tuple[str, ...] = _OWNERS
    paths: tuple[str, ...] = ("**",)
    except_: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.states) == (self.behind is not None):
            raise SpecError("needs exactly one of states, behind")
        if self.behind is not None and self.behind < 0:
            raise SpecError("a number of releases is zero or more", "behind")
        for key, known in (("states", _STATES), ("ownership", _OWNERS)):
            for index, word in enumerate(getattr(self, key)):
                if word not in known:
                    raise SpecError(f"{word!r} can't be asked. {did_you_mean(word, known)}", key, index)

    def check(self, subject: Subject) -> Outcome:
        """Return whether the repo stands to its blueprint as it must."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each file of the template, or the version that the repo was made from."""
        return engine.Question(
            items=tuple(item for drift in subject.drifts for item in self._items(drift)),
            quantifier=engine.Quantifier.EACH,
            missing=Missing.NOT_APPLICABLE,
            absent=engine.nothing_found(
                subject, what="template", wanted="a repo made from a blueprint of the standard", path=".goldenpath.yaml"
            ),
        )

    def _items(self, drift: Drift) -> Iterator[engine.Item]:
        made = drift.making
        if made.refused:
            at = Place(path=_below(drift, made.refused_at)) if made.refused_at else _standing(drift)
            wanted = f"what {made.blueprint} {made.version} was made with"
            yield engine.Item(met=engine.Met.NO, place=at, subject="record", found=made.refused, wanted=wanted)
        elif self.behind is not None:
            yield _version(drift, most=self.behind)
        else:
            for row in drift.files:
                if self._asks(row, drift):
                    yield _item(row, wrong=self.states)

    def _asks(self, row: FileDrift, drift: Drift) -> bool:
        path = row.path.removeprefix(f"{drift.root}/") if drift.root else row.path
        return row.owner in self.ownership and _named(path, self.paths) and not _named(path, self.except_)


def _version(drift: Drift, *, most: int) -> engine.Item:
    made = drift.making
    plural = "s" if made.behind != 1 else ""
    return engine.Item(
        met=engine.Met.NO if made.behind > most else engine.Met.YES,
        place=_standing(drift),
        subject=made.blueprint,
        found=f"{made.blueprint} {made.version}, {made.behind} release{plural} behind",
        wanted=f"{made.blueprint} {made.newest_version}" + (f", at most {most} behind" if most else ""),
    )


def _item(row: FileDrift, *, wrong: Iterable[str]) -> engine.Item:
    return engine.Item(
        met=engine.Met.NO if row.state in wrong else engine.Met.YES,
        place=Place(path=row.path, line=row.line),
        subject=row.key or row.path,
        found=row.found or str(row.state),
        wanted=(row.wanted or "a change of it") + (f"; what serves instead: {row.instead}" if row.instead else ""),
    )


def _standing(drift: Drift) -> Place:
    return Place(path=drift.path, line=drift.line)


def _below(drift: Drift, path: str) -> str:
    return f"{drift.root}/{path}" if drift.root else path


def _named(path: str, patterns: Iterable[str]) -> bool:
    return any(_globs.matches(pattern, path) for pattern in patterns)
