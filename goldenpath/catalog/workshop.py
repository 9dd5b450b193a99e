"""Where a new repo is built: a temporary folder beside its destination.

The folder carries a mark that is locked as long as its run lives. So the next run can tell what a killed one left
from what a living one needs, and from a folder of the user's that happens to have such a name.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = ".goldenpath-new-"
MARK = "goldenpath-workshop"
_MARK_TEXT = "A new repo is being built here; the next `goldenpath new` beside it removes what a killed run left.\n"


def check_destination(destination: Path) -> None:
    """Raise GoldenpathError where the destination can't take a new repo."""
    if destination.is_symlink() or (destination.exists() and not destination.is_dir()):
        raise GoldenpathError("the destination is no folder", where=str(destination), hint="Name a new folder.")
    if destination.is_dir() and not _is_empty(destination):
        raise GoldenpathError(
            "the destination isn't empty",
            where=str(destination),
            hint="Name a new folder; nothing in this one was touched.",
        )
    parent = _existing(destination.parent)
    if not os.access(parent, os.W_OK):
        raise GoldenpathError("the folder can't be written to", where=str(parent), hint="Name another place.")


@contextlib.contextmanager
def workshop(destination: Path) -> Iterator[Path]:
    """Yield a folder on the destination's file system, removed at the end; sweep what killed runs left."""
    parent = _existing(destination.parent)
    _sweep(parent)
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    except OSError as error:
        raise GoldenpathError(
            f"nothing can be made there: {error.strerror}", where=str(parent), hint="Name another place."
        ) from error
    try:
        with (folder / MARK).open("w", encoding="utf-8") as mark:
            # Without locks on this file system nobody sweeps here either: a folder too many is better than one too few.
            with contextlib.suppress(OSError):
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mark.write(_MARK_TEXT)
            mark.flush()
            yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a workshop, its mark last: killed in the middle, it is still known as one."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != MARK:
                path.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what killed runs left in a folder; what can't be looked at stays."""
    with contextlib.suppress(OSError):
        for left in parent.glob(f"{PREFIX}*"):
            if _is_abandoned(left):
                _remove(left)


def _is_abandoned(folder: Path) -> bool:
    """Whether a folder is a workshop whose run has died: marked as one, and the mark is no longer locked."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    if _is_empty(folder):
        # Killed before it could leave its mark.
        return not _alive(folder.name.removeprefix(PREFIX).partition("-")[0])
    try:
        with (folder / MARK).open(encoding="utf-8") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return mark.read(len(_MARK_TEXT) + 1) == _MARK_TEXT
    except (OSError, UnicodeDecodeError):
        return False


def _alive(pid: str) -> bool:
    """Whether a process of that number lives, or the text is no number of one."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError, OverflowError):
        return True
    return True


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError as error:
        raise GoldenpathError(f"can't be read: {error.strerror}", where=str(folder)) from error


def _existing(folder: Path) -> Path:
    """Return the nearest folder above that is there."""
    while not folder.is_dir():
        if folder.exists() or folder.is_symlink():
            raise GoldenpathError("is no folder", where=str(folder), hint="Name another place.")
        folder = folder.parent
    return folder
