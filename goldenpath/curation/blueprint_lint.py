"""Looks blueprints over for what composes and yet can't be meant: most of all for who owns what.

A managed file that imports a file of the team's is broken by the next edit of the team's. A glob that finds nothing
owns nothing, and a file that nobody names never gets a fix. Text that two blueprints bring is mended in one of them.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from goldenpath.catalog.catalog import read_catalog
from goldenpath.catalog.ownership import Owner
from goldenpath.curation.composition import composition
from goldenpath.curation.fault import Fault
from goldenpath.curation.layer_lint import layer_faults
from goldenpath.curation.python_imports import Modules, imports_in
from goldenpath.curation.repeated_text import repeats
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from goldenpath.catalog.blueprint import Blueprint
    from goldenpath.curation.composition import Composition, Source
    from goldenpath.standard import Standard


def lint(standard: Standard, names: Sequence[str] = ()) -> tuple[Fault, ...]:
    """Return what is wrong with the blueprints of the standard's own folder, or with the named ones, by place.

    Places are relative to the standard's folder. Every blueprint of it is read, whichever are named: a layer's globs
    are right where they find a file in one of them, and text is compared between all. Of an inherited layer nothing is
    told, since it is mended elsewhere. Raise GoldenpathError for a blueprint that isn't there, is inherited, or can't
    be composed.
    """
    home = standard.folder.resolve()
    blueprints = read_catalog(standard.blueprints)
    for name in names:
        _check_own(blueprints.get(name), home)
    own = [composition(found) for found in blueprints.blueprints if _is_in(found.folder, home)]
    asked = [made for made in own if not names or made.blueprint.name in names]
    found = {*_layers(asked, own, home), *_repeated(own, {made.blueprint.name for made in asked})}
    for made in asked:
        found |= {*_unnamed(made, home), *_imports(made, home)}
    told = (fault.within(standard.folder) for fault in found)
    return tuple(sorted(told, key=lambda fault: (*_place(fault.where), fault.code, fault.message)))


def _check_own(blueprint: Blueprint, home: Path) -> None:
    if not _is_in(blueprint.folder, home):
        raise GoldenpathError(
            f"the blueprint {blueprint.name!r} is inherited: it stands in {blueprint.folder}",
            hint="Lint it in its own standard.",
        )


def _is_in(folder: Path, home: Path) -> bool:
    return folder.resolve().is_relative_to(home)


def _place(where: str) -> tuple[str, tuple[int, ...]]:
    file, *numbers = where.split(":")
    return file, tuple(int(number) for number in numbers if number.isdigit())


def _layers(asked: Iterable[Composition], own: Sequence[Composition], home: Path) -> Iterator[Fault]:
    """Tell what is wrong in the words of each layer, once: a layer's globs may find their files in any blueprint."""
    layers = {layer.folder: layer for made in asked for layer in made.blueprint.layers if _is_in(layer.folder, home)}
    for folder, layer in layers.items():
        users = [made for made in own if folder in {used.folder for used in made.blueprint.layers}]
        yield from layer_faults(layer, {path for made in users for path in made.paths})


def _unnamed(made: Composition, home: Path) -> Iterator[Fault]:
    for source in made.sources:
        if source.path and not made.claims.is_named(source.path) and _is_in(source.file, home):
            yield Fault(
                code="unnamed",
                where=str(source.file),
                message=f"no layer says whose {source.path} is",
                remedy=f"Name it in `ownership` of {source.layer.name}: managed, sealed, shared or seeded.",
            )


def _imports(made: Composition, home: Path) -> Iterator[Fault]:
    """Tell where managed Python imports what is the team's, whichever layers bring the two."""
    modules = Modules(made.paths)
    files = {source.path: source.file for source in made.sources}
    for source in made.sources:
        if not source.path.endswith(".py") or made.claims.of(source.path)[0] is not Owner.MANAGED:
            continue
        for line, path in _imported(source, modules):
            mine = _is_in(source.file, home) or _is_in(files[path], home)
            if mine and made.claims.of(path)[0] is Owner.SEEDED:
                yield Fault(
                    code="managed-imports-seeded",
                    where=f"{source.file}:{line}",
                    message=f"{source.path} is managed and imports {path}, which is the team's",
                    remedy="Manage that file too, seed this one, or let the team's code be called through a hook.",
                )


def _imported(source: Source, modules: Modules) -> Iterator[tuple[int, str]]:
    """Yield each file that a Python file imports, with the first line that does."""
    seen = set()
    for what in imports_in(source.text() or "", template=source.file.suffix == ".jinja"):
        for path in modules.imported(source.path, what):
            if path not in seen and path != source.path:
                seen.add(path)
                yield what.line, path


def _repeated(own: Iterable[Composition], asked: set[str]) -> Iterator[Fault]:
    """Tell what two blueprints bring in their own folders."""
    texts = {made.blueprint.name: _texts(made) for made in own}
    for one, other in combinations(sorted(texts), 2):
        if asked.isdisjoint({one, other}):
            continue
        for run in repeats(texts[one], texts[other]):
            yield Fault(
                code="repeated",
                where=f"{run.first}:{run.line}",
                message=f"{run.lines} lines from here on stand in {other} too: {run.second}:{run.second_line}",
                remedy="Bring them in a layer that both stand on.",
            )


def _texts(made: Composition) -> dict[str, str]:
    texts = ((source.file, source.text()) for source in made.own)
    return {str(file): text for file, text in texts if text is not None}
