"""Blueprints and the layers they stand on, as their own files describe them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - as above

from packaging.version import InvalidVersion, Version

from goldenpath import _schema
from goldenpath.errors import GoldenpathError, did_you_mean


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

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic reads it; no field


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A folder of questions (`copier.yml`), files (`template/`) and included parts (`parts/`)."""

    name: str
    folder: Path
    overrides: tuple[str, ...]
    ownership: Ownership


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


def read_blueprint(folder: Path) -> Blueprint:
    """Read the blueprint that stands in a folder; raise GoldenpathError with the place of what is wrong."""
    file = folder / "blueprint.yaml"
    read = _schema.read_file(file, BlueprintFile, empty={})
    if read.name != folder.name:
        raise GoldenpathError(
            f"the blueprint {read.name!r} stands in the folder {folder.name!r}",
            where=str(file),
            hint="Folder and name are the same word: rename one of them.",
        )
    _check_version(read.version, file)
    layers = tuple(_read_layer(folder.parent / name, file) for name in read.layers)
    own = Layer(name=read.name, folder=folder, overrides=read.overrides, ownership=read.ownership)
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
            f"{version!r} is no version", where=str(file), hint="Write it as MAJOR.MINOR.PATCH, such as 1.2.0."
        ) from error


def _read_layer(folder: Path, wanted_by: Path) -> Layer:
    file = folder / "layer.yaml"
    if not file.is_file():
        known = [path.parent.name for path in folder.parent.glob("*/layer.yaml")]
        raise GoldenpathError(
            f"there is no layer {folder.name!r}", where=str(wanted_by), hint=did_you_mean(folder.name, known)
        )
    read = _schema.read_file(file, LayerFile, empty={})
    return Layer(name=read.name, folder=folder, overrides=read.overrides, ownership=read.ownership)
