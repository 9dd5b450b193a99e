"""Our own YAML files at the boundary: validated once, every error with its place and the nearest right word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from goldenpath import _yaml
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

T = TypeVar("T")
_SHOWN = 8
_LONGEST = 60
_UNKNOWN = frozenset({"unexpected_keyword_argument", "extra_forbidden"})
_WORDS = {"a valid string": "a text", "a valid boolean": "true or false", "a valid tuple": "a list"}

#: What a dataclass that is read from a file carries as `__pydantic_config__`: unknown keys are refused, and keys with
#: a hyphen in the file (`requires-goldenpath`) are attributes with an underscore.
STRICT: Any = {"extra": "forbid", "alias_generator": lambda name: name.replace("_", "-"), "populate_by_name": True}


def read_file(path: Path, kind: type[T], *, empty: Any = None) -> T:
    """Read a YAML file into a value of `kind`; raise GoldenpathError with file, line and column.

    `empty` stands for a file without content.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else "it is no UTF-8 text"
        raise GoldenpathError(f"can't be read: {reason}", where=str(path)) from error
    return read_text(text, kind, where=str(path), empty=empty)


def read_text(text: str, kind: type[T], *, where: str, empty: Any = None) -> T:
    """Read a YAML text into a value of `kind`; raise GoldenpathError with `where`:line:column."""
    try:
        value = _yaml.load(text)
    except _yaml.YamlError as error:
        place = f"{where}:{error.line}:{error.column}" if error.line else where
        raise GoldenpathError(f"is no YAML: {error.reason}", where=place) from error
    return validate(empty if value is None else value, kind, text=text, where=where)


def validate(value: Any, kind: type[T], *, text: str, where: str) -> T:
    """Return plain values as a value of `kind`; `text` is what they were read from, for the places."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - slow to import

    adapter: TypeAdapter[T] = TypeAdapter(kind)
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise _told(error.errors(), adapter, text, where) from error


def place(file: Path, path: tuple[int | str, ...]) -> str:
    """Return `file:line:column` of a key of a file that has been read."""
    line, column = _yaml.place_of(file.read_text(encoding="utf-8"), path)
    return f"{file}:{line}:{column}"


def _told(details: list[ErrorDetails], adapter: TypeAdapter[Any], text: str, where: str) -> GoldenpathError:
    lines = []
    # A mistyped key is the cause of the one that is missing, so it comes first.
    for detail in sorted(details, key=lambda detail: detail["type"] not in _UNKNOWN)[:_SHOWN]:
        path = tuple(part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-")))
        line, column = _yaml.place_of(text, path)
        lines.append((f"{where}:{line}:{column}", _sentence(detail, path, adapter)))
    (first, (message, hint)), rest = lines[0], lines[1:]
    more = [f"also {also}: {said} {tip}".rstrip() for also, (said, tip) in rest]
    if len(details) > _SHOWN:
        more.append(f"and {len(details) - _SHOWN} more")
    return GoldenpathError(message, hint="\n".join(part for part in (hint, *more) if part), where=first)


def _sentence(detail: ErrorDetails, path: tuple[int | str, ...], adapter: TypeAdapter[Any]) -> tuple[str, str]:
    name = ".".join(str(part) for part in path) or "the file"
    kind = detail["type"]
    if kind in _UNKNOWN:
        return f"unknown key {str(path[-1])!r}", did_you_mean(str(path[-1]), _keys(adapter, path[:-1]))
    if kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        return f"the key {str(path[-1])!r} is missing", "Add it."
    if kind in {"dataclass_type", "dict_type", "mapping_type"}:
        return f"{name} is {_shown(detail['input'])}, it should be a mapping of keys to values", ""
    said = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if detail["msg"].startswith("Input should be "):
        return f"{name} is {_shown(detail['input'])}, it should be {_WORDS.get(said, said)}", ""
    return f"{name}: {said}", ""


def _shown(value: Any) -> str:
    """Return a wrong value as one would write it, or what kind of thing it is."""
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    said = "empty" if value is None else repr(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."


def _keys(adapter: TypeAdapter[Any], path: tuple[int | str, ...]) -> set[str]:
    """Return the keys that the schema knows at a place."""
    schema = adapter.json_schema()
    parts = _branches(schema, schema)
    for step in path:
        below = [inner for part in parts for inner in _below(part, step)]
        # A step that the schema doesn't have names a branch of a union, not a key.
        parts = [branch for inner in below for branch in _branches(inner, schema)] if below else parts
    return {key for part in parts for key in part.get("properties", {})}


def _branches(part: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a part of a schema can be: references followed, alternatives side by side."""
    if "$ref" in part:
        return _branches(schema["$defs"][part["$ref"].rsplit("/", 1)[1]], schema)
    inner = [other for word in ("anyOf", "oneOf", "allOf") for other in part.get(word, ())]
    return [part, *(branch for other in inner for branch in _branches(other, schema))]


def _below(part: dict[str, Any], step: int | str) -> list[dict[str, Any]]:
    if isinstance(step, int):
        return [part["items"]] if isinstance(part.get("items"), dict) else []
    if step in part.get("properties", {}):
        return [part["properties"][step]]
    extra = part.get("additionalProperties")
    return [extra] if isinstance(extra, dict) else []
