"""A small JSON Schema: the keywords that say what a configuration file looks like, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from goldenpath.errors import did_you_mean

Steps = tuple[str | int, ...]
Violation = tuple[Steps, str, str]

_ANNOTATIONS = frozenset({"$schema", "$id", "title", "description", "default", "examples", "$comment"})
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def violations(value: Any, schema: Mapping[str, Any], at: Steps = ()) -> Iterator[Violation]:
    """Yield each place that isn't valid, with what was found and what is wanted there."""
    for keyword, operand in schema.items():
        if keyword in _KEYWORDS:
            yield from _KEYWORDS[keyword](value, operand, at)
    if isinstance(value, dict) and isinstance(schema.get("additionalProperties"), (bool, dict)):
        yield from _additional(value, schema, at)


def unknown(schema: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each keyword of a schema that isn't known here."""
    if not isinstance(schema, Mapping):
        yield at, "a schema is a mapping"
        return
    known = (*_KEYWORDS, "additionalProperties", *_ANNOTATIONS)
    for keyword, operand in schema.items():
        if keyword not in known:
            yield (*at, keyword), f"the keyword {keyword!r} isn't known. {did_you_mean(keyword, known)}"
        elif keyword == "properties":
            for name, inner in operand.items():
                yield from unknown(inner, (*at, keyword, name))
        elif keyword in {"items", "not"} or (keyword == "additionalProperties" and not isinstance(operand, bool)):
            yield from unknown(operand, (*at, keyword))
        elif keyword in {"anyOf", "allOf"}:
            for number, inner in enumerate(operand):
                yield from unknown(inner, (*at, keyword, number))


def _type(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
    names = [operand] if isinstance(operand, str) else list(operand)
    if not any(_is(value, name) for name in names):
        yield at, _shown(value), f"{_where(at)} to be {' or '.join(names)}"


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES.get(name, ()))


def _required(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
    for name in operand if isinstance(value, dict) else ():
        if name not in value:
            yield (*at, name), "nothing", f"{_where((*at, name))} to be there"


def _properties(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
    for name, inner in operand.items() if isinstance(value, dict) else ():
        if name in value:
            yield from violations(value[name], inner, (*at, name))


def _additional(value: dict[str, Any], schema: Mapping[str, Any], at: Steps) -> Iterator[Violation]:
    known = schema.get("properties", {})
    for name, item in value.items():
        if name in known:
            continue
        if schema["additionalProperties"] is False:
            yield (*at, name), f"the key {name}", f"{_where(at)} to have only {', '.join(known)}"
        elif schema["additionalProperties"] is not True:
            yield from violations(item, schema["additionalProperties"], (*at, name))


def _items(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
    for number, item in enumerate(value) if isinstance(value, list) else ():
        yield from violations(item, operand, (*at, number))


def _any_of(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
    if all(any(True for _ in violations(value, inner, at)) for inner in operand):
        yield at, _shown(value), f"{_where(at)} to have one of {len(operand)} shapes"


def _all_of(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
    for inner in operand:
        yield from violations(value, inner, at)


def _not(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
    if not any(True for _ in violations(value, operand, at)):
        yield at, _shown(value), f"{_where(at)} to be something else"


def _test(kinds: tuple[type, ...], holds: Any, words: str) -> Any:
    """Return a keyword that compares values of some types with its operand, and lets all others be."""

    def keyword(value: Any, operand: Any, at: Steps) -> Iterator[Violation]:
        asked = not kinds or (isinstance(value, kinds) and not isinstance(value, bool))
        if asked and not holds(value, operand):
            yield at, _shown(value), f"{_where(at)} {words} {operand}"

    return keyword


def _same(value: Any, operand: Any) -> bool:
    return isinstance(value, bool) == isinstance(operand, bool) and bool(value == operand)


_NUMBER = (int, float)
_KEYWORDS: Mapping[str, Any] = {
    "type": _type,
    "required": _required,
    "properties": _properties,
    "items": _items,
    "anyOf": _any_of,
    "allOf": _all_of,
    "not": _not,
    "const": _test((), _same, "to be"),
    "enum": _test((), lambda value, operand: any(_same(value, item) for item in operand), "to be one of"),
    "minimum": _test(_NUMBER, lambda value, operand: value >= operand, "to be at least"),
    "maximum": _test(_NUMBER, lambda value, operand: value <= operand, "to be at most"),
    "exclusiveMinimum": _test(_NUMBER, lambda value, operand: value > operand, "to be more than"),
    "exclusiveMaximum": _test(_NUMBER, lambda value, operand: value < operand, "to be less than"),
    "minLength": _test((str,), lambda value, operand: len(value) >= operand, "to have a length of at least"),
    "maxLength": _test((str,), lambda value, operand: len(value) <= operand, "to have a length of at most"),
    "pattern": _test((str,), lambda value, operand: re.search(operand, value) is not None, "to match"),
    "minItems": _test((list,), lambda value, operand: len(value) >= operand, "to have items, at least"),
    "maxItems": _test((list,), lambda value, operand: len(value) <= operand, "to have items, at most"),
    "minProperties": _test((dict,), lambda value, operand: len(value) >= operand, "to have keys, at least"),
}


def _where(at: Steps) -> str:
    return ".".join(map(str, at)) or "the file"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"a mapping of {len(value)} keys"
    if isinstance(value, list):
        return f"a list of {len(value)} items"
    return "nothing" if value is None else str(value)[:80]
