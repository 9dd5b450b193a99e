"""What each packaging tool's own table in a TOML manifest says: one file a tool, one line a tool here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.tools import flit, hatch, pdm, pixi, poetry, rye, uv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from goldenpath.facts.model import Facts
    from goldenpath.facts.toml import Document

TOOLS: Mapping[str, Callable[[Document, str, tuple[str, ...]], Facts]] = {
    "flit": flit.read,
    "hatch": hatch.read,
    "pdm": pdm.read,
    "pixi": pixi.read,
    "poetry": poetry.read,
    "rye": rye.read,
    "uv": uv.read,
}
"""By the table's name under `tool`: what reads it, given the document, the file's path and the table's own path."""
