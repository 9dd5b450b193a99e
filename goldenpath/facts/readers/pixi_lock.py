"""pixi.lock: its packages, Conda's and PyPI's, in the forms that pixi has written since version 4 of the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Package
from goldenpath.facts.readers import conda_lock
from goldenpath.facts.text import decode
from goldenpath.facts.yaml_items import items

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("pixi.lock",)

_VERSION = re.compile(r"^version:[ \t]*(\d{1,4})[ \t]*$", re.MULTILINE)
_KNOWN = range(4, 8)


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages that come from elsewhere, each version once: platforms and environments share most."""
    text = decode(file.data, strict=True)
    version = _VERSION.search(text)
    if not version or int(version[1]) not in _KNOWN:
        raise ReadError(f"is a lock of pixi of version {version[1]}" if version else "is no lock of pixi")
    rows: dict[tuple[str, str, str], Package] = {}
    for entry, line in items(text, "packages"):
        ecosystem, name, locked = _named(entry)
        if name and locked:
            row = Package(
                name=canonicalize_name(name) if ecosystem == "pypi" else name.lower(),
                version=locked,
                ecosystem=ecosystem,
                lock=file.path,
                path=file.path,
                line=line,
            )
            rows.setdefault((ecosystem, row.name, locked), row)
    return tuple(rows.values())


def _named(entry: dict[str, str]) -> tuple[str, str, str]:
    """Return ecosystem, name and version; no name for a folder of the repo."""
    ecosystem = entry.get("kind") or ("pypi" if "pypi" in entry else "conda")
    location = entry.get("url") or entry.get(ecosystem, "")
    if "://" not in location or ecosystem not in {"conda", "pypi"}:
        return ecosystem, "", ""
    name, version = conda_lock.archive(location) if ecosystem == "conda" else ("", "")
    return ecosystem, entry.get("name") or name, entry.get("version") or version
