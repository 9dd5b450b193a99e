"""Our own YAML files at the boundary: values checked once, every mistake told at its place with the nearest right word.

What a file holds is a frozen dataclass. A file of one value is read with `read_file`; one that lists many (policies,
waivers) with `items_of` and `build`, so that the mistakes of all of them are told at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from goldenpath import _yaml
from goldenpath.errors import GoldenpathError, did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path as FilePath

    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

T = TypeVar("T")
Path = tuple[str | int, ...]

_MOST = 50
_LONGEST = 60
_UNKNOWN = frozenset({"unexpected_keyword_argument", "extra_forbidden"})
_MISSING = frozenset({"missing", "missing_argument", "missing_keyword_only_argument"})
_ONE_OF = frozenset({"enum", "literal_error"})
_WORDS = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dataclass_type": "a mapping of keys to values",
    "date_from_datetime_parsing": "a valid date, YYYY-MM-DD",
    "date_parsing": "a valid date, YYYY-MM-DD",
    "date_type": "a valid date, YYYY-MM-DD",
    "dict_type": "a mapping of keys to values",
    "float_type": "a number",
    "int_type": "a whole number",
    "mapping_type": "a mapping of keys to values",
    "string_type": "a text",
    "tuple_type": "a list",
}
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}

#: What a dataclass that is read from a file carries as `__pydantic_config__`: unknown keys are refused, and keys with
#: a hyphen in the file (`requires-goldenpath`) are attributes with an underscore.
STRICT: Any = {"extra": "forbid", "alias_generator": lambda name: name.replace("_", "-"), "populate_by_name": True}


class SpecError(ValueError):
    """A value that a file of a standard must not have; `path` leads to it from the object that refuses it."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake in a file of a standard, at its place."""

    where: str
    line: int | None = None
    column: int | None = None
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


def read_file(path: FilePath, kind: type[T], *, empty: Any = None) -> T:
    """Read a YAML file into a value of `kind`; raise GoldenpathError with the place of every mistake.

    `empty` stands for a file without content.
    """
    text, mistakes = text_of(path)
    if mistakes:
        raise as_error(mistakes, "file")
    return read_text(text, kind, where=str(path), empty=empty)


def read_text(text: str, kind: type[T], *, where: str, empty: Any = None) -> T:
    """Read a YAML text into a value of `kind`, as `read_file` does; `where` names it."""
    root, mistakes = _root_of(text, where)
    value: T | None = None
    if not mistakes:
        data = root.plain() if root is not None else None
        value, mistakes = build(kind, empty if data is None else data, Source(where=where, text=text), ())
    if mistakes or value is None:
        raise as_error(mistakes, "file")
    return value


def text_of(path: FilePath) -> tuple[str, list[Mistake]]:
    """Return a file's text, or the mistake that it can't be read."""
    try:
        return path.read_text(encoding="utf-8"), []
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no UTF-8 text"
        return "", [Mistake(where=str(path), message=f"can't be read: {reason}")]


def items_of(text: str, where: str, what: str) -> tuple[tuple[_yaml.Node, ...], list[Mistake]]:
    """Return the items of a file that is a list of `what` (none of an empty file), or what is wrong with it."""
    root, mistakes = _root_of(text, where)
    if root is not None and not root.is_sequence:
        return (), [Mistake(where=where, line=root.line, column=root.column, message=f"must be a list of {what}")]
    return tuple(root.elements()) if root is not None else (), mistakes


def repeated(root: _yaml.Node, where: str) -> Iterator[Mistake]:
    """Yield a mistake for each key that is given twice: YAML lets the last one win, and nobody would be told."""
    for key, first, again in _yaml.repeated(root):
        message = f"the key {key!r} is given twice, first in line {first.line}, column {first.column}"
        yield Mistake(
            where=where, line=again.line, column=again.column, message=message, hint="Take one of the two out."
        )


def build(kind: type[T], data: Any, source: Source, path: Path) -> tuple[T | None, list[Mistake]]:
    """Return the value of `kind` that plain values make, or None and the mistakes; `path` leads to them in the file."""
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import

    try:
        return adapter(kind).validate_json(json.dumps(data)), []
    except ValidationError as error:
        told = [(_real(detail, data), detail) for detail in error.errors(include_url=False)]
        whole = "it" if path else "the file"
        mistakes = [
            source.mistake((*path, *inner), *_said(detail, inner, kind, whole)) for inner, detail in _causes(told, kind)
        ]
        return None, sorted(mistakes, key=lambda mistake: (mistake.line or 0, mistake.column or 0))


def as_error(mistakes: list[Mistake], what: str) -> GoldenpathError:
    """Return all mistakes as one error, the first 50 of them a line each."""
    if len(mistakes) == 1:
        return GoldenpathError(mistakes[0].message, hint=mistakes[0].hint, where=mistakes[0].place)
    lines = "".join(f"\n  {mistake}" for mistake in mistakes[:_MOST])
    more = f"\n  and {len(mistakes) - _MOST} more" if len(mistakes) > _MOST else ""
    return GoldenpathError(f"{len(mistakes)} mistakes in the {what}:{lines}{more}")


def place(file: FilePath, path: Path) -> str:
    """Return `file:line:column` of a key of a file that has been read."""
    line, column = _yaml.place_of(file.read_text(encoding="utf-8"), path)
    return f"{file}:{line}:{column}"


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return the validator of a type, built once."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _root_of(text: str, where: str) -> tuple[_yaml.Node | None, list[Mistake]]:
    """Return the one document of a text, None of an empty one, or what is wrong with it."""
    try:
        documents = _yaml.compose(text)
    except _yaml.YamlError as error:
        message = f"is no YAML: {error.reason}"
        return None, [Mistake(where=where, line=error.line, column=error.column, message=message)]
    if len(documents) > 1:
        second = documents[1]
        message = "holds several YAML documents, of which only one would count"
        return None, [Mistake(where=where, line=second.line, column=second.column, message=message)]
    root = documents[0] if documents else None
    return root, list(repeated(root, where)) if root is not None else []


def _real(detail: ErrorDetails, data: Any) -> Path:
    """Return an error's path in the data, without the names that pydantic gives to the branches of a union."""
    real: list[str | int] = []
    loc = [*detail["loc"], *_refused(detail)]
    for number, part in enumerate(loc):
        if _leads(data, part):
            data = data[part]
        elif not (detail["type"] in _MISSING and number == len(loc) - 1):
            continue
        real.append(part)
    return tuple(real)


def _leads(data: Any, part: str | int) -> bool:
    if isinstance(data, Mapping):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def _refused(detail: ErrorDetails) -> Path:
    cause = detail.get("ctx", {}).get("error")
    return cause.path if isinstance(cause, SpecError) else ()


def _causes(told: list[tuple[Path, ErrorDetails]], kind: Any) -> Iterator[tuple[Path, ErrorDetails]]:
    """Yield each mistake once."""
    unknown = [inner for inner, detail in told if detail["type"] in _UNKNOWN]
    meant = {(*inner[:-1], nearest(str(inner[-1]), _keys(kind, inner[:-1]))) for inner in unknown}
    seen: set[Path] = set()
    for inner, detail in told:
        deeper = any(len(other) > len(inner) and other[: len(inner)] == inner for other, _ in told)
        if inner in seen or (deeper and detail["type"].endswith("_type")):
            continue  # the other ways to write the same value failed too: the deepest says what is wrong
        if detail["type"] in _MISSING and inner in meant:
            continue  # it is there, mistyped
        seen.add(inner)
        yield inner, detail


def _said(detail: ErrorDetails, inner: Path, kind: Any, whole: str) -> tuple[str, str]:
    """Return what is wrong, and what to do about it; `whole` names what has no key of its own."""
    error, last = detail["type"], str(inner[-1]) if inner else ""
    name = ".".join(str(part) for part in inner) or whole
    if error in _UNKNOWN:
        return f"unknown key {last!r}", did_you_mean(last, _keys(kind, inner[:-1]))
    if error in _MISSING:
        return f"the key {last!r} is missing", ""
    if error == "value_error":
        return str(detail["ctx"]["error"]), ""
    found = f"{name} is {_shown(detail['input'])}"
    if error in _ONE_OF:
        known = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        near = nearest(str(detail["input"]), known)
        return f"{found}, it should be {detail['ctx']['expected']}", f"Did you mean {near!r}?" if near else ""
    wanted = _WORDS.get(error)
    if wanted is None and detail["msg"].startswith("Input should be "):
        wanted = detail["msg"].removeprefix("Input should be ")
    return (f"{found}, it should be {wanted}" if wanted else f"{name}: {detail['msg']}"), ""


def _shown(value: Any) -> str:
    """Return a wrong value as one would write it, or what kind of thing it is."""
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    said = "empty" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."


def _keys(kind: Any, path: Path) -> list[str]:
    """Return the keys that an object at a path may have, by the JSON Schema."""
    schema = adapter(kind).json_schema()
    nodes = [schema]
    for part in path:
        nodes = [below for node in _branches(nodes, schema) for below in _step(node, part)]
    return [str(key) for node in _branches(nodes, schema) for key in node.get("properties", ())]


def _branches(nodes: Iterable[Any], schema: Any) -> list[Any]:
    """Return what parts of a schema can be: references followed, alternatives side by side."""
    out, stack = [], list(nodes)
    while stack:
        node = stack.pop()
        if "$ref" in node:
            stack.append(schema["$defs"][node["$ref"].rpartition("/")[2]])
            continue
        stack.extend(inner for word in ("anyOf", "allOf", "oneOf") for inner in node.get(word, ()))
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
