"""The catalog: the blueprints of a standard, found by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath.catalog.blueprint import Blueprint, read_blueprint
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The blueprints of a standard, sorted by name."""

    blueprints: tuple[Blueprint, ...]

    def get(self, name: str) -> Blueprint:
        """Return the blueprint of that name; raise GoldenpathError with the nearest name where there is none."""
        for blueprint in self.blueprints:
            if blueprint.name == name:
                return blueprint
        known = [blueprint.name for blueprint in self.blueprints]
        hint = f"{did_you_mean(name, known)} `goldenpath catalog list` shows them all.".strip()
        raise GoldenpathError(f"there is no blueprint {name!r}", hint=hint)


def read_catalog(folders: Iterable[Path]) -> Catalog:
    """Read every blueprint of some folders, the lowest standard's first.

    A later folder's blueprint takes the place of one of the same name, and may stand on the layers of earlier ones.
    """
    found: dict[str, Path] = {}
    homes = list(folders)
    for folder in homes:
        for file in sorted(folder.glob("*/blueprint.yaml")):
            found[file.parent.name] = file.parent
    return Catalog(blueprints=tuple(read_blueprint(found[name], homes[::-1]) for name in sorted(found)))
