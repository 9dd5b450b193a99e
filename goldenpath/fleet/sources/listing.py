"""Repos that a text file lists, a path a line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError
from goldenpath.fleet.base import Fleet, Problem
from goldenpath.fleet.sources.directory import layout_of, make_repo
from goldenpath.snapshot.layout import is_folder

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The repos of a list: a path a line, relative to `folder`; blank lines and lines that start with `#` don't count.

    A path that isn't there is a problem with its line, not the end of the run. Objects that a repo borrows are read
    where they lie below `folder`.
    """

    text: str
    folder: str
    name: str = "list"

    def list(self) -> Fleet:
        """Return the repos in the order of the list, each path once."""
        root = Path(os.path.realpath(self.folder))
        paths: dict[Path, None] = {}
        problems: list[Problem] = []
        for number, line in enumerate(self.text.splitlines(), start=1):
            written = line.strip()
            if not written or written.startswith("#"):
                continue
            path = Path(os.path.realpath(root / written.replace("\0", "?")))
            if is_folder(path):
                paths[path] = None
            else:
                problems.append(Problem(path=written, reason=f"{self.name}:{number}: there is no such folder"))
        top = _top(root, paths)
        repos = tuple(make_repo(path, root, layout_of(path, root), top=top) for path in paths)
        return Fleet(repos=repos, problems=tuple(problems))


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
