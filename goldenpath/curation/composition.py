"""What a blueprint's template is composed of: where each file comes from, where it stands in a repo, whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath.catalog.compose import compose, files_of
from goldenpath.catalog.outputs import output_path, rendered_path
from goldenpath.catalog.ownership import claims

if TYPE_CHECKING:
    from pathlib import Path

    from goldenpath.catalog.blueprint import Blueprint, Layer
    from goldenpath.catalog.ownership import Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of a layer; `path` is where it stands in a repo, with answers as they are written, "" if only included."""

    path: str
    layer: Layer
    file: Path

    def text(self) -> str | None:
        """Return what it holds, None where that is no text."""
        data = self.file.read_bytes()
        try:
            return None if b"\0" in data else data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A blueprint and the files of its template, sorted by where they stand."""

    blueprint: Blueprint
    sources: tuple[Source, ...]
    claims: Claims

    @property
    def paths(self) -> frozenset[str]:
        """Where its files stand in a repo."""
        return frozenset(source.path for source in self.sources if source.path)

    @property
    def own(self) -> tuple[Source, ...]:
        """The files of the blueprint's own folder."""
        return tuple(source for source in self.sources if source.layer.folder == self.blueprint.folder)


def composition(blueprint: Blueprint) -> Composition:
    """Return what a blueprint is composed of; raise GoldenpathError where it can't be composed."""
    compose(blueprint)
    found = {}
    for layer in blueprint.layers:
        for path, file in files_of(layer):
            if not layer.leaves_out(path):
                found[output_path(path)] = Source(path=rendered_path(path), layer=layer, file=file)
    sources = tuple(sorted(found.values(), key=lambda source: (source.path, source.file)))
    return Composition(blueprint=blueprint, sources=sources, claims=claims(blueprint))
