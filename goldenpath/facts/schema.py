"""The published form of facts: a JSON document, and the JSON Schema that it keeps to, both made from the tables."""

from __future__ import annotations

import re
import typing
from dataclasses import fields
from enum import StrEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any

from goldenpath.facts import guests
from goldenpath.facts.aside import Aside, aside
from goldenpath.facts.model import SCHEMA_VERSION, TABLES, Extra
from goldenpath.facts.model.extra import PLACE

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts, Record

_SURROGATE = re.compile("[\ud800-\udfff]")
_BYTES = range(0xDC80, 0xDD00)
_ASIDE = {
    "enum": [kind.value for kind in Aside],
    "description": "What the file is, where it doesn't speak for the repo; policies and stack leave such a row out.",
}
_SCALARS: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def document(facts: Facts, *, repo: str, commit: str = "") -> dict[str, Any]:
    r"""Return facts as plain values that are safe to write as JSON.

    `repo` is the repo's id, `commit` the commit that was read ("" for a work tree). Bytes of a path that are no UTF-8
    are written as `\xNN`.
    """
    tables = {name: [_row(record) for record in facts.table(name)] for name in TABLES}
    others = {
        name: [_open_row(record, known) for record in facts.table(name)]
        for name, known in sorted(guests.tables().items())
    }
    return {"schema_version": SCHEMA_VERSION, "repo": printable(repo), "commit": commit, **tables, **others}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `document`; more keys may come without a new version."""
    records = {record.__name__: _definition(record) for record in TABLES.values()}
    tables = {
        name: {"type": "array", "items": {"$ref": f"#/$defs/{record.__name__}"}} for name, record in TABLES.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What goldenpath knows of a repo",
        "type": "object",
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "repo": {"type": "string", "description": "The repo's id."},
            "commit": {"type": "string", "description": "The commit that was read, empty for a work tree."},
            **tables,
        },
        "required": ["schema_version", "repo", "commit", *TABLES],
        "additionalProperties": {"type": "array", "items": {"$ref": "#/$defs/Extra"}},
        "$defs": dict(sorted({**records, "Extra": _open_definition()}.items())),
    }


def printable(text: str) -> str:
    r"""Return a text that every JSON reader takes: a byte that is no UTF-8 becomes `\xNN`."""
    return _SURROGATE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if code in _BYTES else f"\\u{code:04x}"


def _row(record: Record) -> dict[str, Any]:
    return {**{field.name: _plain(getattr(record, field.name)) for field in fields(record)}, **_aside(record)}


def _aside(record: Record) -> dict[str, str]:
    return {"aside": aside(record.path).value}


def _open_row(record: Any, known: tuple[str, ...]) -> dict[str, Any]:
    """Return a row of a third party's table, with every field that the table declares."""
    return {**{name: _plain(getattr(record, name)) for name in (*known, *PLACE)}, **_aside(record)}


def _open_definition() -> dict[str, Any]:
    definition = _definition(Extra)
    kept = {name: definition["properties"][name] for name in (*PLACE, "aside")}
    value = _type(typing.get_type_hints(Extra.__getattr__)["return"])
    doc = "A row of a table that a third party's reader fills, with values of its own."
    return {**definition, "description": doc, "properties": kept, "required": [*kept], "additionalProperties": value}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _definition(record: type[Record]) -> dict[str, Any]:
    hints = typing.get_type_hints(record)
    names = [field.name for field in fields(record)]
    return {
        "description": " ".join((record.__doc__ or "").split()),
        "type": "object",
        "properties": {**{name: _type(hints[name]) for name in names}, "aside": _ASIDE},
        "required": [*names, "aside"],
    }


def _type(hint: Any) -> dict[str, Any]:
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [member.value for member in hint]}
    if isinstance(hint, UnionType):
        parts = [_type(part) for part in typing.get_args(hint)]
        if all(set(part) == {"type"} for part in parts):
            return {"type": [part["type"] for part in parts]}
        return {"anyOf": parts}
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _type(typing.get_args(hint)[0])}
    raise TypeError(f"a fact holds texts, figures and lists of them, not {hint}")
