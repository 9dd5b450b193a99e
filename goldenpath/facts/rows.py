"""Holds rows that others have made against what our tables promise: their types, their path, their line."""

from __future__ import annotations

import math
import typing
from dataclasses import fields
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any


def wrong(row: Any, kind: type[Any], path: str) -> str:
    """Return what is wrong with a row of a table of this kind, read from a file at `path`; "" where nothing is."""
    if type(row) is not kind:
        return f"a row is {type(row).__name__}, no {kind.__name__}"
    for name, hint in _hints(typing.cast("Any", kind)).items():
        value = getattr(row, name)
        if not _fits(value, hint):
            return f"{name} is {value!r:.60}, which the table doesn't take"
    if row.path != path:
        return f"a row is of {row.path!r:.60}, another file"
    return "" if row.line is None or row.line > 0 else f"the line {row.line} is none: they count from 1"


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _fits(value: Any, hint: Any) -> bool:
    if isinstance(hint, UnionType):
        return any(_fits(value, part) for part in typing.get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return value in list(hint)
    if typing.get_origin(hint) is tuple:
        return isinstance(value, tuple) and _all_fit(value, typing.get_args(hint))
    if hint is float:
        return isinstance(value, float) and math.isfinite(value)
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, NoneType if hint is None else hint)


def _all_fit(values: tuple[Any, ...], hints: tuple[Any, ...]) -> bool:
    if len(hints) > 1 and hints[1] is Ellipsis:
        return all(_fits(value, hints[0]) for value in values)
    return len(values) == len(hints) and all(map(_fits, values, hints))
