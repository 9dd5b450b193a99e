"""What a list says of a repo: where it is, and how it stands, on the word of whoever keeps the list.

As text, a line a repo, with words at its end that say more: `fraud-model owner=team-risk lifecycle=production`. As
YAML, a list of paths or of mappings with the same keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath import _schema
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = re.compile(r"(?P<path>\S.*?)(?P<words>(?:\s+[A-Za-z]\w*=\S*+)++)$")
_KEYS = ("id", "owner", "lifecycle", "tier", "topics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A repo on a list: its folder, and what the list says of it, which counts for more than the repo's own word."""

    __pydantic_config__: ClassVar[Any] = _schema.STRICT

    path: str
    id: str | None = None
    owner: str | None = None
    lifecycle: str | None = None
    tier: str | None = None
    topics: tuple[str, ...] = field(default=())


def from_lines(text: str, name: str, exists: Callable[[str], bool]) -> list[tuple[Listed, int]]:
    """Return the entries of a text with their lines; blank lines and lines that start with `#` don't count.

    `exists` tells whether a whole line is a path: then `=` in it says nothing. Raise GoldenpathError for a word whose
    key isn't known, with its line.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.strip()
        if written and not written.startswith("#"):
            found.append((_entry(written, f"{name}:{number}", exists), number))
    return found


def from_yaml(text: str, name: str) -> list[tuple[Listed, int]]:
    """Return the entries of a YAML list with their lines; raise GoldenpathError with every mistake in it."""
    nodes, mistakes = _schema.items_of(text, name, "repos")
    source = _schema.Source(where=name, text=text)
    found: list[tuple[Listed, int]] = []
    for index, node in enumerate(nodes):
        plain = node.plain()
        if isinstance(plain, str):
            found.append((Listed(path=plain), node.line))
            continue
        listed, wrong = _schema.build(Listed, plain, source, (index,))
        mistakes.extend(wrong)
        found += [(listed, node.line)] if listed else []
    if mistakes:
        raise _schema.as_error(mistakes, "list of repos")
    return found


def _entry(written: str, where: str, exists: Callable[[str], bool]) -> Listed:
    parts = _WORDS.fullmatch(written)
    if parts is None or exists(written):
        return Listed(path=written)
    pairs = [word.split("=", 1) for word in parts["words"].split()]
    said = dict(pairs)
    if len(said) < len(pairs):
        raise GoldenpathError("a key is given twice", where=where, hint="Say it once; of topics, topics=A,B.")
    for key, value in said.items():
        if key not in _KEYS:
            raise GoldenpathError(f"a list says nothing of {key!r}", where=where, hint=did_you_mean(key, _KEYS))
        if not value:
            raise GoldenpathError(f"{key} is empty", where=where, hint=f"Write {key}=VALUE, or leave it out.")
    topics = tuple(topic for topic in said.pop("topics", "").split(",") if topic)
    return Listed(path=parts["path"], topics=topics, **said)
