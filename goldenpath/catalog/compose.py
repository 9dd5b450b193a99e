"""Compose the layers of a blueprint into one self-contained Copier template."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath import _yaml
from goldenpath.catalog.questions import Question, read_questions
from goldenpath.catalog.tree import tree_id
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from goldenpath.catalog.blueprint import Blueprint, Layer

QUESTIONS = "copier.yml"
_FOLDERS = ("template", "parts")
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
    """Return the template of a blueprint; raise GoldenpathError where layers overlap and nobody says so."""
    files: dict[str, bytes] = {}
    owners: dict[str, tuple[str, str]] = {}
    executable: set[str] = set()
    for layer in blueprint.layers:
        for path, source in _files_of(layer):
            _take(path, layer, files, owners, executable)
            files[path] = source.read_bytes()
            if source.stat().st_mode & 0o100:
                executable.add(path)
    texts = [_question_text(layer) for layer in blueprint.layers]
    questions = _questions(blueprint, texts)
    header = _HEADER.format(name=blueprint.name, layers=", ".join(layer.name for layer in blueprint.layers))
    parts = [header, *(f"{text.strip()}\n" for text in texts if text.strip())]
    files[QUESTIONS] = "\n".join(parts).encode()
    return Template(files=dict(sorted(files.items())), executable=frozenset(executable), questions=questions)


def output_path(path: str) -> str:
    """Return the path that a template file renders to, but for the answers in it."""
    return path.removesuffix(".jinja")


def _files_of(layer: Layer) -> list[tuple[str, Path]]:
    found = []
    for name in _FOLDERS:
        top = layer.folder / name
        for source in sorted(top.rglob("*")):
            if source.is_symlink():
                raise GoldenpathError(
                    "a template holds no symbolic links", where=str(source), hint="Write the file out instead."
                )
            if source.is_file() and "__pycache__" not in source.parts:
                found.append((f"{name}/{source.relative_to(top).as_posix()}", source))
    return found


def _take(
    path: str, layer: Layer, files: dict[str, bytes], owners: dict[str, tuple[str, str]], executable: set[str]
) -> None:
    """Make the layer the owner of an output path; what it replaces must be declared in its `overrides`."""
    output = output_path(path)
    before = owners.get(output)
    if before is not None:
        declared = output.partition("/")[2] if output.startswith("template/") else output
        if declared not in layer.overrides:
            raise GoldenpathError(
                f"{declared} comes from the layers {before[0]!r} and {layer.name!r}",
                where=str(layer.folder),
                hint=f"Rename one, or add it to `overrides` of {layer.name!r} if it is meant to replace the other.",
            )
        files.pop(before[1])
        executable.discard(before[1])
    owners[output] = (layer.name, path)


def _question_text(layer: Layer) -> str:
    file = layer.folder / QUESTIONS
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _questions(blueprint: Blueprint, texts: list[str]) -> tuple[Question, ...]:
    asked: dict[str, str] = {}
    found: list[Question] = []
    for layer, text in zip(blueprint.layers, texts, strict=True):
        where = str(layer.folder / QUESTIONS)
        for question in read_questions(text, where=where):
            if question.name in asked:
                line, column = _yaml.place_of(text, (question.name,))
                raise GoldenpathError(
                    f"the layers {asked[question.name]!r} and {layer.name!r} both ask {question.name!r}",
                    where=f"{where}:{line}:{column}",
                    hint=f"Rename one of them; one answer serves the whole blueprint {blueprint.name!r}.",
                )
            asked[question.name] = layer.name
            found.append(question)
    return tuple(found)
