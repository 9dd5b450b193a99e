"""Where a new repo is built: a temporary folder beside its destination."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_destination(destination: Path) -> None:
    """Raise GoldenpathError where the destination can't take a new repo."""
    if destination.is_symlink() or (destination.exists() and not destination.is_dir()):
        raise GoldenpathError("the destination is no folder", where=str(destination), hint="Name a new folder.")
    if destination.is_dir() and any(destination.iterdir()):
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
    prefix = f".{destination.name}.goldenpath-"
    _sweep(parent, prefix)
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path, prefix: str) -> None:
    """Remove what killed runs for the same destination left, unless their process is alive."""
    for left in parent.glob(f"{prefix}*"):
        pid = left.name.removeprefix(prefix).partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _existing(folder: Path) -> Path:
    while not folder.is_dir():
        if folder.exists():
            raise GoldenpathError("is no folder", where=str(folder), hint="Name another place.")
        folder = folder.parent
    return folder
