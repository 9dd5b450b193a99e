"""The repos that are looked at together, and where they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath import _plugins
from goldenpath.errors import GoldenpathError, did_you_mean
from goldenpath.fleet.base import Fleet, Problem, Source
from goldenpath.fleet.sources.directory import Directory
from goldenpath.fleet.sources.listing import Listing, listing_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from goldenpath.repo import Repo

SOURCES: Mapping[str, Callable[[str], Source]] = {
    "directory": lambda path: Directory(path=path),
    "listing": listing_file,
}
"""How to make each kind of source from what the user names: a folder, a file with a path a line."""

GROUP = "goldenpath.sources"
_NAMED = re.compile(r"([a-z][a-z0-9_-]*):(.*)", re.DOTALL)

__all__ = ["GROUP", "SOURCES", "Directory", "Fleet", "Listing", "Problem", "Source", "load", "source_of"]


def source_of(target: str) -> Source:
    """Return the source that a target on the command line means: a file is a list of paths, else a folder.

    `NAME:REST` is what the source of that name makes of the rest, also a third party's; a path of that name goes first.
    Raise GoldenpathError for a name that no source has.
    """
    named = _NAMED.fullmatch(target)
    if not named or Path(target).exists():
        return SOURCES["listing" if Path(target).is_file() else "directory"](target)
    name, rest = named.groups()
    if name in SOURCES:
        return SOURCES[name](rest)
    known = _plugins.joined(GROUP, SOURCES, ("__call__",))
    if name not in known:
        hint = f"{did_you_mean(name, known)} Clone what lies elsewhere, and name the folder."
        raise GoldenpathError(f"there is no source {name!r} of repos", where=target, hint=hint)
    return _Guest(name=name, rest=rest, make=known[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guest:
    """A third party's source, which is told by its name where it fails."""

    name: str
    rest: str
    make: Callable[[str], Source]

    def list(self) -> Fleet:
        """Return its repos; raise GoldenpathError where there is no such list."""
        with _plugins.blamed(GROUP, self.name):
            found: object = self.make(self.rest).list()
        if not isinstance(found, Fleet):
            raise GoldenpathError(f"the plugin {self.name!r} of {GROUP} lists {type(found).__name__}, no Fleet")
        return found


def load(sources: Iterable[Source]) -> Fleet:
    """Return the repos of several sources as one fleet, each path once, sorted by id.

    Two repos with one id (two clones of one origin) are both kept: the first by path keeps the id, each other one gets
    its path below the scanned folder as a suffix, `host/owner/name#copies/name`. So ids are the same in every run over
    the same folders.
    """
    fleets = [source.list() for source in sources]
    by_path: dict[str, Repo] = {}
    for repo in (repo for fleet in fleets for repo in fleet.repos):
        # A list that says how a repo stands goes before a folder that merely holds it, whichever is named first.
        if repo.path not in by_path or (_is_described(repo) and not _is_described(by_path[repo.path])):
            by_path[repo.path] = repo
    repos = _distinct(sorted(by_path.values(), key=lambda repo: repo.path))
    problems = dict.fromkeys(problem for fleet in fleets for problem in fleet.problems)
    return Fleet(repos=tuple(sorted(repos, key=lambda repo: repo.id)), problems=tuple(problems))


def _is_described(repo: Repo) -> bool:
    return any((repo.owner, repo.lifecycle, repo.tier, repo.topics))


def _distinct(repos: Iterable[Repo]) -> list[Repo]:
    taken: dict[str, Repo] = {}
    for repo in repos:
        own = repo.id
        if own in taken:
            path = Path(repo.path)
            inside = repo.within and path.is_relative_to(repo.within) and path != Path(repo.within)
            own = f"{own}#{path.relative_to(repo.within).as_posix() if inside else path.as_posix()}"
        if own in taken:
            own = f"{repo.id}#{repo.path}"
        taken[own] = replace(repo, id=own)
    return list(taken.values())
