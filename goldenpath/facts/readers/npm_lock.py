"""package-lock.json and npm-shrinkwrap.json, of versions 1 to 3: the packages that come from npm's registry."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from goldenpath.facts.base import ReadError
from goldenpath.facts.json_file import document
from goldenpath.facts.model import Package
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("package-lock.json", "npm-shrinkwrap.json")

_FOLDER = "node_modules/"
_ALIAS = re.compile(r"npm:((?:@[^@/]+/)?[^@/]+)@(.+)\Z")
_VERSION = re.compile(r"\d+\.\d+\.\d")
_DEEPEST = 100
_MOST_MISSED = 50


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages, wherever they are installed; a folder of the repo and a link to one are none."""
    text = decode(file.data, strict=True)
    said = document(text, "lock of npm")
    if isinstance(said.get("packages"), dict):
        found = _installed(said["packages"])
    elif "lockfileVersion" in said:
        found = _nested(said.get("dependencies"), 0)
    else:
        raise ReadError("is no lock of npm")
    return tuple(_placed(found, text, file.path))


def _installed(table: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield key, name and version of what stands at its path in node_modules."""
    for path, entry in table.items():
        version = entry.get("version") if isinstance(entry, dict) and not entry.get("link") else None
        if isinstance(version, str) and _FOLDER in path and _VERSION.match(version):
            name = entry.get("name")
            yield path, name if isinstance(name, str) else path.rpartition(_FOLDER)[2], version


def _nested(table: Any, depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield key, name and version of what is nested as it is installed, in the order of the text."""
    for key, entry in table.items() if isinstance(table, dict) and depth < _DEEPEST else ():
        version = entry.get("version") if isinstance(entry, dict) else None
        if isinstance(version, str):
            alias = _ALIAS.match(version)
            name, version = (alias[1], alias[2]) if alias else (key, version)
            yield key, name if _VERSION.match(version) else "", version
            yield from _nested(entry.get("dependencies"), depth + 1)


def _placed(found: Iterator[tuple[str, str, str]], text: str, path: str) -> Iterator[Package]:
    """Yield the packages with their lines: keys come in the order of the text, each is looked for behind the last.

    A text that npm didn't write has none of the keys as they are looked for: after a few nobody looks any more.
    """
    at, line, missed = 0, 1, 0
    for key, name, version in found:
        opening = f"{json.dumps(key, ensure_ascii=False)}: {{"
        place = text.find(opening, at) if missed < _MOST_MISSED else -1
        if place >= 0:
            line += text.count("\n", at, place)
            at = place + len(opening)
        else:
            missed += 1
        if name:
            row = line if place >= 0 else None
            yield Package(name=name, version=version, ecosystem="npm", lock=path, path=path, line=row)
