"""Builds frozen dataclasses from YAML values, and tells every mistake with its place and the nearest right key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from goldenpath import _yaml
from goldenpath.errors import GoldenpathError, did_you_mean
from goldenpath.policy.base import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as FilePath

    from pydantic import TypeAdapter

T = TypeVar("T")
Path = tuple[str | int, ...]

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake in a file of a standard, at its place."""

    where: str
    line: int | None
    column: int | None
    message: str
    hint: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, or as much of it as is known."""
        return ":".join(str(part) for part in (self.where, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f". {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file that values come from; its text is searched for places only when there is a mistake to tell."""

    where: str
    text: str

    def mistake(self, path: Path, message: str, hint: str = "") -> Mistake:
        """Return a mistake at the deepest part of a path that the file has."""
        line, column = _yaml.place_of(self.text, path)
        return Mistake(where=self.where, line=line, column=column, message=message, hint=hint)


def text_of(path: FilePath) -> tuple[str, list[Mistake]]:
    """Return a file's text, or the mistake that it can't be read."""
    try:
        return path.read_text(encoding="utf-8"), []
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "is no UTF-8 text"
        return "", [Mistake(where=str(path), line=None, column=None, message=f"can't be read: {reason}")]


def items_of(text: str, where: str, what: str) -> tuple[tuple[_yaml.Node, ...], list[Mistake]]:
    """Return the items of a file that is a list of `what` (none of an empty file), or what is wrong with it."""

    def wrong(
        message: str, line: int | None = 1, column: int | None = 1
    ) -> tuple[tuple[_yaml.Node, ...], list[Mistake]]:
        return (), [Mistake(where=where, line=line, column=column, message=message)]

    try:
        documents = _yaml.compose(text)
    except _yaml.YamlError as error:
        return wrong(f"is no YAML: {error.reason}", error.line, error.column)
    if len(documents) > 1:
        return wrong("holds several YAML documents, of which only one would count", documents[1].line)
    if documents and not documents[0].is_sequence:
        return wrong(f"must be a list of {what}")
    return tuple(documents[0].elements()) if documents else (), []


def build(kind: type[T], data: Any, source: Source, path: Path) -> tuple[T | None, list[Mistake]]:
    """Return the dataclass that plain values make, or None and the mistakes; `path` leads to them in the file."""
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import

    try:
        return adapter(kind).validate_json(json.dumps(data)), []
    except ValidationError as error:
        return None, list(_mistakes(error.errors(include_url=False), kind, data, source, path))


def as_error(mistakes: list[Mistake], what: str) -> GoldenpathError:
    """Return all mistakes as one error."""
    if len(mistakes) == 1:
        return GoldenpathError(mistakes[0].message, hint=mistakes[0].hint, where=mistakes[0].place)
    lines = "".join(f"\n  {mistake}" for mistake in mistakes)
    return GoldenpathError(f"{len(mistakes)} mistakes in the {what}:{lines}")


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return the validator of a dataclass, built once."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _mistakes(errors: Any, kind: type[Any], data: Any, source: Source, path: Path) -> Iterator[Mistake]:
    told = [(_real(error, data), error) for error in errors]
    seen: set[Path] = set()
    for inner, error in told:
        deeper = any(len(other) > len(inner) and other[: len(inner)] == inner for other, _ in told)
        if inner in seen or (deeper and error["type"].endswith("_type")):
            continue  # the other ways to write the same value failed too: the deepest says what is wrong
        seen.add(inner)
        message, hint = _said(error, inner, kind)
        yield source.mistake((*path, *inner), message, hint)


def _real(error: Any, data: Any) -> Path:
    """Return an error's path in the data, without the names that pydantic gives to the branches of a union."""
    real: list[str | int] = []
    loc = [*error["loc"], *_cause(error)]
    for number, part in enumerate(loc):
        if _leads(data, part):
            data = data[part]
        elif not (error["type"] == "missing" and number == len(loc) - 1):
            continue
        real.append(part)
    return tuple(real)


def _leads(data: Any, part: str | int) -> bool:
    if isinstance(data, Mapping):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def _cause(error: Any) -> Path:
    cause = error.get("ctx", {}).get("error")
    return cause.path if isinstance(cause, SpecError) else ()


def _said(error: Any, inner: Path, kind: type[Any]) -> tuple[str, str]:
    name = inner[-1] if inner else ""
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"unknown key {name!r}", did_you_mean(str(name), _keys(kind, inner[:-1]))
    if error["type"] in {"missing", "missing_argument"}:
        return f"the key {name!r} is missing", ""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]), ""
    message = str(error["msg"]).replace("Input should be", "must be")
    return (f"{name}: {message}" if name != "" else message), ""


def _keys(kind: type[Any], path: Path) -> list[str]:
    """Return the keys that an object at a path may have, by the JSON Schema."""
    schema = adapter(kind).json_schema()
    nodes = [schema]
    for part in path:
        nodes = [below for node in _branches(nodes, schema) for below in _step(node, part)]
    return [str(key) for node in _branches(nodes, schema) for key in node.get("properties", ())]


def _branches(nodes: list[Any], schema: Any) -> list[Any]:
    out, stack = [], list(nodes)
    while stack:
        node = stack.pop()
        if "$ref" in node:
            stack.append(schema["$defs"][node["$ref"].rpartition("/")[2]])
            continue
        stack.extend((*node.get("anyOf", ()), *node.get("allOf", ())))
        out.append(node)
    return out


def _step(node: Any, part: str | int) -> Iterator[Any]:
    if isinstance(part, int):
        if isinstance(node.get("items"), dict):
            yield node["items"]
    elif part in node.get("properties", {}):
        yield node["properties"][part]
    elif isinstance(node.get("additionalProperties"), dict):
        yield node["additionalProperties"]
