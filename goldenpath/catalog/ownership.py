"""Whose each file of a blueprint is, and whose each pin in it, and so what a change of it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from goldenpath import _globs
from goldenpath.catalog.pins import PinKind, PinOwner, masked, may_hold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldenpath.catalog.blueprint import Blueprint, Ownership


class Owner(StrEnum):
    """Whose a file is.

    `managed`: the template's, an edit is drift. `shared`: the team adds to it, what the template brings must stay.
    `seeded`: the team's from day one.
    """

    MANAGED = "managed"
    SHARED = "shared"
    SEEDED = "seeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the layers of a blueprint say of its files, the uppermost layer first.

    `bot` are the kinds of pins that the repo's bot moves; those of the other kinds are the template's.
    """

    layers: tuple[Ownership, ...]
    bot: tuple[PinKind, ...] = ()

    def of(self, path: str) -> tuple[Owner, tuple[str, ...]]:
        """Return whose a file is and, of a shared one, the keys that are the template's (none: each of its lines).

        The uppermost layer that names it decides; a file that no layer names is the team's.
        """
        for layer in self.layers:
            if path in layer.shared:
                return Owner.SHARED, layer.shared[path]
            if _named(path, (*layer.managed, *layer.sealed)):
                return Owner.MANAGED, ()
            if _named(path, layer.seeded):
                return Owner.SEEDED, ()
        return Owner.SEEDED, ()

    def is_named(self, path: str) -> bool:
        """Tell whether any layer says whose a file is."""
        return any(_names(layer, path) for layer in self.layers)

    def is_sealed(self, path: str) -> bool:
        """Tell whether a path lies where all is the template's, so that a file which it hasn't got is an edit too."""
        if not any(_named(path, layer.sealed) for layer in self.layers):
            return False
        return _named(path, next(layer for layer in self.layers if _names(layer, path)).sealed)

    def instead(self, path: str) -> str:
        """Return what serves in place of an edit of a file, as the uppermost layer that tells it says; "" for nothing.

        Of several globs of a layer the first one that matches counts.
        """
        told = (text for layer in self.layers for glob, text in layer.instead.items() if _globs.matches(glob, path))
        return next(told, "")

    def bot_moves(self, path: str) -> bool:
        """Tell whether a file can hold pins that the bot owns."""
        return may_hold(path, self.bot)

    def judged(self, path: str, data: bytes) -> bytes:
        """Return what of a file's bytes is compared: all but the versions that the bot owns."""
        return masked(path, data, self.bot)


def claims(blueprint: Blueprint) -> Claims:
    """Return what a blueprint and its layers say; of pins that no layer names the standard is the owner."""
    uppermost = tuple(reversed(blueprint.layers))
    owners = {kind: next(filter(None, (layer.pins.owner(kind) for layer in uppermost)), None) for kind in PinKind}
    bot = tuple(kind for kind in PinKind if owners[kind] is PinOwner.BOT)
    return Claims(layers=tuple(layer.ownership for layer in uppermost), bot=bot)


def _names(layer: Ownership, path: str) -> bool:
    return path in layer.shared or _named(path, (*layer.managed, *layer.sealed, *layer.seeded))


def _named(path: str, patterns: Iterable[str]) -> bool:
    return any(_globs.matches(pattern, path) for pattern in patterns)
