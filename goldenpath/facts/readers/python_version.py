"""Files that name the Python to run: .python-version, runtime.txt, .tool-versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts import constraint
from goldenpath.facts.model import Facts, Python
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (".python-version", "runtime.txt", ".tool-versions")
VERSION = 1

_PINNED = re.compile(r"(?:c?python[-@]?)?(\d+(?:\.\d+){0,2})(?:[-+].*)?$")
_RUNTIME = re.compile(r"python-(\d+(?:\.\d+){0,2})$")
_TOOL = re.compile(r"python\s+(\d+(?:\.\d+){0,2})")


def read(file: File) -> Facts:
    """Return the versions of CPython that the file names; other interpreters and environments' names are left out."""
    pattern = {"runtime.txt": _RUNTIME, ".tool-versions": _TOOL}.get(file.name.lower(), _PINNED)
    rows = []
    for number, line in enumerate(decode(file.data).split("\n"), start=1):
        written = line.partition("#")[0].strip()
        found = pattern.match(written)
        if found:
            specifier = constraint.exactly(found[1])
            rows.append(Python(specifier=specifier, written=written, path=file.path, line=number))
    return Facts(python=tuple(rows))
