"""What a rule looks at: a repo or one project in it, with its facts, its files, and its standing."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from goldenpath import _globs
from goldenpath.errors import UnreadableError
from goldenpath.facts import guests
from goldenpath.facts.aside import spoken
from goldenpath.facts.model import TABLES, Facts, Governance, Standing
from goldenpath.facts.radar import Radar
from goldenpath.facts.roads import enclosing
from goldenpath.policy.base import Scope
from goldenpath.policy.files import Files
from goldenpath.policy.origins import Origins
from goldenpath.policy.position import Position

T = TypeVar("T", Standing, Governance)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from goldenpath.catalog.drift import Drift
    from goldenpath.catalog.making import Making, Makings
    from goldenpath.facts.advisories import Advisories
    from goldenpath.facts.model import Lockfile, Record
    from goldenpath.policy.documents import Document
    from goldenpath.policy.files import Match
    from goldenpath.repo import Repo
    from goldenpath.snapshot.base import Snapshot

_TABLES = tuple(f.name for f in fields(Facts))
_ENDING = 2  # characters
_ENVIRONMENTS = frozenset(("conda", "conda-lock", "pixi"))
"""Tools whose locks are of an environment, not of projects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What rules may ask beside the repo: the standard's radar and blueprints, advisories and the date to judge for.

    None stands for blueprints, advisories or a date that nobody has given.
    """

    radar: Radar = field(default_factory=Radar)
    advisories: Advisories | None = None
    makings: Makings | None = None
    as_of: date | None = None


_NOTHING = Knowledge()


class Subject:
    """A repo (`scope` is repo) or one project in it; read lazily, and only what a rule asks for.

    `root` is the project's folder, "" for the repo's own. Globs are relative to it, the paths that come back are
    relative to the repo. A repo's facts hold those of all its projects. `selections` are the rows that policies have
    selected so far, `conditions` what their `when:` came to.
    """

    def __init__(  # noqa: PLR0913 - all by keyword, from `subjects` alone
        self,
        *,
        repo: Repo,
        snapshot: Snapshot,
        facts: Facts,
        scope: Scope,
        root: str,
        whole: Facts,
        knowledge: Knowledge,
        files: Files,
        origins: Origins,
    ) -> None:
        self.repo = repo
        self.scope = scope
        self.root = root
        self.facts = facts
        self.whole = whole
        self.knowledge = knowledge
        self._snapshot = snapshot
        self._files = files
        self._origins = origins
        self._found: dict[str, tuple[str, ...]] = {}
        self.selections: dict[tuple[object, ...], tuple[Record, ...]] = {}
        self.conditions: dict[str, bool] = {}

    @cached_property
    def position(self) -> Position:
        """Where the repo stands: by its source, else by its `.goldenpath.yaml`, else by its catalog-info.

        A repo is never believed where its source has said. Of several such files the one of the project counts.
        """
        listed = [row for row in self.whole.governance if row.kind == "catalog-info"]
        own, catalog = _nearest(self.whole.standing, self.root), _nearest(listed, self.root)
        return Position(
            blueprint=own.blueprint if own else None,
            lifecycle=self.repo.lifecycle or (own and own.lifecycle) or (catalog and catalog.lifecycle) or None,
            tier=self.repo.tier or (own and own.tier) or None,
            owner=self.repo.owner or (own and own.owner) or (catalog and catalog.detail) or None,
            topics=self.repo.topics or (catalog.tags if catalog else ()),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """Every file and link of the repo or project, sorted, relative to the repo."""
        return self._files.every if self.scope is Scope.REPO else self._files.by_root.get(self.root, ())

    @cached_property
    def used(self) -> frozenset[str]:
        """The names of all packages that are declared, and of all modules that are imported."""
        declared = (row.name for row in self.facts.dependencies if row.scope != "build")
        return frozenset((*declared, *(row.module for row in self.facts.imports)))

    def table(self, name: str) -> tuple[Record, ...]:
        """Return a table of its facts.

        Raise KeyError for a name that is none, and UnreadableError for a third party's table that lacks the rows of a
        file: what it seems to say isn't known.
        """
        if name not in TABLES:
            if name not in guests.tables():
                raise KeyError(name)
            self._check_whole(name)
        return self.facts.table(name)

    def _check_whole(self, table: str) -> None:
        for row in self.facts.unreadable:
            if table in row.tables:
                raise UnreadableError(f"{table} isn't known: {row.path} can't be read ({row.reason})")

    @cached_property
    def drifts(self) -> tuple[Drift, ...]:
        """How it stands to the blueprints of the standard that it, or a project in it, was made from; most have none.

        Raise GoldenpathError where that can't be told.
        """
        return self._origins.drifts(self.facts.standing)

    def maker(self, path: str) -> Making | None:
        """Return the making that brought a file of a road, which nobody has edited since; None for any other file."""
        return self._origins.maker(path) if self.road_of(path) is not None else None

    def enclosing_locks(self) -> tuple[Lockfile, ...]:
        """Return the lock files of the repo or project, and those around it of which it is a member.

        The lock of an environment (Conda's, pixi's) names no members, so it counts for what lies below it.
        """
        if self.scope is Scope.REPO:
            return self.facts.lockfiles
        return tuple(
            row
            for row in self.whole.lockfiles
            if row.project == self.root or self.root in row.members or self._shares(row)
        )

    def _shares(self, row: Lockfile) -> bool:
        return row.tool in _ENVIRONMENTS and _below(self.root, row.project)

    def paths(self, pattern: str) -> tuple[str, ...]:
        """Return the files that a glob finds below its root."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = tuple(self._search(pattern))
        return found

    def has(self, path: str) -> bool:
        """Return whether a file or folder is at a path that is relative to its root, or to the repo's."""
        below = {posixpath.normpath(posixpath.join(root, path.lstrip("/"))) for root in (self.root, "")}
        known = self._snapshot.entries()
        return any(name in known or any(other.startswith(f"{name}/") for other in known) for name in below)

    def road_of(self, path: str) -> str | None:
        """Return the folder of the road that holds a file, None where none does."""
        return enclosing(path, self._roads)

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None where it isn't known without reading."""
        entry = self._snapshot.entries().get(path)
        return entry.size if entry else None

    def text(self, path: str) -> str:
        """Return a file's text, what is no UTF-8 replaced; raise UnreadableError."""
        return self._files.text(path)

    def search(self, path: str, pattern: str) -> Match | None:
        """Return where a file's text first matches an expression, None for nowhere; raise UnreadableError."""
        return self._files.search(path, pattern)

    def is_cut(self, path: str) -> bool:
        """Tell whether only the beginning of a file's text was searched."""
        return self._files.is_cut(path)

    def document(self, path: str) -> Document:
        """Return a parsed file; raise UnreadableError with the place for what can't be read or parsed."""
        return self._files.document(path)

    @cached_property
    def _roads(self) -> frozenset[str]:
        return frozenset(row.root for row in self.whole.roads)

    def _search(self, pattern: str) -> list[str]:
        prefix = f"{self.root}/" if self.root else ""
        if _globs.is_literal(pattern):
            path = prefix + pattern
            return [path] if path in self._snapshot.entries() and path in self._known else []
        matches, skipped = _globs.compiled(pattern).fullmatch, len(prefix)
        return [path for path in self._candidates(pattern, prefix) if matches(path, skipped)]

    def _candidates(self, pattern: str, prefix: str) -> Sequence[str]:
        """Return the files that can match, found without asking the expression of each: by ending, name or start."""
        ending = _globs.ending(pattern)
        if ending:
            some = self.files if len(ending) < _ENDING else self._by_ending.get(ending[-_ENDING:], ())
            return [path for path in some if path.endswith(ending)]
        start = prefix + _globs.start(pattern)
        if not start:
            return self.files
        first = bisect_left(self.files, start)
        return self.files[first : bisect_left(self.files, start + chr(0x10FFFF), first)]

    @cached_property
    def _by_ending(self) -> Mapping[str, Sequence[str]]:
        """The files by their last characters: most globs ask for a few of the many that there are."""
        found: dict[str, list[str]] = {}
        for path in self.files:
            found.setdefault(path[-_ENDING:], []).append(path)
        return found

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.files)


def _nearest(rows: Sequence[T], root: str) -> T | None:
    """Return the row that speaks for a project: its own, else that of the deepest project around it.

    The repo as a whole stands as any of its projects does, where nothing stands at its own root.
    """
    around = [row for row in rows if _below(root, row.project)]
    found = max(around, key=lambda row: len(row.project), default=None)
    return found or (rows[0] if rows and not root else None)


def subjects(repo: Repo, snapshot: Snapshot, facts: Facts, knowledge: Knowledge = _NOTHING) -> tuple[Subject, ...]:
    """Return what policies judge of a repo: the repo itself first, then each of its projects.

    A repo without a project is judged as one project at its root: what has no manifest must not escape the policies
    for projects. Templates of other repos are left out, as what they say holds for the repos that are made from them;
    so are the manifests of test data.
    """
    facts = spoken(facts)
    roots = tuple(sorted({project.root for project in facts.projects})) or ("",)
    files = Files(snapshot, frozenset(roots))
    origins = Origins(snapshot, facts.standing, knowledge.makings)
    own = _by_project(facts)
    seen = [(Scope.REPO, "", facts), *((Scope.PROJECT, root, own.get(root, Facts())) for root in roots)]
    return tuple(
        Subject(
            repo=repo,
            snapshot=snapshot,
            facts=mine,
            scope=scope,
            root=root,
            whole=facts,
            knowledge=knowledge,
            files=files,
            origins=origins,
        )
        for scope, root, mine in seen
    )


def _by_project(facts: Facts) -> dict[str, Facts]:
    """Return the facts of each project: of a monorepo there are too many projects to ask each row for each."""
    found: dict[str, dict[str, list[Record]]] = {}
    for table in _TABLES:
        for row in getattr(facts, table):
            found.setdefault(row.project, {}).setdefault(table, []).append(row)
    return {
        root: Facts(**{table: tuple(rows) for table, rows in own.items()})  # type: ignore[arg-type]
        for root, own in found.items()
    }


def _below(path: str, root: str) -> bool:
    return not root or path == root or path.startswith(f"{root}/")
