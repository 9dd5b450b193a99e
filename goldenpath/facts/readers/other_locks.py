"""Lock files in TOML whose packages are found by a scan: PDM's, and the one of PEP 751."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Facts, Lockfile, Package
from goldenpath.facts.readers.poetry_lock import packages
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("pdm.lock", "pylock.toml", "pylock.*.toml")
VERSION = 1

_PYLOCK = re.compile(r'^\[\[packages\]\]\nname = "([^"\n]+)"\nversion = "([^"\n]+)"$', re.MULTILINE)


def read(file: File) -> Facts:
    """Return the lock and its packages."""
    text = decode(file.data, strict=True)
    hashes = "sha256" in text
    if file.name.lower() == "pdm.lock":
        lock = Lockfile(path=file.path, tool="pdm", hashes=hashes)
        return Facts(lockfiles=(lock,), packages=packages(text, file.path))
    rows = tuple(
        Package(name=canonicalize_name(found[1]), version=found[2], lock=file.path, path=file.path, line=line)
        for found, line in matches(_PYLOCK, text)
    )
    return Facts(lockfiles=(Lockfile(path=file.path, tool="pylock", hashes=hashes),), packages=rows)
