"""uv.lock: its packages, and what each member's manifest asked for when it was written.

uv writes the file in one fixed form, so it is scanned and not parsed: a fleet has megabytes of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, Lockfile, Package, Wanted
from goldenpath.facts.requirement import canonical
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("uv.lock", "*.py.lock")
VERSION = 5

_START = "\n[[package]]\n"
_HEAD = re.compile(
    r"\n\[\[package\]\]\n"
    r'name = "(?P<name>[^"\n]+)"\n'
    r'(?:version = "(?P<version>[^"\n]+)"\n)?'
    r'(?:source = \{ (?P<source>\w+) = "(?P<location>[^"\n]*)")?'
)
_MEMBER = re.compile(
    r"\n\[\[package\]\]\n"
    r'name = "[^"\n]+"\n'
    r'(?:version = "[^"\n]+"\n)?'
    r'source = \{ (?:editable|virtual) = "(?P<location>[^"\n]*)"'
)
_LOCAL = frozenset({"directory", "editable", "virtual"})
_METADATA = "\n[package.metadata]\n"
_GROUPS = "[package.metadata.requires-dev]"
_LIST = re.compile(r'"?([A-Za-z0-9._-]+)"? = \[')
_ITEM = re.compile(r'\{ name = "([^"]+)"((?:[^{}"]|"[^"]*")*)\}')
_ELSEWHERE = re.compile(r", (?:directory|editable|git|path|url|virtual) = ")
_SPECIFIER = re.compile(r', specifier = "([^"]*)"')


def read(file: File) -> Facts:
    """Return the lock and what its members wanted."""
    text = f"\n{decode(file.data, strict=True)}"
    wanted = [row for found, line in matches(_MEMBER, text) for row in _wanted(text, found, file.path, line)]
    lock = Lockfile(path=file.path, tool="uv", hashes=_hashed(text))
    return Facts(lockfiles=(lock,), wanted=tuple(wanted))


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages that the lock gets from elsewhere."""
    return tuple(_packages(f"\n{decode(file.data, strict=True)}", file.path))


def _hashed(text: str) -> bool:
    """Tell whether what is fetched has hashes: a commit is its own, and a lock of nothing lacks none."""
    return "hash = " in text or not any(
        found["version"] and found["source"] not in _LOCAL | {"git"} for found in _HEAD.finditer(text)
    )


def _packages(text: str, path: str) -> Iterator[Package]:
    for found, line in matches(_HEAD, text):
        if found["version"] and found["source"] not in _LOCAL:
            name = canonicalize_name(found["name"])
            yield Package(name=name, version=found["version"], lock=path, path=path, line=line)


def _wanted(text: str, found: re.Match[str], path: str, line: int) -> Iterator[Wanted]:
    """Yield a member's own record, without a name, and one for each of its wishes."""
    location = found["location"]
    root = "" if location == "." else location.removeprefix("./").strip("/")
    yield Wanted(member=root, name="", specifier="", scope="", path=path, line=line)
    end = text.find(_START, found.end())
    block = text[found.start() + len(_START) : end if end >= 0 else len(text)]
    before, told, metadata = block.partition(_METADATA)
    at = line + before.count("\n") + _METADATA.count("\n")
    scope, groups = "", False
    for offset, entry in enumerate(metadata.split("\n") if told else ()):
        groups = groups or entry == _GROUPS
        opened = _LIST.match(entry)
        if opened:
            scope = f"group:{opened[1]}" if groups else "runtime" if opened[1] == "requires-dist" else ""
        for item in _ITEM.finditer(entry) if scope else ():
            specifier = _SPECIFIER.search(item[2])
            yield Wanted(
                member=root,
                name=canonicalize_name(item[1]),
                specifier=canonical(specifier[1] if specifier else ""),
                scope=scope,
                elsewhere=bool(_ELSEWHERE.search(item[2])),
                path=path,
                line=at + offset + 1,
            )
