"""Pipfile.lock: its packages, and the digest of the Pipfile that it was made for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts.json_file import document
from goldenpath.facts.model import Facts, Lockfile, Package
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("Pipfile.lock",)
VERSION = 3

_ENTRY = re.compile(r'^[ \t]+"([^"\n]+)":[ \t]*\{', re.MULTILINE)


def read(file: File) -> Facts:
    """Return the lock."""
    text = decode(file.data, strict=True)
    said = document(text, "lock of pipenv")
    digest = _digest(said)
    hashes = all(entry.get("hashes") for entry in _entries(said) if "version" in entry)
    paths = {entry[key] for entry in _entries(said) for key in ("path", "file") if isinstance(entry.get(key), str)}
    lock = Lockfile(
        path=file.path,
        tool="pipenv",
        hashes=hashes,
        made_for=f"pipenv:{digest}" if digest else "",
        members=tuple(sorted(path for path in paths if "://" not in path)),
    )
    return Facts(lockfiles=(lock,))


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages of the lock."""
    text = decode(file.data, strict=True)
    lines = {found[1]: line for found, line in matches(_ENTRY, text)}
    return tuple(_packages(document(text, "lock of pipenv"), file.path, lines))


def _digest(said: dict[str, Any]) -> str:
    meta = said.get("_meta")
    digests = meta.get("hash") if isinstance(meta, dict) else None
    digest = digests.get("sha256") if isinstance(digests, dict) else None
    return digest if isinstance(digest, str) else ""


def _entries(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for category, table in said.items():
        if category != "_meta" and isinstance(table, dict):
            yield from (entry for entry in table.values() if isinstance(entry, dict))


def _packages(said: dict[str, Any], path: str, lines: dict[str, int]) -> list[Package]:
    rows: dict[str, Package] = {}
    for category, table in said.items():
        if category == "_meta" or not isinstance(table, dict):
            continue
        for name, entry in table.items():
            version = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(version, str) and version.startswith("=="):
                row = Package(
                    name=canonicalize_name(name),
                    version=version.lstrip("="),
                    lock=path,
                    path=path,
                    line=lines.get(name),
                )
                rows.setdefault(row.name, row)
    return list(rows.values())
