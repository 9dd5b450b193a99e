"""Read-only views of a repo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldenpath.repo import Repo
    from goldenpath.snapshot.base import Limits, Snapshot


def open_snapshot(repo: Repo, *, worktree: bool = False, limits: Limits | None = None) -> Snapshot:
    """Open a repo of a fleet: its commit (`repo.ref`, else HEAD), or with `worktree` the files as they lie on disk.

    A ref that is named outranks `worktree`, and a bare repo, which has no files on disk, is read at HEAD. Raise
    UnreadableError where there is no such repo, commit or folder.
    """
    from goldenpath.snapshot.layout import is_git_folder  # noqa: PLC0415 - as below
    from goldenpath.snapshot.objects import ObjectsSnapshot  # noqa: PLC0415 - keeps the drawer cheap to import
    from goldenpath.snapshot.worktree import WorktreeSnapshot  # noqa: PLC0415 - as above

    within = (repo.within,) if repo.within else ()
    if worktree and repo.ref is None and not is_git_folder(Path(repo.path)):
        return WorktreeSnapshot(repo.path, limits, within=within)
    return ObjectsSnapshot(repo.path, repo.ref or "HEAD", limits, within=within)
