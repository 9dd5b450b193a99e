"""The questions of a template, and answers checked against them before anything is rendered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goldenpath import _schema, _yaml
from goldenpath._text import encodable
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_TYPES = ("str", "int", "float", "bool", "json", "yaml", "path")
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class AnswerError(GoldenpathError):
    """An answer that a question doesn't take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: its type, what it asks, its default (a value or a Jinja text) and its choices, if any.

    `hidden` questions are computed from the others and never asked; `several` ones take a list of choices.
    """

    name: str
    type: str
    help: str
    default: Any
    choices: tuple[Any, ...] = ()
    hidden: bool = False
    several: bool = False


def read_questions(text: str, *, where: str, settings: Collection[str] = ()) -> tuple[Question, ...]:
    """Return the questions of a `copier.yml` text, in order; raise GoldenpathError with the place of what is wrong.

    `settings` are those that it may hold beside them: what the composer itself writes.
    """
    try:
        documents = _yaml.compose(text)
        data = documents[0].plain() or {} if documents else {}
    except _yaml.YamlError as error:
        raise GoldenpathError(f"is no YAML: {error.reason}", where=f"{where}:{error.line}:{error.column}") from error
    twice = [mistake for document in documents for mistake in _schema.repeated(document, where)]
    if twice:
        raise _schema.as_error(twice, "questions")
    if not isinstance(data, dict):
        raise GoldenpathError("holds no questions", where=where, hint="Write a mapping of names to questions.")
    found = []
    for name, body in data.items():
        if name in settings:
            continue
        line, column = _yaml.place_of(text, (name,)) if not isinstance(body, dict) or name.startswith("_") else (0, 0)
        if name.startswith("_"):
            raise GoldenpathError(
                f"the setting {name!r} is the composer's",
                where=f"{where}:{line}:{column}",
                hint="A layer holds questions only; tasks, migrations and extensions are refused.",
            )
        if not isinstance(body, dict):
            raise GoldenpathError(
                f"the question {name!r} has no type",
                where=f"{where}:{line}:{column}",
                hint=f"Write `{name}: {{type: str, help: ..., default: ...}}`.",
            )
        found.append(_question(name, body, text, where))
    return tuple(found)


def parse_answers(given: Mapping[str, Any], questions: Iterable[Question], *, where: str) -> dict[str, Any]:
    """Return the answers with the types that the questions ask for.

    Raise AnswerError for an answer to no question, of the wrong type, or outside the choices. Texts are read as
    their question's type, so that `--data k=3` and a data file's `k: 3` are the same.
    """
    known = {question.name: question for question in questions if not question.hidden}
    answers = {}
    for name, value in given.items():
        if name not in known:
            raise AnswerError(
                f"there is no question {name!r}", where=where, hint=did_you_mean(name, known) or "It asks nothing."
            )
        answers[name] = _answer(known[name], value, where)
    return answers


def _question(name: str, body: dict[str, Any], text: str, where: str) -> Question:
    kind = str(body.get("type", "str"))
    if kind not in _TYPES:
        line, column = _yaml.place_of(text, (name, "type"))
        raise GoldenpathError(
            f"{name!r} is of the unknown type {kind!r}",
            where=f"{where}:{line}:{column}",
            hint=did_you_mean(kind, _TYPES),
        )
    choices = body.get("choices") or ()
    values = choices.values() if isinstance(choices, dict) else choices if isinstance(choices, list) else ()
    return Question(
        name=name,
        type=kind,
        help=" ".join(str(body.get("help", "")).split()),
        default=body.get("default"),
        choices=tuple(_choice(value) for value in values),
        hidden=body.get("when") is False,
        several=body.get("multiselect") is True,
    )


def _choice(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _answer(question: Question, value: Any, where: str) -> Any:
    if question.several:
        items = value if isinstance(value, list) else [part for part in str(value).split(",") if part.strip()]
        return [_one(question, item.strip() if isinstance(item, str) else item, where) for item in items]
    return _one(question, value, where)


def _one(question: Question, value: Any, where: str) -> Any:
    answer = _typed(question, value, where)
    if not question.choices:
        return answer
    for choice in question.choices:
        if answer == choice or str(answer) == str(choice):
            return choice
    words = [str(choice) for choice in question.choices]
    # Of numbers and versions the one that is written alike is not the one that is meant.
    said = str(value) if any(character.isalpha() for character in str(value)) else ""
    raise AnswerError(f"{question.name} can't be {value!r:.80}", where=where, hint=did_you_mean(said, words))


def _typed(question: Question, value: Any, where: str) -> Any:
    kind = question.type
    if kind in {"str", "path"}:
        return _text(question, value, where)
    try:
        if kind == "bool":
            return value if isinstance(value, bool) else _BOOLEANS[str(value).strip().lower()]
        if kind in {"int", "float"}:
            return _number(kind, value)
    except (ValueError, KeyError) as error:
        words = {"bool": "true or false", "int": "a whole number", "float": "a number"}
        raise AnswerError(
            f"{question.name} is {value!r:.80}, it should be {words[kind]}", where=where, hint=question.help
        ) from error
    return value


def _number(kind: str, value: Any) -> int | float:
    if isinstance(value, bool):
        raise ValueError  # noqa: TRY004 - a bool is an int to Python, not to a person
    number = int(str(value)) if kind == "int" else float(str(value))
    if not math.isfinite(number):
        raise ValueError
    return number


def _text(question: Question, value: Any, where: str) -> str:
    if isinstance(value, (dict, list)):
        raise AnswerError(f"{question.name} should be a text", where=where, hint=question.help)
    text = "" if value is None else str(value)
    if encodable(text) != text:
        raise AnswerError(f"{question.name} is no UTF-8 text: {text!r:.80}", where=where, hint=question.help)
    return text
