"""Blueprints and the layers they stand on, as their own files describe them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - as above
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from goldenpath import _schema
from goldenpath.catalog.parts import asked_for, is_left_out
from goldenpath.catalog.pins import Pins
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lifecycle(StrEnum):
    """Where a blueprint stands in its life."""

    EXPERIMENTAL = "experimental"
    RECOMMENDED = "recommended"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whose each file is: globs of the template's, keys of files that are shared, globs of the team's own.

    `sealed` are globs of folders that are the template's with all that ever stands in them. `instead` says by globs
    what serves a team in place of an edit.
    """

    managed: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seeded: tuple[str, ...] = ()
    instead: dict[str, str] = field(default_factory=dict)

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic reads it; no field


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFile:
    """The contents of a `layer.yaml`."""

    name: str
    description: str = ""
    road: str = ""
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()
    ownership: Ownership = field(default_factory=Ownership)
    pins: Pins = field(default_factory=Pins)

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic reads it; no field


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintFile:
    """The contents of a `blueprint.yaml`."""

    name: str
    version: str
    title: str = ""
    description: str = ""
    lifecycle: Lifecycle = Lifecycle.RECOMMENDED
    successor: str | None = None
    until: dt.date | None = None
    owner: str = ""
    layers: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    ownership: Ownership = field(default_factory=Ownership)
    pins: Pins = field(default_factory=Pins)

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic reads it; no field


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A folder of questions (`copier.yml`), files (`template/`) and included files (`parts/`).

    `parts` are named groups of its files, by globs of where they stand in a repo; `asked` are those of them that the
    blueprint asks for. `road` is the version of the road that it brings, "" where it brings none.
    """

    name: str
    folder: Path
    overrides: tuple[str, ...]
    ownership: Ownership
    pins: Pins = field(default_factory=Pins)
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    road: str = ""

    @property
    def written(self) -> str:
        """The name as a blueprint writes it, with the parts that it asks for."""
        return f"{self.name}[{','.join(self.asked)}]" if self.asked else self.name

    def leaves_out(self, path: str) -> bool:
        """Tell whether a file, such as `template/Makefile.jinja`, stands in no part that is asked for."""
        return is_left_out(path, self.parts, self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A Copier template for one kind of repo; `layers` go from the lowest to the blueprint's own folder."""

    name: str
    version: str
    title: str
    description: str
    lifecycle: Lifecycle
    successor: str | None
    until: dt.date | None
    owner: str
    folder: Path
    layers: tuple[Layer, ...]

    @property
    def constraints(self) -> Path | None:
        """The tested versions of its whole stack, where it carries them."""
        path = self.folder / "constraints.txt"
        return path if path.is_file() else None

    @property
    def road(self) -> str:
        """The version of the road that its layers bring, "" where they bring none."""
        return next((layer.road for layer in self.layers if layer.road), "")

    @property
    def unreleased(self) -> str:
        """The version that its folder renders as before the version that it names is released."""
        return f"{self.version}.dev"

    @property
    def standing(self) -> str:
        """Where it stands in its life, in words."""
        until = f" until {self.until}" if self.until else ""
        successor = f", use {self.successor}" if self.successor else ""
        return f"{self.lifecycle}{until}{successor}"


def read_blueprint(folder: Path, shared: Sequence[Path] = ()) -> Blueprint:
    """Read the blueprint that stands in a folder; raise GoldenpathError with the place of what is wrong.

    Its layers stand beside it, else in one of the `shared` folders: those of the standards that its own one extends.
    """
    file = folder / "blueprint.yaml"
    read = _schema.read_file(file, BlueprintFile, empty={})
    if read.name != folder.name:
        raise GoldenpathError(
            f"the blueprint {read.name!r} stands in the folder {folder.name!r}",
            where=_schema.place(file, ("name",)),
            hint="Folder and name are the same word: rename one of them.",
        )
    _check_version(read.version, file, "version")
    _check_end(read, file)
    homes = (folder.parent, *shared)
    layers = tuple(_read_layer(name, homes, file, ("layers", number)) for number, name in enumerate(read.layers))
    _check_once(layers, file)
    _check_one_road(layers, file)
    own = Layer(name=read.name, folder=folder, overrides=read.overrides, ownership=read.ownership, pins=read.pins)
    return Blueprint(
        name=read.name,
        version=read.version,
        title=read.title,
        description=read.description,
        lifecycle=read.lifecycle,
        successor=read.successor,
        until=read.until,
        owner=read.owner,
        folder=folder,
        layers=(*layers, own),
    )


def _check_version(version: str, file: Path, key: str) -> None:
    try:
        Version(version)
    except InvalidVersion as error:
        raise GoldenpathError(
            f"{version!r} is no version",
            where=_schema.place(file, (key,)),
            hint="Write it as MAJOR.MINOR.PATCH, such as 1.2.0.",
        ) from error


def _check_end(read: BlueprintFile, file: Path) -> None:
    if read.successor and read.lifecycle is not Lifecycle.DEPRECATED:
        raise GoldenpathError(
            f"names a successor, but is {read.lifecycle}",
            where=_schema.place(file, ("successor",)),
            hint="Set `lifecycle: deprecated`, or take the successor out.",
        )


def _check_once(layers: Sequence[Layer], file: Path) -> None:
    names = [layer.name for layer in layers]
    for number, layer in enumerate(layers):
        if layer.name in names[:number]:
            raise GoldenpathError(
                f"the layer {layer.name!r} is named twice",
                where=_schema.place(file, ("layers", number)),
                hint=f'Name it once, with every part that it should bring: "{layer.name}[ONE,OTHER]".',
            )


def _check_one_road(layers: Sequence[Layer], file: Path) -> None:
    roads = [(number, layer) for number, layer in enumerate(layers) if layer.road]
    for number, layer in roads[1:]:
        raise GoldenpathError(
            f"the layers {roads[0][1].name!r} and {layer.name!r} both bring a road",
            where=_schema.place(file, ("layers", number)),
            hint="A repo has one road: take one of them out, or take `road` out of its layer.yaml.",
        )


def _read_layer(written: str, homes: Sequence[Path], wanted_by: Path, key: tuple[str | int, ...]) -> Layer:
    name, asked = asked_for(written)
    if name.startswith(".") or any(mark in name for mark in "/[]"):
        raise GoldenpathError(
            f"{name!r} is no name of a layer",
            where=_schema.place(wanted_by, key),
            hint='Name a folder beside it, with the parts that it should bring: "_layer[ONE,OTHER]".',
        )
    folder = next((home / name for home in homes if (home / name / "layer.yaml").is_file()), None)
    if folder is None:
        known = {path.parent.name for home in homes for path in home.glob("*/layer.yaml")}
        raise GoldenpathError(
            f"there is no layer {name!r}", where=_schema.place(wanted_by, key), hint=did_you_mean(name, known)
        )
    file = folder / "layer.yaml"
    read = _schema.read_file(file, LayerFile, empty={})
    if read.name != name:
        raise GoldenpathError(
            f"the layer {read.name!r} stands in the folder {name!r}",
            where=_schema.place(file, ("name",)),
            hint="Folder and name are the same word: rename one of them.",
        )
    _check_parts(read, asked, _schema.place(wanted_by, key))
    if read.road:
        _check_version(read.road, file, "road")
    return Layer(
        name=name,
        folder=folder,
        overrides=read.overrides,
        ownership=read.ownership,
        parts=read.parts,
        asked=asked,
        road=read.road,
        pins=read.pins,
    )


def _check_parts(read: LayerFile, asked: Sequence[str], where: str) -> None:
    for part in asked:
        if part not in read.parts:
            raise GoldenpathError(
                f"the layer {read.name!r} has no part {part!r}",
                where=where,
                hint=did_you_mean(part, read.parts) or f"It has none: write {read.name!r} alone.",
            )
