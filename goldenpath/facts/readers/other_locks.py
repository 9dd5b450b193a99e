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
VERSION = 3

_DIGEST = re.compile(r'^content_hash = "sha256:([0-9a-f]{64})"$', re.MULTILINE)
_ELSEWHERE = re.compile(r"^(?:\[packages\.)?(?:vcs|directory)\b", re.MULTILINE)
_PYLOCK = re.compile(r'^\[\[packages\]\]\nname = "([^"\n]+)"\nversion = "([^"\n]+)"$', re.MULTILINE)


def read(file: File) -> Facts:
    """Return the lock."""
    text = decode(file.data, strict=True)
    if not _is_pdm(file):
        return Facts(lockfiles=(Lockfile(path=file.path, tool="pylock", hashes=_is_hashed(text)),))
    digest = _DIGEST.search(text)
    lock = Lockfile(
        path=file.path,
        tool="pdm",
        hashes=poetry_lock.hashed(text),
        made_for=f"pdm:{digest[1]}" if digest else "",
        members=poetry_lock.folders(text),
    )
    return Facts(lockfiles=(lock,))


def _is_hashed(text: str) -> bool:
    """Tell whether all that is fetched has hashes: a commit is its own, a folder has none."""
    blocks = f"\n{text}".split("\n[[packages]]\n")[1:]
    return all("hashes" in block or _ELSEWHERE.search(block) for block in blocks)


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
