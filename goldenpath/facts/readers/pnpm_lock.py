"""pnpm-lock.yaml: the packages that come from npm's registry, which its keys name with their versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Package
from goldenpath.facts.text import decode
from goldenpath.facts.yaml_items import keys

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("pnpm-lock.yaml", "pnpm-lock.yml")

_KEY = re.compile(r"/?(?P<name>(?:@[^@/]+/)?[^@/]+)[@/](?P<version>\d+\.\d+\.\d[^()_/]*)(?:[(_].*)?\Z")
_EMPTY = re.compile(r"^(?:importers|dependencies|settings):", re.MULTILINE)


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages, each version once: those that differ in their peers are the same package."""
    text = decode(file.data, strict=True)
    if "lockfileVersion:" not in text:
        raise ReadError("is no lock of pnpm")
    if not re.search(r"^packages:", text, re.MULTILINE) and _EMPTY.search(text):
        return ()
    rows: dict[tuple[str, str], Package] = {}
    for key, line in keys(text, "packages"):
        found = _KEY.match(key)
        if found:
            name, version = found["name"], found["version"]
            row = Package(name=name, version=version, ecosystem="npm", lock=file.path, path=file.path, line=line)
            rows.setdefault((name, version), row)
    return tuple(rows.values())
