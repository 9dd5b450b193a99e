"""The repos that are looked at together, and where they come from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

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

__all__ = ["SOURCES", "Directory", "Fleet", "Listing", "Problem", "Source", "load", "source_of"]


def source_of(target: str) -> Source:
    """Return the source that a target on the command line means: a file is a list of paths, else a folder."""
    return SOURCES["listing" if Path(target).is_file() else "directory"](target)


def load(sources: Iterable[Source]) -> Fleet:
    """Return the repos of several sources as one fleet, each path once, sorted by id.

    Two repos with one id (two clones of one origin) are both kept: the first by path keeps the id, each other one gets
    its path below the scanned folder as a suffix, `host/owner/name#copies/name`. So ids are the same in every run over
    the same folders.
    """
    fleets = [source.list() for source in sources]
    by_path = {repo.path: repo for fleet in reversed(fleets) for repo in fleet.repos}
    repos = _distinct(sorted(by_path.values(), key=lambda repo: repo.path))
    problems = dict.fromkeys(problem for fleet in fleets for problem in fleet.problems)
    return Fleet(repos=tuple(sorted(repos, key=lambda repo: repo.id)), problems=tuple(problems))


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
