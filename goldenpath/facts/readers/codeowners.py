"""Reads CODEOWNERS: who owns what nobody else owns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.known import known
from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

_PLACES: tuple[str, ...] = tuple(known("owners")["places"])
PATTERNS: tuple[str, ...] = tuple(place.lower() for place in _PLACES)
VERSION = 2

_OWNER = re.compile(r"@[\w./-]+|[^\s@]+@[^\s@]+\.[^\s@]+")
_ROLE = re.compile(r"@@(?P<name>[\w.-]+)")
_GROUP = re.compile(r"(?:CODEOWNERS\.)?@@@(?P<name>[\w.-]+)\s")
_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>(?:\s.*)?)$")


def read(file: File) -> Facts:
    """Return the file, where it is read at all, with its default owners (of `*`) as `detail`, None without any."""
    if file.path not in _PLACES:
        return Facts()
    text = decode(file.data)
    named = {*known("owners")["roles"], *(found["name"].lower() for found in _GROUP.finditer(text))}
    rules = [(pattern, owners) for pattern, owners in _rules(text) if any(_owns(word, named) for word in owners)]
    if not rules:
        raise ReadError("names no owner")
    everything = known("owners")["everything"]
    default = [" ".join(owners) for pattern, owners in rules if pattern in everything]
    return Facts(governance=(Governance(kind="codeowners", path=file.path, detail=default[-1] if default else None),))


def _rules(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each pattern with its owners; one without any has those of the section that it stands in."""
    inherited: list[str] = []
    for line in text.split("\n"):
        bare = line.partition(" #")[0].strip() if not line.lstrip().startswith("#") else ""
        section = _SECTION.match(bare)
        if section:
            inherited = section["owners"].split()
        elif bare and not _GROUP.match(bare):
            pattern, *owners = re.split(r"(?<!\\)\s+", bare)
            yield pattern, owners or inherited


def _owns(word: str, named: set[str]) -> bool:
    """Tell whether a word names a user, a team, an address, or a role or a group that is known."""
    role = _ROLE.fullmatch(word)
    return role["name"].lower() in named if role else bool(_OWNER.fullmatch(word))
