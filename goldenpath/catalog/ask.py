"""The questions of a blueprint's layers, joined into one questionnaire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath import _yaml
from goldenpath.catalog.questions import Question, read_questions
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from goldenpath.catalog.blueprint import Blueprint, Layer

QUESTIONS = "copier.yml"
_MARKER = re.compile(r"^(---|\.\.\.|%)", re.MULTILINE)


def ask(blueprint: Blueprint) -> tuple[tuple[Question, ...], str]:
    """Return the questions of all layers, the lowest layer's first, and their YAML text.

    A question that two layers ask is an error, unless the upper one has `copier.yml#NAME` in its `overrides`: then its
    own stands, where it asks it.
    """
    texts: dict[str, str] = {}
    asked: dict[str, str] = {}
    found: dict[str, Question] = {}
    for layer in blueprint.layers:
        text = _text(layer)
        for question in read_questions(text, where=str(layer.folder / QUESTIONS)):
            if question.name in asked:
                below = asked[question.name]
                _check_override(layer, question, below, text)
                texts[below] = _without(texts[below], question.name)
                found.pop(question.name)
            asked[question.name] = layer.name
            found[question.name] = question
        _check_overrides(layer, asked)
        texts[layer.name] = text
    return tuple(found.values()), "\n".join(f"{text.strip()}\n" for text in texts.values() if text.strip())


def _text(layer: Layer) -> str:
    file = layer.folder / QUESTIONS
    try:
        text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise GoldenpathError(f"can't be read: {error}", where=str(file)) from error
    marker = _MARKER.search(text)
    if marker:
        line = text.count("\n", 0, marker.start()) + 1
        raise GoldenpathError(
            f"{marker.group()!r} starts or ends a document", where=f"{file}:{line}:1", hint="Write one document only."
        )
    _check_block(text, str(file))
    return text


def _check_block(text: str, where: str) -> None:
    """Refuse what can't stand below another layer's questions: keys that don't start a line."""
    try:
        documents = _yaml.compose(text)
    except _yaml.YamlError as error:
        raise GoldenpathError(f"is no YAML: {error.reason}", where=f"{where}:{error.line}:{error.column}") from error
    if not documents or not documents[0].is_mapping:
        return
    top = documents[0]
    if top.column != 1 or text.splitlines()[top.line - 1].startswith("{"):
        raise GoldenpathError(
            "the questions don't start their lines",
            where=f"{where}:{top.line}:{top.column}",
            hint="Write each question's name at the start of a line, without braces around them all.",
        )


def _check_override(layer: Layer, question: Question, below: str, text: str) -> None:
    if below != layer.name and f"{QUESTIONS}#{question.name}" in layer.overrides:
        return
    line, column = _yaml.place_of(text, (question.name,))
    raise GoldenpathError(
        f"the layers {below!r} and {layer.name!r} both ask {question.name!r}",
        where=f"{layer.folder / QUESTIONS}:{line}:{column}",
        hint=f"Rename one of them, or add `{QUESTIONS}#{question.name}` to `overrides` of {layer.name!r}.",
    )


def _check_overrides(layer: Layer, asked: dict[str, str]) -> None:
    for name in layer.overrides:
        question = name.removeprefix(f"{QUESTIONS}#")
        if question != name and asked.get(question) != layer.name:
            raise GoldenpathError(
                f"the layer {layer.name!r} overrides the question {question!r}, which it doesn't ask",
                where=str(layer.folder),
                hint="Take it out of `overrides`, or ask it.",
            )


def _without(text: str, name: str) -> str:
    """Return a layer's text without one question: its lines, up to the next question's."""
    starts = {_yaml.place_of(text, (other,))[0] for other in _yaml.load(text)}
    lines = text.splitlines(keepends=True)
    first = _yaml.place_of(text, (name,))[0]
    after = min((line for line in starts if line > first), default=len(lines) + 1)
    return "".join(lines[: first - 1] + lines[after - 1 :])
