"""Which facts say nothing of the repo that holds them: those of test data, and those of templates for other repos.

They are listed and published with what they are, and nothing that judges a repo or counts what it uses takes them in.
"""

from __future__ import annotations

from dataclasses import fields, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from goldenpath.facts.force import is_fixture, is_template

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts, Record

WEIGHTY = frozenset({"data", "imports", "models", "notebooks", "secrets"})
"""Tables whose rows count among test data too: a key or a pickle there is in the repo all the same, and so is code."""


class Aside(StrEnum):
    """What a file is that doesn't speak for its repo; of any other the name is empty."""

    OWN = ""
    FIXTURE = "fixture"
    TEMPLATE = "template"


@lru_cache(maxsize=8192)
def aside(path: str) -> Aside:
    """Tell whether a file is test data or a template, by its path alone."""
    if is_template(path):
        return Aside.TEMPLATE
    return Aside.FIXTURE if is_fixture(path) else Aside.OWN


def spoken(facts: Facts) -> Facts:
    """Return the facts without the rows that stand aside; the same facts where there are none."""
    changed: dict[str, tuple[Record, ...]] = {}
    for table in (each.name for each in fields(facts)):
        rows: tuple[Record, ...] = getattr(facts, table)
        kept = tuple(row for row in rows if speaks(row.path, table))
        if len(kept) < len(rows):
            changed[table] = kept
    return replace(facts, **changed) if changed else facts  # type: ignore[arg-type]


def speaks(path: str, table: str) -> bool:
    """Tell whether a row of a table, read from a path, says something of the repo."""
    kind = aside(path)
    return kind is Aside.OWN or (kind is Aside.FIXTURE and table in WEIGHTY)
