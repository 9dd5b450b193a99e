"""Repos of a folder: walked for work trees and bare repos."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError, UnreadableError
from goldenpath.fleet.base import Fleet, Problem
from goldenpath.fleet.origin import origin_url, repo_id
from goldenpath.repo import Repo
from goldenpath.snapshot.layout import is_folder, is_git_folder, locate

if TYPE_CHECKING:
    from goldenpath.snapshot.layout import Layout

_DEPTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The repos at and below a folder, bare ones too, by path.

    A work tree isn't searched for more repos, symbolic links aren't followed. A linked work tree is left out where its
    main repo (or another work tree of it) is in the folder: it is the same repo. A folder with a broken `.git` is
    listed, so that it is counted as unreadable. The folder itself may be a repo.
    """

    path: str

    def list(self) -> Fleet:
        """Return the repos; raise GoldenpathError when there is no such folder."""
        root = Path(os.path.realpath(self.path))
        if not is_folder(root):
            raise GoldenpathError(f"there is no folder {self.path}", hint="Name a folder that holds git repos.")
        problems: list[Problem] = []
        found = _walk(root, problems)
        if not found and not problems:
            problems.append(Problem(path=str(root), reason="it holds no git repo"))
        return Fleet(repos=tuple(_once_each(root, found)), problems=tuple(problems))


def make_repo(path: Path, root: Path, layout: Layout | None, *, top: Path | None = None) -> Repo:
    """Name a repo: by its origin, else by its path below `top`, or below the scanned folder where none is given."""
    own = repo_id(origin_url(layout.common)) if layout else ""
    top = top or root
    relative = path.relative_to(top).as_posix() if path.is_relative_to(top) and path != top else path.name
    return Repo(
        id=own or relative,
        name=(own or path.name).rpartition("/")[2].removesuffix(".git"),
        path=str(path),
        within=str(root),
    )


def layout_of(path: Path, root: Path) -> Layout | None:
    """Return where a repo keeps its parts, None for a broken one."""
    try:
        return locate(path, within=(root,))
    except UnreadableError:
        return None


def _walk(root: Path, problems: list[Problem]) -> list[Path]:
    """Return the folders that are repos, sorted."""
    found: list[Path] = []
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        if os.path.lexists(folder / ".git") or is_git_folder(folder):
            found.append(folder)
            continue
        if depth == _DEPTH:
            problems.append(Problem(path=str(folder), reason=f"more than {_DEPTH} folders deep"))
            continue
        try:
            with os.scandir(folder) as items:
                waiting += [(Path(item.path), depth + 1) for item in items if item.is_dir(follow_symlinks=False)]
        except OSError as error:
            problems.append(Problem(path=str(folder), reason=f"it can't be listed: {error.strerror}"))
    problems.sort(key=lambda problem: problem.path)
    return sorted(found)


def _once_each(root: Path, found: list[Path]) -> list[Repo]:
    layouts = {path: layout_of(path, root) for path in found}
    mains = {layout.common for layout in layouts.values() if layout and layout.git == layout.common}
    repos: list[Repo] = []
    for path, layout in layouts.items():
        if layout and layout.git != layout.common:
            if layout.common in mains:
                continue
            mains.add(layout.common)
        repos.append(make_repo(path, root, layout))
    return repos
