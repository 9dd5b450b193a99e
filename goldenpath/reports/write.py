"""Write a report where it is wanted: stdout, or a file that is there whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from goldenpath.errors import GoldenpathError


def write(text: str, output: str | None) -> None:
    """Write to a file, or to stdout for None and `-`; raise GoldenpathError where the file can't be written."""
    if output in (None, "-"):
        sys.stdout.write(text)
        return
    target = Path(str(output)).resolve()
    try:
        if target.exists() and not target.is_file():
            # A pipe or a device (/dev/stderr, >(...)) is written to; taking its place would break it for others.
            target.write_text(text, encoding="utf-8", newline="\n")
        else:
            _replace(target, text)
    except OSError as error:
        raise GoldenpathError(
            f"the report can't be written: {error.strerror}",
            where=str(target),
            hint="Name a file in a folder that is there.",
        ) from error


def _replace(target: Path, text: str) -> None:
    descriptor, aside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(aside).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_mask())
        Path(aside).replace(target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _mask() -> int:
    """Return the umask; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
