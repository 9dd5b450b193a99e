"""yarn.lock, of version 1 and of those that followed: the packages that come from npm's registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Package
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("yarn.lock",)

_ENTRY = re.compile(
    r'^"?(?P<name>(?:@[^@"\s/]+/)?[^@"\s/]+)@(?P<range>[^",\n]*+)(?:[",][^\n]*+)?+(?<=:)\n'
    r'(?:  [^\n]*\n)*?  version:? "?(?P<version>[^"\n]+)"?\n'
    r'(?:  resolution: "(?P<resolution>[^"\n]+)"\n)?',
    re.MULTILINE,
)
_ALIAS = re.compile(r"npm:((?:@[^@/]+/)?[^@/]+)@")
_RESOLVED = re.compile(r"((?:@[^@/]+/)?[^@/]+)@npm:([^:]+)\Z")
_LOCAL = ("file:", "link:", "portal:", "workspace:")


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages; a folder of the repo is none, and one under another name has its own."""
    text = decode(file.data, strict=True)
    modern = re.search(r"^__metadata:$", text, re.MULTILINE) is not None
    if not modern and "# yarn lockfile v1" not in text:
        raise ReadError("is no lock of yarn")
    rows = []
    for found, line in matches(_ENTRY, text):
        name, version = _modern(found) if modern else _first(found)
        if name:
            rows.append(Package(name=name, version=version, ecosystem="npm", lock=file.path, path=file.path, line=line))
    return tuple(rows)


def _first(found: re.Match[str]) -> tuple[str, str]:
    if found["range"].startswith(_LOCAL):
        return "", ""
    alias = _ALIAS.match(found["range"])
    return alias[1] if alias else found["name"], found["version"]


def _modern(found: re.Match[str]) -> tuple[str, str]:
    resolved = _RESOLVED.match(found["resolution"] or "")
    return (resolved[1], resolved[2]) if resolved else ("", "")
