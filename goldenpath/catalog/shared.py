"""What of the template's is lacking in a file that the team adds to: keys of a parsed file, lines of any other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goldenpath import _yaml
from goldenpath.facts import toml
from goldenpath.facts.base import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Path = tuple[str | int, ...]

_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One thing of the template's that a file hasn't got: its name (a key or a line), what is there, what should be.

    `line` is where it would stand, as deep as the file has it; None where nothing is known.
    """

    name: str
    found: str
    wanted: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    """A parsed file: plain values, and a function that finds lines."""

    data: Any
    line: Callable[[Path], int | None]


def lacking(path: str, wanted: bytes, found: bytes, keys: Sequence[str]) -> tuple[Lack, ...]:
    """Return what of the template's file the repo's hasn't got.

    Below a key of the template every mapping and list may hold more than the template's, and nothing less. Without
    keys each line counts that isn't blank and no comment, wherever it stands.
    """
    if not keys:
        return tuple(_lines(wanted, found))
    theirs = _parse(path, wanted)
    try:
        ours = _parse(path, found)
    except (ReadError, _yaml.YamlError) as error:
        line = error.line if isinstance(error, (ReadError, _yaml.YamlError)) else None
        return (Lack(name=path, found=f"it can't be read: {error}", wanted=", ".join(keys), line=line),)
    return tuple(lack for key in keys for lack in _key(key, theirs, ours))


def _lines(wanted: bytes, found: bytes) -> Iterator[Lack]:
    there = {line.strip() for line in found.decode("utf-8", "replace").splitlines()}
    for line in dict.fromkeys(line.strip() for line in wanted.decode("utf-8", "replace").splitlines()):
        if line and not line.startswith("#") and line not in there:
            yield Lack(name=line, found="the line isn't there", wanted=_shown(line))


def _key(key: str, theirs: _Parsed, ours: _Parsed) -> Iterator[Lack]:
    steps = tuple(key.split("."))
    wanted, found = theirs.data, ours.data
    for step in steps:
        wanted = wanted.get(step) if isinstance(wanted, dict) else None
        found = found.get(step) if isinstance(found, dict) else None
    if wanted is not None:
        for inner, value, want in _less(wanted, found, steps):
            yield Lack(name=_dotted(inner), found=_shown(value), wanted=_shown(want), line=ours.line(inner))


def _less(wanted: Any, found: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """Yield each place where less is found than is wanted, as (path, what is there, what should be)."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            yield from _less(value, found.get(key), (*path, key))
    elif isinstance(wanted, list) and isinstance(found, list):
        missing = [item for item in wanted if item not in found]
        if missing:
            yield path, found, missing if len(missing) > 1 else missing[0]
    elif wanted != found or isinstance(wanted, bool) is not isinstance(found, bool):
        yield path, found, wanted


def _parse(path: str, data: bytes) -> _Parsed:
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if path.endswith(".toml"):
        document = toml.parse(text)
        return _Parsed(data=document.values, line=lambda steps: document.line(*steps))
    nodes = _yaml.compose(text)
    values = nodes[0].plain() if nodes else None
    return _Parsed(data=values, line=lambda steps: _line(nodes[0], steps) if nodes else None)


def _line(node: _yaml.Node, steps: Path) -> int | None:
    line = None
    for step in steps:
        below = node.get(str(step))
        if below is None:
            break
        node, line = below, below.line
    return line


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _shown(value: Any) -> str:
    """Return a value in one short line."""
    if value is None:
        return "nothing"
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."
