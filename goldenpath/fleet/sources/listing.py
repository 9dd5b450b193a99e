"""Repos that a file lists: as text, a path a line, or as YAML."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError
from goldenpath.fleet.base import Fleet, Problem
from goldenpath.fleet.sources.directory import layout_of, make_repo
from goldenpath.fleet.sources.entries import Listed, from_lines, from_yaml
from goldenpath.snapshot.layout import is_folder

if TYPE_CHECKING:
    from collections.abc import Collection

    from goldenpath.repo import Repo

_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The repos of a list: paths relative to `folder`, with what the list says of each.

    A `name` that ends in .yaml or .yml says that the text is YAML. A path that isn't there is a problem with its line,
    not the end of the run. Objects that a repo borrows are read where they lie below `folder`.
    """

    text: str
    folder: str
    name: str = "list"

    def list(self) -> Fleet:
        """Return the repos in the order of the list, each path once; raise GoldenpathError for a mistake in it."""
        root = Path(os.path.realpath(self.folder))
        listed: dict[Path, Listed] = {}
        problems: list[Problem] = []
        for entry, line in self._entries(root):
            path = _path(root, entry.path)
            if not is_folder(path):
                problems.append(Problem(path=entry.path, reason=f"{self.name}:{line}: there is no such folder"))
            elif replace(listed.setdefault(path, entry), path="") != replace(entry, path=""):
                hint = "Say it once."
                raise GoldenpathError(
                    f"{entry.path} is listed twice, differently", where=f"{self.name}:{line}", hint=hint
                )
        top = _top(root, listed)
        repos = tuple(
            _said(make_repo(path, root, layout_of(path, root), top=top), entry) for path, entry in listed.items()
        )
        return Fleet(repos=repos, problems=tuple(problems))

    def _entries(self, root: Path) -> Collection[tuple[Listed, int]]:
        if self.name.endswith(_YAML):
            return from_yaml(self.text, self.name)
        return from_lines(self.text, self.name, lambda written: is_folder(_path(root, written)))


def _path(root: Path, written: str) -> Path:
    return Path(os.path.realpath(root / written.replace("\0", "?")))


def _said(repo: Repo, entry: Listed) -> Repo:
    """Return a repo with what its list says of it."""
    own = entry.id or repo.id
    return replace(
        repo,
        id=own,
        name=own.rpartition("/")[2] if entry.id else repo.name,
        owner=entry.owner,
        lifecycle=entry.lifecycle,
        tier=entry.tier,
        topics=entry.topics,
    )


def _top(root: Path, paths: Collection[Path]) -> Path:
    """Return the folder that the repos are named from: the list's, or what all paths share where some lie elsewhere."""
    if not paths or all(path.is_relative_to(root) for path in paths):
        return root
    return Path(os.path.commonpath([path.parent for path in paths]))


def listing_file(path: str) -> Listing:
    """Return the source of a list in a file; raise GoldenpathError where it can't be read."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise GoldenpathError(f"the list can't be read: {error.strerror}", where=path) from error
    return Listing(text=text, folder=str(Path(path).resolve().parent), name=path)
