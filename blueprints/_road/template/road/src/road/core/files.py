"""Writes files so that a kill or a power cut leaves the old one or the new one, never a part."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from road.core.errors import UserError

_ASIDE = ".partial"


def write_file(root: Path, target: Path, content: bytes) -> None:
    """Write aside, flush to the disk, rename; `target` lies below `root`."""
    aside = root / _ASIDE
    aside.mkdir(parents=True, exist_ok=True)
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        _flush(target.parent.parent)
    handle, name = tempfile.mkstemp(dir=aside)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(target)
    _flush(target.parent)


def remove(target: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the folder for this process; the system lets go of it even when it is killed."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(f"another run is at work in {root}") from error
        shutil.rmtree(root / _ASIDE, ignore_errors=True)
        yield


def _flush(folder: Path) -> None:
    """Flush the names in a folder, so that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
