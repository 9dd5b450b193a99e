"""The items of a list in YAML that a tool wrote: one form, megabytes of it, so it is scanned and not parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIR = re.compile(r"([A-Za-z_][\w-]*):[ \t]+(\S.*)")


def items(text: str, key: str) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the items of a top-level list as their plain keys and texts, each with the line that it begins in.

    What is nested deeper is left out. Raise ReadError where there is no such list.
    """
    found: dict[str, str] = {}
    start, indent = 0, -1
    for line, raw in _below(text, key):
        bare = raw.lstrip(" ")
        depth = len(raw) - len(bare)
        if bare.startswith("- ") and depth == (depth if indent < 0 else indent):
            if start:
                yield found, start
            found, start, indent = {}, line, depth
            bare, depth = bare[2:], depth + 2
        pair = _PAIR.match(bare) if depth == indent + 2 else None
        if pair:
            found[pair[1]] = scalar(pair[2])
    if start:
        yield found, start


def keys(text: str, key: str) -> Iterator[tuple[str, int]]:
    """Yield the keys of a top-level map, each with its line; raise ReadError where there is no such map."""
    for line, raw in _below(text, key):
        bare = raw.rstrip()
        if raw.startswith("  ") and not raw.startswith(("   ", "  #")) and (bare.endswith(":") or ": " in bare):
            name = bare[2:].removesuffix(":") if bare.endswith(":") else bare[2:].partition(": ")[0]
            yield scalar(name), line


def scalar(text: str) -> str:
    """Return a scalar as its text, quotes and a comment behind it taken off."""
    text = text.strip()
    for quote in "'\"":
        if text.startswith(quote):
            inner = text[1:].partition(quote)[0] if quote == '"' else text[1:].replace("''", "\0").partition("'")[0]
            return inner.replace("\0", "'")
    return text.partition(" #")[0].rstrip()


def _below(text: str, key: str) -> Iterator[tuple[int, str]]:
    """Yield the lines below a top-level key, of each document that has it, with their numbers."""
    opening = re.compile(rf"{key}:[ \t]*(?:\[\]|\{{\}})?[ \t]*\Z")
    within = known = False
    for line, raw in enumerate(text.split("\n"), start=1):
        if raw and (raw[0] not in " -#" or raw.startswith("---")):
            within = opening.match(raw) is not None
            known = known or within
        elif within:
            yield line, raw
    if not known:
        raise ReadError(f"has no {key}")
