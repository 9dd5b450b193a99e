"""hatch.toml: Hatch's table in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.text import decode
from goldenpath.facts.toml import parse
from goldenpath.facts.tools import hatch

if TYPE_CHECKING:
    from goldenpath.facts.base import File
    from goldenpath.facts.model import Facts

PATTERNS: tuple[str, ...] = ("hatch.toml",)
VERSION = 1


def read(file: File) -> Facts:
    """Return the environments' dependencies."""
    return hatch.read(parse(decode(file.data, strict=True)), file.path, ())
