"""`.goldenpath.yaml`: what a repo says of the standard that it follows."""

from __future__ import annotations

from dataclasses import dataclass

from goldenpath import _yaml

FILE = ".goldenpath.yaml"
_INTRO = "# Which standard this repo follows; goldenpath writes it, the team owns lifecycle, tier and owner.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The contents of a `.goldenpath.yaml`.

    `tree` is git's id of the tree that the blueprint rendered to, without this file and without the lock, so that a
    base can be proved to be the one that was rendered then. `road` is the version of the road in it, if it has one.
    """

    standard: str
    ref: str | None
    blueprint: str
    version: str
    tree: str
    road: str | None = None
    lifecycle: str | None = None
    tier: str | None = None
    owner: str | None = None

    def text(self) -> str:
        """Return the file's text."""
        names = ("standard", "ref", "blueprint", "version", "tree", "road", "lifecycle", "tier", "owner")
        values = {name: getattr(self, name) for name in names}
        return _INTRO + _yaml.dump({name: value for name, value in values.items() if value is not None})
