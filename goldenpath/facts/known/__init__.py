"""What is known of other people's tools and ages: tables in data files, each with the day and the source it is from.

A file of this folder is TOML: `as_of` is the day on which it was last compared with its `source`, the rest are tables.
Code says how a table is used, never what stands in it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent


@cache
def known(name: str) -> Mapping[str, Any]:
    """Return the tables of one file, by its name without suffix; read once a process."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def names() -> tuple[str, ...]:
    """Return the names of all files, for the tests that hold each to its form."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
