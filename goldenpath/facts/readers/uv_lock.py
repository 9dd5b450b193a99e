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
VERSION = 7

_START = "\n[[package]]\n"
_HEAD = re.compile(
    r"\n\[\[package\]\]\n"
    r'name = "(?P<name>[^"\n]+)"\n'
    r'(?:version = "(?P<version>[^"\n]+)"\n)?'
    r'(?:source = \{ (?P<source>\w+) = "(?P<location>[^"\n]*)")?'
)
_MEMBER = re.compile(
    r"\n\[\[package\]\]\n"
    r'name = "(?P<name>[^"\n]+)"\n'
    r'(?:version = "(?P<version>[^"\n]+)"\n)?'
    r'source = \{ (?P<source>editable|virtual|directory) = "(?P<location>[^"\n]*)"'
)
_LOCAL = frozenset({"directory", "editable", "virtual"})
_OWN_HASH = frozenset({*_LOCAL, "git"})
_METADATA = "\n[package.metadata]\n"
_GROUPS = ("[package.metadata.requires-dev]", "[manifest.dependency-groups]")
_LIST = re.compile(r'"?([A-Za-z0-9._-]+)"? = \[')
_ITEM = re.compile(r'\{ name = "([^"]+)"((?:[^{}"]|"[^"]*"|\{[^{}]*\})*)\}')
_LOCATION = re.compile(r", (directory|editable|git|index|path|url|virtual) = \"([^\"]*)\"")
_SPECIFIER = re.compile(r', specifier = "([^"]*)"')
_MARKER = re.compile(r', marker = "([^"]*)"')
_EXTRAS = re.compile(r", extras = \[([^\]]*)\]")
_FOR_EXTRA = re.compile(r"(?: and )?extra == '([^']*)'")
_QUOTED = re.compile(r'"([^"]*)"')
_PYTHON = re.compile(r'^requires-python = "([^"\n]*)"', re.MULTILINE)
_SETTING = re.compile(r'^(resolution-mode|prerelease-mode|fork-strategy) = "([^"\n]*)"', re.MULTILINE)
_MARKERS = re.compile(r"^(supported|required)-markers = \[([^\]]*)\]", re.MULTILINE)
_MANIFEST = "\n[manifest]\n"
_SCOPES = {"constraints": "constraint", "overrides": "override", "build-constraints": "build"}


def read(file: File) -> Facts:
    """Return the lock and what its members wanted."""
    text = f"\n{decode(file.data, strict=True)}"
    wanted = [row for found, line in matches(_MEMBER, text) for row in _wanted(text, found, file.path, line)]
    lock = Lockfile(path=file.path, tool="uv", hashes=_hashed(text))
    return Facts(lockfiles=(lock,), wanted=(*_whole(text.partition(_START)[0], file.path), *wanted))


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages that the lock gets from elsewhere."""
    return tuple(_packages(f"\n{decode(file.data, strict=True)}", file.path))


def _hashed(text: str) -> bool:
    """Tell whether all that is fetched has hashes: a commit is its own, and a lock of nothing lacks none."""
    heads = list(_HEAD.finditer(text))
    ends = [found.start() for found in heads[1:]] + [len(text)]
    return all(
        "hash = " in text[found.end() : end]
        for found, end in zip(heads, ends, strict=False)
        if found["version"] and found["source"] not in _OWN_HASH
    )


def _packages(text: str, path: str) -> Iterator[Package]:
    for found, line in matches(_HEAD, text):
        if found["version"] and found["source"] not in _LOCAL:
            name = canonicalize_name(found["name"])
            yield Package(name=name, version=found["version"], lock=path, path=path, line=line)


def _whole(head: str, path: str) -> Iterator[Wanted]:
    """Yield what the lock says of the whole workspace: its Python, constraints, overrides and settings."""
    for found, line in matches(_PYTHON, head):
        yield Wanted(member="", name="", specifier=found[1], scope="python", path=path, line=line - 1)
    for found, line in matches(_SETTING, head):
        yield Wanted(member="", name=found[1], specifier=found[2], scope="setting", path=path, line=line - 1)
    for found, line in matches(_MARKERS, head):
        for marker in _QUOTED.findall(found[2]):
            yield Wanted(
                member="", name=found[1], specifier="", scope="environment", marker=marker, path=path, line=line - 1
            )
    before, told, manifest = head.partition(_MANIFEST)
    yield from _listed(manifest if told else "", path, before.count("\n") + 1, "", _SCOPES)


def _wanted(text: str, found: re.Match[str], path: str, line: int) -> Iterator[Wanted]:
    """Yield a member's own record, and one for each of its wishes."""
    location = found["location"]
    root = "" if location == "." else location.removeprefix("./").strip("/")
    yield Wanted(
        member=root,
        name=canonicalize_name(found["name"]),
        specifier=found["version"] or "",
        scope="",
        origin=found["source"],
        path=path,
        line=line,
    )
    end = text.find(_START, found.end())
    block = text[found.start() + len(_START) : end if end >= 0 else len(text)]
    before, told, metadata = block.partition(_METADATA)
    at = line + before.count("\n") + _METADATA.count("\n")
    yield from _listed(
        metadata if told else "", path, at, root, {"requires-dist": "runtime", "provides-extras": "extra"}
    )


def _listed(text: str, path: str, at: int, member: str, scopes: dict[str, str]) -> Iterator[Wanted]:
    """Yield the items of the lists of a table, each with the scope of its list; other lists are passed over."""
    scope, groups = "", False
    for offset, entry in enumerate(text.split("\n")):
        if entry.startswith("[["):
            return
        groups = groups or entry in _GROUPS
        opened = _LIST.match(entry)
        if opened:
            scope = f"group:{opened[1]}" if groups else scopes.get(opened[1], "")
            if groups:
                place = at + offset + 1
                yield Wanted(member=member, name=opened[1], specifier="", scope="group", path=path, line=place)
        if scope == "extra":
            for name in _QUOTED.findall(entry):
                yield Wanted(member=member, name=name, specifier="", scope=scope, path=path, line=at + offset + 1)
            continue
        for item in _ITEM.finditer(entry) if scope else ():
            yield _item(item, scope, member=member, path=path, line=at + offset + 1)


def _item(item: re.Match[str], scope: str, *, member: str, path: str, line: int) -> Wanted:
    specifier, location = _SPECIFIER.search(item[2]), _LOCATION.search(item[2])
    marker, extras = _MARKER.search(item[2]), _EXTRAS.search(item[2])
    condition = marker[1] if marker else ""
    named = set(_FOR_EXTRA.findall(condition)) if scope == "runtime" else set()
    if len(named) == 1:  # an optional dependency is written as one of the extra's environment
        scope = f"optional:{next(iter(named))}"
        condition = _FOR_EXTRA.sub("", condition).removeprefix(" and ")
    return Wanted(
        member=member,
        name=canonicalize_name(item[1]),
        specifier=canonical(specifier[1] if specifier else ""),
        scope=scope,
        extras=tuple(sorted(_QUOTED.findall(extras[1]))) if extras else (),
        marker=condition,
        origin=f"{location[1]}+{location[2]}" if location else "",
        elsewhere=location is not None and location[1] != "index",
        path=path,
        line=line,
    )
