"""Compose the layers of a blueprint into one self-contained Copier template."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from goldenpath.catalog.ask import QUESTIONS, ask
from goldenpath.catalog.outputs import output_path
from goldenpath.catalog.tree import tree_id
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from goldenpath.catalog.blueprint import Blueprint, Layer
    from goldenpath.catalog.questions import Question

_FOLDERS = ("template", "parts")
# What tools leave beside the sources that they look at.
CACHES = frozenset({"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
#: What the composer itself writes beside the questions; nothing else that Copier obeys is let into a template.
SETTINGS = ("_min_copier_version", "_subdirectory", "_templates_suffix", "_envops")
_HEADER = """\
# Composed by goldenpath from the layers of the blueprint {name}: {layers}.
_min_copier_version: "9.19.0"
_subdirectory: template
_templates_suffix: .jinja
_envops:
  undefined: jinja2.StrictUndefined
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A self-contained Copier template: paths to bytes, which of them are executable, and the questions it asks."""

    files: Mapping[str, bytes]
    executable: frozenset[str]
    questions: tuple[Question, ...]

    @property
    def tree(self) -> str:
        """The id of the template's tree, as git names it."""
        return tree_id(self.files, self.executable)

    @property
    def fingerprint(self) -> str:
        """A short name of the contents, for caches."""
        return hashlib.sha256(self.tree.encode()).hexdigest()[:16]

    def write(self, folder: Path) -> None:
        """Write the template into a folder."""
        for path, data in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            if path in self.executable:
                target.chmod(0o755)


def compose(blueprint: Blueprint) -> Template:
    """Return the template of a blueprint: what stands in parts that it doesn't ask for is left out.

    Raise GoldenpathError where layers overlap and nobody says so.
    """
    files: dict[str, bytes] = {}
    owners: dict[str, tuple[str, str]] = {}
    executable: set[str] = set()
    for layer in blueprint.layers:
        replaced = set()
        for path, source in files_of(layer):
            if layer.leaves_out(path):
                continue
            replaced.add(_take(path, layer, files, owners, executable))
            files[path] = _bytes(source)
            if source.stat().st_mode & 0o100:
                executable.add(path)
        _check_overrides(layer, replaced)
    _check_folders(files, blueprint)
    questions, text = ask(blueprint)
    header = _HEADER.format(name=blueprint.name, layers=", ".join(layer.written for layer in blueprint.layers))
    files[QUESTIONS] = f"{header}\n{text}".encode()
    return Template(files=dict(sorted(files.items())), executable=frozenset(executable), questions=questions)


def files_of(layer: Layer) -> list[tuple[str, Path]]:
    """Return the files of a layer, those of every part: where each stands in the template, and on disk."""
    found = []
    for name in _FOLDERS:
        top = layer.folder / name
        for source in sorted(top.rglob("*")):
            if source.is_symlink():
                raise GoldenpathError(
                    "a template holds no symbolic links", where=str(source), hint="Write the file out instead."
                )
            if source.is_file() and CACHES.isdisjoint(source.parts):
                found.append((f"{name}/{source.relative_to(top).as_posix()}", source))
    return found


def _take(
    path: str, layer: Layer, files: dict[str, bytes], owners: dict[str, tuple[str, str]], executable: set[str]
) -> str:
    """Make the layer the owner of an output path; return the name of what it replaces, "" for nothing.

    What it replaces must be declared in its `overrides`.
    """
    output = output_path(path)
    before = owners.get(output)
    owners[output] = (layer.name, path)
    if before is None:
        return ""
    declared = output.partition("/")[2] if output.startswith("template/") else output
    if before[0] == layer.name or declared not in layer.overrides:
        raise GoldenpathError(
            f"{declared} comes from the layers {before[0]!r} and {layer.name!r}",
            where=str(layer.folder),
            hint=f"Rename one, or add it to `overrides` of {layer.name!r} if it is meant to replace the other.",
        )
    files.pop(before[1])
    executable.discard(before[1])
    return declared


def _check_overrides(layer: Layer, replaced: set[str]) -> None:
    """Refuse a layer that says it replaces what no layer below it has: most often a file that was renamed there."""
    for name in layer.overrides:
        if name not in replaced and not name.startswith(f"{QUESTIONS}#"):
            raise GoldenpathError(
                f"the layer {layer.name!r} overrides {name}, which no layer below it has",
                where=str(layer.folder),
                hint=did_you_mean(name, replaced) or "Take it out of `overrides`, or look what it is called there now.",
            )


def _check_folders(files: Iterable[str], blueprint: Blueprint) -> None:
    """Refuse a path that is a file in one layer and a folder in another."""
    known = set(files)
    for path in sorted(known):
        for parent in PurePosixPath(path).parents:
            if str(parent) in known:
                raise GoldenpathError(
                    f"{parent} is a file in one layer and a folder in another",
                    where=str(blueprint.folder),
                    hint="Rename one of them.",
                )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise GoldenpathError(f"can't be read: {error.strerror}", where=str(file)) from error
