"""Conda's lock files: explicit lists, printed environments, and those of conda-lock, whose packages may be PyPI's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, Lockfile, Package
from goldenpath.facts.text import decode
from goldenpath.facts.yaml_items import items

if TYPE_CHECKING:
    from collections.abc import Iterator

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
VERSION = 2

_EXPLICIT = re.compile(r"^@EXPLICIT\s*$", re.MULTILINE)
_PRINTED = re.compile(r"^# ?\$ conda create --name ", re.MULTILINE)
_LINE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9._-]*)=([^=\s]+)(?:=[^=\s]+)?\s*$")
_ARCHIVE = re.compile(r"(?<![^/\s])([^/\s]+)-([^-/\s]+)-[^-/\s]+\.(?:tar\.bz2|conda)(?:#(\S+))?\s*$")
_ECOSYSTEMS = {"conda": "conda", "pip": "pypi"}
_HEAD = 4096
_WIDTH = 500


def read(file: File) -> Facts:
    """Return the lock; nothing for a text that is none."""
    if _is_unified(file):
        return Facts(lockfiles=(Lockfile(path=file.path, tool="conda-lock"),))
    return listed(file.path, decode(file.data))


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages of the lock."""
    if _is_unified(file):
        return _unified(file)
    rows = _rows(decode(file.data))
    return tuple(
        Package(name=name.lower(), version=version, ecosystem="conda", lock=file.path, path=file.path, line=line)
        for line, name, version, _ in rows
    )


def archive(location: str) -> tuple[str, str]:
    """Return the name and the version that the location of one of Conda's packages tells, empty where it tells none."""
    found = _ARCHIVE.search(location) if len(location) <= _WIDTH else None
    return (found[1], found[2]) if found else ("", "")


def listed(path: str, text: str) -> Facts:
    """Return the lock that a list by conda is, nothing for another text."""
    if not _is_list(text):
        return Facts()
    digests = [bool(digest) for _, _, _, digest in _rows(text)]
    return Facts(lockfiles=(Lockfile(path=path, tool="conda", hashes=bool(digests) and all(digests)),))


def _is_unified(file: File) -> bool:
    return file.name.lower().endswith((".yml", ".yaml"))


def _is_list(text: str) -> bool:
    head = text[:_HEAD]
    return _EXPLICIT.search(head) is not None or _PRINTED.search(head) is not None


def _rows(text: str) -> Iterator[tuple[int, str, str, str | None]]:
    """Yield line, name, version and digest of each package of a list, nothing of another text."""
    if not _is_list(text):
        return
    explicit = _EXPLICIT.search(text[:_HEAD])
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _WIDTH or line.startswith("#"):
            continue
        found = _ARCHIVE.search(line) if explicit else _LINE.match(line)
        if found:
            yield number, found[1], found[2], found[3] if explicit else None


def _unified(file: File) -> tuple[Package, ...]:
    """Return the packages of a file by conda-lock: a name that several platforms lock at one version is told once."""
    rows: dict[tuple[str, str, str], Package] = {}
    for entry, line in items(decode(file.data), "package"):
        name, version, manager = entry.get("name"), entry.get("version"), entry.get("manager", "conda")
        if not name or not version or manager not in _ECOSYSTEMS:
            continue
        ecosystem = _ECOSYSTEMS[manager]
        name = canonicalize_name(name) if ecosystem == "pypi" else name.lower()
        row = Package(name=name, version=version, ecosystem=ecosystem, lock=file.path, path=file.path, line=line)
        rows.setdefault((ecosystem, name, version), row)
    return tuple(rows.values())
