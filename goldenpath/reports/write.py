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
    target = Path(str(output))
    try:
        descriptor, aside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(aside).chmod(0o644)
        Path(aside).replace(target)
    except OSError as error:
        raise GoldenpathError(
            f"the report can't be written: {error.strerror}",
            where=str(target),
            hint="Name a file in a folder that is there.",
        ) from error
