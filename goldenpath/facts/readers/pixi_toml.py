"""pixi.toml: a workspace of Conda and PyPI packages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Project
from goldenpath.facts.text import decode
from goldenpath.facts.toml import parse
from goldenpath.facts.tools import pixi

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("pixi.toml",)
VERSION = 2


def read(file: File) -> Facts:
    """Return the workspace and the dependencies of each of its features."""
    document = parse(decode(file.data, strict=True))
    found = next((part for part in ("workspace", "project", "package") if document.table(part)), None)
    name = document.get(found, "name") if found else None
    project = Project(
        root=file.path.rpartition("/")[0],
        name=name if isinstance(name, str) else None,
        build_backend=None,
        path=file.path,
        line=document.line(found, "name") if found else None,
    )
    return replace(pixi.read(document, file.path, ()), projects=(project,))
