"""poetry.lock: its packages, and the digest of the manifest that it was made for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, Lockfile, Package
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("poetry.lock",)
VERSION = 2

_DIGEST = re.compile(r'^content-hash = "([0-9a-f]{64})"$', re.MULTILINE)
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
        hashes="sha256:" in text or "hash = " in text,
    )
    return Facts(lockfiles=(lock,))


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
