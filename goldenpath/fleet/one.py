"""The fleet of one: the repo that a person names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError
from goldenpath.fleet.sources.directory import layout_of, make_repo

if TYPE_CHECKING:
    from goldenpath.repo import Repo


def one_repo(path: str) -> Repo:
    """Return the repo of a folder, whether git knows it or not; raise GoldenpathError where there is no folder."""
    folder = Path(os.path.realpath(path))
    if not folder.is_dir():
        raise GoldenpathError("there is no such folder", where=path, hint="Name the folder of a repo.")
    return make_repo(folder, folder, layout_of(folder, folder))
