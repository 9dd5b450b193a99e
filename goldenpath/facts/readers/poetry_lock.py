"""poetry.lock: its packages, and the digest of the manifest that it was made for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, Lockfile, Package
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("poetry.lock",)
VERSION = 3

_DIGEST = re.compile(r'^content-hash = "([0-9a-f]{64})"$', re.MULTILINE)
_FILES = re.compile(r"\n\"?([A-Za-z0-9._-]+)\"? = \[\s*\{[^\]]*?hash = ")
_ELSEWHERE = re.compile(
    r'^type = "(?:git|directory|file)"$|^(?:git|path|revision|editable) = |^source = \{ ?type = "(?:git|directory)"',
    re.MULTILINE,
)
_PACKAGE = re.compile(r"^\[\[package\]\]\n(?:(?!\[)[^\n]*\n){0,12}", re.MULTILINE)
_NAME = re.compile(r'^name = "([^"\n]+)"$', re.MULTILINE)
_VERSION = re.compile(r'^version = "([^"\n]+)"$', re.MULTILINE)


def read(file: File) -> Facts:
    """Return the lock."""
    text = decode(file.data, strict=True)
    digest = _DIGEST.search(text)
    lock = Lockfile(
        path=file.path,
        tool="poetry",
        made_for=f"poetry:{digest[1]}" if digest else "",
        hashes=hashed(text),
        members=folders(text),
    )
    return Facts(lockfiles=(lock,))


def hashed(text: str) -> bool:
    """Tell whether all that a lock of this form fetches from an index has hashes."""
    return all(found for _, found in _fetched(text))


def folders(text: str) -> tuple[str, ...]:
    """Return the folders that a lock of this form installs from, relative to its own."""
    found = set()
    for mark in ('\ntype = "directory"\nurl = "', '\npath = "'):
        at = text.find(mark)
        while at >= 0:
            start = at + len(mark)
            found.add(text[start : text.find('"', start)])
            at = text.find(mark, start)
    return tuple(sorted(found))


def _fetched(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the packages of an index, each with whether it has hashes: beside it, or in the table of all files."""
    body, _, files = text.partition("\n[metadata.files]\n")
    listed = {canonicalize_name(found[1]) for found in _FILES.finditer(f"\n{files}")}
    for block in f"\n{body}".split("\n[[package]]\n")[1:]:
        here = 'hash = "' in block or "sha256:" in block
        name = None if here else _NAME.search(block)
        if here or (name and not _ELSEWHERE.search(block)):
            yield block, here or (name is not None and canonicalize_name(name[1]) in listed)


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages of the lock."""
    return listed(decode(file.data, strict=True), file.path)


def listed(text: str, path: str) -> tuple[Package, ...]:
    """Return the packages of a lock in the form that Poetry and PDM share."""
    rows = []
    for block, line in matches(_PACKAGE, text):
        name, version = _NAME.search(block[0]), _VERSION.search(block[0])
        if name and version:
            rows.append(Package(name=canonicalize_name(name[1]), version=version[1], lock=path, path=path, line=line))
    return tuple(rows)
