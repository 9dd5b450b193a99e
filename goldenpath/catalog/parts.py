"""The parts of a layer: named groups of its files, which a blueprint asks for as one asks for a package's extras."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath import _globs
from goldenpath.catalog.outputs import rendered_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_ASKED = re.compile(r"(?P<name>[^\[\]]+?)\s*\[(?P<parts>[^\[\]]*)\]")


def asked_for(written: str) -> tuple[str, tuple[str, ...]]:
    """Return a layer's name and the parts that are asked of it: `_road[training,batch]` names two."""
    found = _ASKED.fullmatch(written.strip())
    if found is None:
        return written, ()
    return found["name"], tuple(part.strip() for part in found["parts"].split(",") if part.strip())


def is_left_out(path: str, parts: Mapping[str, Collection[str]], asked: Collection[str]) -> bool:
    """Tell whether a file of a layer stands in parts of it, none of which is asked for.

    The globs of a part are paths in the rendered repo; what is only included stands in no part.
    """
    rendered = rendered_path(path)
    homes = {name for name, globs in parts.items() if any(_globs.matches(glob, rendered) for glob in globs)}
    return bool(rendered and homes) and homes.isdisjoint(asked)
