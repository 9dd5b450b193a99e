"""Blueprints and the layers they stand on, as their own files describe them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - as above
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from goldenpath import _schema
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
    """Whose each file is: globs of the template's, keys of files that are shared, globs of the team's own."""

    managed: tuple[str, ...] = ()
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seeded: tuple[str, ...] = ()

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic reads it; no field


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFile:
    """The contents of a `layer.yaml`."""

    name: str
    description: str = ""
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
    """A folder of questions (`copier.yml`), files (`template/`) and included parts (`parts/`)."""

    name: str
    folder: Path
    overrides: tuple[str, ...]
    ownership: Ownership
    pins: Pins = field(default_factory=Pins)


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
    _check_version(read.version, file)
    _check_end(read, file)
    homes = (folder.parent, *shared)
    layers = tuple(_read_layer(name, homes, file, ("layers", number)) for number, name in enumerate(read.layers))
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


def _check_version(version: str, file: Path) -> None:
    try:
        Version(version)
    except InvalidVersion as error:
        raise GoldenpathError(
            f"{version!r} is no version",
            where=_schema.place(file, ("version",)),
            hint="Write it as MAJOR.MINOR.PATCH, such as 1.2.0.",
        ) from error


def _check_end(read: BlueprintFile, file: Path) -> None:
    if read.successor and read.lifecycle is not Lifecycle.DEPRECATED:
        raise GoldenpathError(
            f"names a successor, but is {read.lifecycle}",
            where=_schema.place(file, ("successor",)),
            hint="Set `lifecycle: deprecated`, or take the successor out.",
        )


def _read_layer(name: str, homes: Sequence[Path], wanted_by: Path, key: tuple[str | int, ...]) -> Layer:
    if "/" in name or name.startswith("."):
        raise GoldenpathError(
            f"{name!r} is no name of a layer", where=_schema.place(wanted_by, key), hint="Name a folder beside it."
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
    return Layer(name=name, folder=folder, overrides=read.overrides, ownership=read.ownership, pins=read.pins)
