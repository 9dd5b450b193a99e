"""Conda's lock files: explicit lists and printed environments, and those of conda-lock (found, not parsed)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Lockfile, Package
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (
    "conda-*.lock",
    "*conda-lock.yml",
    "*conda-lock.yaml",
    "*.conda-lock.*",
    "*spec*.txt",
    "*explicit*.txt",
    "*conda*.txt",
    "environment*.lock",
    "environment*.txt",
)
VERSION = 1

_EXPLICIT = re.compile(r"^@EXPLICIT\s*$", re.MULTILINE)
_PRINTED = re.compile(r"^# ?\$ conda create --name ", re.MULTILINE)
_LINE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9._-]*)=([^=\s]+)(?:=[^=\s]+)?\s*$")
_ARCHIVE = re.compile(r"([^/\s]+)-([^-/\s]+)-[^-/\s]+\.(?:tar\.bz2|conda)(?:#(\S+))?\s*$")
_HEAD = 4096
_WIDTH = 500


def read(file: File) -> Facts:
    """Return the lock; nothing for a text that is none."""
    if file.name.lower().endswith((".yml", ".yaml")):
        return Facts(lockfiles=(Lockfile(path=file.path, tool="conda-lock"),))
    return listed(file.path, decode(file.data))


def listed(path: str, text: str) -> Facts:
    """Return the lock and the packages of a list that conda wrote, nothing for another text."""
    head = text[:_HEAD]
    explicit = _EXPLICIT.search(head) is not None
    if not explicit and not _PRINTED.search(head):
        return Facts()
    rows: list[Package] = []
    hashes = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _WIDTH or line.startswith("#"):
            continue
        found = (_ARCHIVE.search if explicit else _LINE.match)(line)
        if found:
            rows.append(Package(name=found[1].lower(), version=found[2], lock=path, path=path, line=number))
            hashes += bool(explicit and found[3])
    lock = Lockfile(path=path, tool="conda", hashes=bool(rows) and hashes == len(rows))
    return Facts(lockfiles=(lock,), packages=tuple(rows))
