"""Looks a layer's own words over: globs that find no file, and a road that isn't the version that it is said to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath import _globs, _schema
from goldenpath.catalog.compose import files_of
from goldenpath.catalog.outputs import rendered_path
from goldenpath.curation.fault import Fault
from goldenpath.errors import nearest
from goldenpath.facts.python_tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from goldenpath.catalog.blueprint import Layer

_ANSWER = re.compile(r"\{\{.*?\}\}")


def layer_faults(layer: Layer, composed: set[str]) -> Iterator[Fault]:
    """Yield what is wrong; `composed` are the paths of all blueprints that stand on the layer.

    What its own parts leave out is there for its globs, whether a blueprint asks for it or not.
    """
    mine = {path for name, _ in files_of(layer) if (path := rendered_path(name))}
    file = layer.folder / ("layer.yaml" if (layer.folder / "layer.yaml").is_file() else "blueprint.yaml")
    for key, glob in _globs_of(layer):
        known = mine if key[0] == "parts" else mine | composed
        if not _finds(glob, known, shared=key[:2] == ("ownership", "shared")):
            yield Fault(
                code="no-file",
                where=_schema.place(file, key),
                message=f"{glob} finds no file of the template",
                remedy=_remedy(glob, known),
            )
    if layer.road:
        yield from _road(layer, file)


def _globs_of(layer: Layer) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each glob of a layer with the keys that lead to it."""
    owned = layer.ownership
    lists = {("ownership", name): getattr(owned, name) for name in ("managed", "sealed", "seeded")}
    lists |= {("parts", name): globs for name, globs in layer.parts.items()}
    for key, globs in lists.items():
        yield from (((*key, number), glob) for number, glob in enumerate(globs))
    for name in ("shared", "instead"):
        yield from ((("ownership", name, glob), glob) for glob in getattr(owned, name))


def _finds(glob: str, known: set[str], *, shared: bool) -> bool:
    if shared:  # a path, and no glob: with an answer in it, it is the path of no repo
        return glob in known and not _ANSWER.search(glob)
    return any(_globs.matches(glob, path) for path in known)


def _remedy(glob: str, known: set[str]) -> str:
    written = {_ANSWER.sub("*", path) for path in known}
    folders = {f"{path[: at + 1]}**" for path in written for at, mark in enumerate(path) if mark == "/"}
    near = nearest(glob, sorted(written | folders))
    return f"Did you mean {near!r}?" if near else "Take it out, or write it as the file is called in a rendered repo."


def _road(layer: Layer, file: Path) -> Iterator[Fault]:
    """Tell where the package of the road says another version, or none does."""
    packages = [path for name, path in files_of(layer) if rendered_path(name).rpartition("/")[2] == "__init__.py"]
    said = [(path, *found) for path in packages if (found := _version(path))]
    for path, line, version in said:
        if version != layer.road:
            yield Fault(
                code="road-version",
                where=f"{path}:{line}",
                message=f"`__version__` is {version}, and the layer says that its road is {layer.road}",
                remedy=f"Raise `road` in {file.name} with the package, so that both say the same.",
            )
    if not said:
        yield Fault(
            code="road-version",
            where=_schema.place(file, ("road",)),
            message=f"the road is {layer.road}, and no package of the layer says so",
            remedy=f'Write `__version__ = "{layer.road}"` into the `__init__.py` of its package.',
        )


def _version(file: Path) -> tuple[int, str] | None:
    """Return what a module says of its version, with the line."""
    tokens = tokenize(file.read_text(encoding="utf-8", errors="replace"))
    for index, token in enumerate(tokens.items):
        if token.text != "__version__" or token.indent:
            continue
        for at in range(index, tokens.statement_end(index) - 1):
            if tokens.text(at) == "=" and tokens.kind(at + 1) is Kind.STRING:
                return token.line, tokens.items[at + 1].value
    return None
