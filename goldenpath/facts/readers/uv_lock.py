"""uv.lock: its packages, and what each member's manifest asked for when it was written.

uv writes the file in one fixed form, so it is scanned block by block; only the blocks of members are parsed.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Lockfile, Package, Wanted
from goldenpath.facts.requirement import canonical
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("uv.lock",)
VERSION = 1

_BLOCK = re.compile(r"^\[\[package\]\]$", re.MULTILINE)
_NAME = re.compile(r'^name = "([^"\n]+)"$', re.MULTILINE)
_VERSION = re.compile(r'^version = "([^"\n]+)"$', re.MULTILINE)
_MEMBER = re.compile(r'^source = \{ (?:editable|virtual) = "([^"\n]*)" \}$', re.MULTILINE)
_SOURCE = re.compile(r"^source = \{ (\w+) = ", re.MULTILINE)


def read(file: File) -> Facts:
    """Return the lock, its packages and what its members wanted."""
    text = decode(file.data, strict=True)
    packages: list[Package] = []
    wanted: list[Wanted] = []
    members: set[str] = set()
    for line, block in _blocks(text):
        name, version = _NAME.search(block), _VERSION.search(block)
        if not name:
            continue
        member = _MEMBER.search(block)
        if member:
            members.add(member[1].removeprefix("./").strip("/"))
            wanted.extend(_wanted(block, file.path, line, member[1]))
        elif version and not _source(block, "directory"):
            packages.append(
                Package(name=canonicalize_name(name[1]), version=version[1], lock=file.path, path=file.path, line=line)
            )
    lock = Lockfile(path=file.path, tool="uv", hashes="hash = " in text or not packages)
    return Facts(lockfiles=(lock,), packages=tuple(packages), wanted=tuple(wanted))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    starts = [found.start() for found in _BLOCK.finditer(text)]
    line, before = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", before, start)
        before = start
        yield line, text[start:end]


def _source(block: str, kind: str) -> bool:
    found = _SOURCE.search(block)
    return found is not None and found[1] == kind


def _wanted(block: str, path: str, line: int, member: str) -> Iterator[Wanted]:
    try:
        said = tomllib.loads(block)["package"][0]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReadError("has a member that is no TOML", line) from error
    metadata = said.get("metadata", {})
    root = "" if member in {".", ""} else member.removeprefix("./").strip("/")
    parts: list[tuple[str, Any]] = [("runtime", metadata.get("requires-dist", []))]
    groups = metadata.get("requires-dev", {})
    parts.extend((f"group:{name}", items) for name, items in groups.items() if isinstance(groups, dict))
    yield Wanted(member=root, name="", specifier="", scope="", path=path, line=line)
    for scope, items in parts:
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                yield Wanted(
                    member=root,
                    name=canonicalize_name(item["name"]),
                    specifier=canonical(str(item.get("specifier", ""))),
                    scope=scope,
                    path=path,
                    line=line,
                )
