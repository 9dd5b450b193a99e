"""uv.lock: its packages, and what each member's manifest asked for when it was written.

uv writes the file in one fixed form, so it is scanned and not parsed: a fleet has megabytes of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, Lockfile, Package, Wanted
from goldenpath.facts.requirement import canonical
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("uv.lock", "*.py.lock")
VERSION = 2

_START = "\n[[package]]\n"
_HEAD = re.compile(
    r'name = "(?P<name>[^"\n]+)"\n'
    r'(?:version = "(?P<version>[^"\n]+)"\n)?'
    r'(?:source = \{ (?P<source>\w+) = "(?P<location>[^"\n]*)")?'
)
_METADATA = "\n[package.metadata]\n"
_GROUPS = "[package.metadata.requires-dev]"
_LIST = re.compile(r'"?([A-Za-z0-9._-]+)"? = \[')
_ITEM = re.compile(r'\{ name = "([^"]+)"((?:[^{}"]|"[^"]*")*)\}')
_SPECIFIER = re.compile(r', specifier = "([^"]*)"')


def read(file: File) -> Facts:
    """Return the lock, its packages and what its members wanted."""
    text = f"\n{decode(file.data, strict=True)}"
    packages: list[Package] = []
    wanted: list[Wanted] = []
    for line, block in _blocks(text):
        head = _HEAD.match(block)
        if not head:
            continue
        if head["source"] in {"editable", "virtual"}:
            wanted.extend(_wanted(block, file.path, line, head["location"]))
        elif head["version"] and head["source"] != "directory":
            name = canonicalize_name(head["name"])
            packages.append(Package(name=name, version=head["version"], lock=file.path, path=file.path, line=line))
    lock = Lockfile(path=file.path, tool="uv", hashes="hash = " in text or not packages)
    return Facts(lockfiles=(lock,), packages=tuple(packages), wanted=tuple(wanted))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each package's block with the line of its header."""
    first, *blocks = text.split(_START)
    line = first.count("\n") + 1
    for block in blocks:
        yield line, block
        line += block.count("\n") + _START.count("\n")


def _wanted(block: str, path: str, line: int, member: str) -> Iterator[Wanted]:
    """Yield a member's own record, without a name, and one for each of its wishes."""
    root = "" if member == "." else member.removeprefix("./").strip("/")
    yield Wanted(member=root, name="", specifier="", scope="", path=path, line=line)
    before, found, metadata = block.partition(_METADATA)
    at = line + before.count("\n") + _METADATA.count("\n")
    scope, groups = "", False
    for offset, text in enumerate(metadata.split("\n") if found else ()):
        groups = groups or text == _GROUPS
        opened = _LIST.match(text)
        if opened:
            scope = f"group:{opened[1]}" if groups else "runtime" if opened[1] == "requires-dist" else ""
        for item in _ITEM.finditer(text) if scope else ():
            specifier = _SPECIFIER.search(item[2])
            yield Wanted(
                member=root,
                name=canonicalize_name(item[1]),
                specifier=canonical(specifier[1] if specifier else ""),
                scope=scope,
                path=path,
                line=at + offset + 1,
            )
