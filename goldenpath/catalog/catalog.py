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
        raise GoldenpathError(f"there is no blueprint {name!r}", hint=_nearest(name, known))


def find_blueprint(folders: Iterable[Path], name: str) -> Blueprint:
    """Read one blueprint, whatever state its neighbours are in; raise GoldenpathError with the nearest name."""
    homes = list(folders)
    found = _stands(homes)
    if name not in found:
        raise GoldenpathError(f"there is no blueprint {name!r}", hint=_nearest(name, found))
    return read_blueprint(found[name], homes[::-1])


def read_catalog(folders: Iterable[Path]) -> Catalog:
    """Read every blueprint of some folders, the lowest standard's first.

    A later folder's blueprint takes the place of one of the same name, and may stand on the layers of earlier ones.
    """
    homes = list(folders)
    found = _stands(homes)
    return Catalog(blueprints=tuple(read_blueprint(found[name], homes[::-1]) for name in sorted(found)))


def _stands(folders: Iterable[Path]) -> dict[str, Path]:
    """Return where each blueprint stands; a later folder's takes the place of one of the same name."""
    return {file.parent.name: file.parent for folder in folders for file in sorted(folder.glob("*/blueprint.yaml"))}


def _nearest(name: str, known: Iterable[str]) -> str:
    return f"{did_you_mean(name, known)} `goldenpath catalog list` shows them all.".strip()
