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
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
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


def _told(details: list[ErrorDetails], adapter: TypeAdapter[Any], text: str, where: str) -> GoldenpathError:
    lines = []
    for detail in details[:8]:
        path = tuple(part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-")))
        line, column = _yaml.place_of(text, path)
        lines.append((f"{where}:{line}:{column}", _sentence(detail, path, adapter)))
    (place, (message, hint)), rest = lines[0], lines[1:]
    more = "\n".join(f"also {also}: {said} {tip}".rstrip() for also, (said, tip) in rest)
    return GoldenpathError(message, hint="\n".join(part for part in (hint, more) if part), where=place)


def _sentence(detail: ErrorDetails, path: tuple[int | str, ...], adapter: TypeAdapter[Any]) -> tuple[str, str]:
    name = ".".join(str(part) for part in path) or "the file"
    kind = detail["type"]
    if kind in {"unexpected_keyword_argument", "extra_forbidden"}:
        return f"unknown key {path[-1]!r}", did_you_mean(str(path[-1]), _keys(adapter))
    if kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        return f"the key {path[-1]!r} is missing", "Add it."
    said = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if detail["msg"].startswith("Input should be "):
        return f"{name} is {detail['input']!r}, it should be {said}", ""
    return f"{name}: {said}", ""


def _keys(adapter: TypeAdapter[Any]) -> set[str]:
    """Return every key that the schema knows anywhere."""
    schema = adapter.json_schema()
    found: set[str] = set()
    parts = [schema, *schema.get("$defs", {}).values()]
    for part in parts:
        found.update(part.get("properties", {}))
    return found
