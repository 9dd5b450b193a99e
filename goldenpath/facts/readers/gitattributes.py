"""Reads `.gitattributes`: which files git's large file storage keeps outside the repo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.model import Artifact, Facts
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (".gitattributes",)
VERSION = 1

_LFS = re.compile(r"(?P<pattern>\"[^\"]+\"|\S+)\s(?:.*\s)?filter=lfs(?:\s|\Z)")


def read(file: File) -> Facts:
    """Return a record of kind `lfs` for each pattern that the storage filters, the pattern as its `detail`."""
    rows = []
    for number, line in enumerate(decode(file.data).split("\n"), start=1):
        match = _LFS.match(line.strip())
        if match and not line.lstrip().startswith("#"):
            pattern = match["pattern"].strip('"')
            rows.append(Artifact(kind="lfs", detail=pattern, path=file.path, line=number))
    return Facts(data=tuple(rows))
