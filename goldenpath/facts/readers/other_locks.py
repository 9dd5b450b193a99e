"""Lock files in TOML whose packages are found by a scan: PDM's, and the one of PEP 751."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, Lockfile, Package
from goldenpath.facts.readers import poetry_lock
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("pdm.lock", "pylock.toml", "pylock.*.toml")
VERSION = 2

_PYLOCK = re.compile(r'^\[\[packages\]\]\nname = "([^"\n]+)"\nversion = "([^"\n]+)"$', re.MULTILINE)


def read(file: File) -> Facts:
    """Return the lock."""
    text = decode(file.data, strict=True)
    tool = "pdm" if _is_pdm(file) else "pylock"
    return Facts(lockfiles=(Lockfile(path=file.path, tool=tool, hashes="sha256" in text),))


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages of the lock."""
    text = decode(file.data, strict=True)
    if _is_pdm(file):
        return poetry_lock.listed(text, file.path)
    return tuple(
        Package(name=canonicalize_name(found[1]), version=found[2], lock=file.path, path=file.path, line=line)
        for found, line in matches(_PYLOCK, text)
    )


def _is_pdm(file: File) -> bool:
    return file.name.lower() == "pdm.lock"
