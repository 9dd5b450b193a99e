"""Writes into `project.yaml` what a panel must hold for a model: in place, and what stands there beside it is kept."""

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from road.core.errors import UserError
from road.core.manifest import Column
from road.core.project import Project

MANAGED = ("keys", "time", "partitions", "columns")
_WIDTH = 4096  # lines stay as they are
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*( [A-Za-z0-9_-]+)*")
_NO_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def column_of(taken: Column) -> dict[str, Any]:
    """Declare an input as the model does."""
    found: dict[str, Any] = {"type": taken.kind}
    if taken.range is not None:
        found["range"] = [_short(end) for end in taken.range]
    if taken.kind == "category":
        found["values"] = list(taken.values)
    if taken.unknown is not None:
        found["unknown"] = taken.unknown
    return found | ({"nullable": True} if taken.nullable else {})


def read_declared(text: str) -> dict[str, Any]:
    """Give what stands in a `project.yaml` now, in plain types."""
    plain = _plain(_load(text))
    return plain if isinstance(plain, dict) else {}


def with_declared(text: str, wanted: Mapping[str, Any]) -> str:
    """Give the text with these of the managed keys, and none of the others."""
    document = _load(text)
    for key in MANAGED:
        if key not in wanted:
            document.pop(key, None)
        elif key == "columns":
            _put_columns(document, wanted[key])
        elif _plain(document.get(key)) != wanted[key]:
            document[key] = _flow(wanted[key])
    out = io.StringIO()
    _yaml().dump(document, out)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def loses_nothing(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether all that is declared now would be declared still."""
    return all(_holds(wanted.get(key), now[key]) for key in MANAGED if key in now)


def as_project(text: str) -> Project:
    """Read a text as the road does, without the hooks; `UserError` says what is wrong with it."""
    hooks = ("checks", "output", "commands")
    content = {key: value for key, value in read_declared(text).items() if key not in hooks}
    try:
        return Project.model_validate(content)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise UserError("\n  ".join(["project.yaml is not valid:", *wrong])) from error


def _put_columns(document: CommentedMap, wanted: Mapping[str, Any]) -> None:
    if not isinstance(document.get("columns"), CommentedMap):
        document["columns"] = CommentedMap()
    columns = document["columns"]
    for name in [name for name in columns if name not in wanted]:
        del columns[name]
    for name, value in wanted.items():
        if name not in columns or _plain(columns[name]) not in (value, {"type": value}):
            columns[_word(name)] = _flow(value)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _load(text: str) -> CommentedMap:
    try:
        document = _yaml().load(text or "version: 1\n")
    except YAMLError as error:
        raise UserError(f"project.yaml can't be read: {error}") from error
    if not isinstance(document, CommentedMap):
        raise UserError("project.yaml is no mapping of keys to values")
    return document


def _flow(value: Any) -> Any:
    """Write on one line, and in quotes what YAML would read otherwise."""
    if isinstance(value, Mapping):
        made = CommentedMap((key, _flow(each)) for key, each in value.items())
        made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        listed = CommentedSeq(_flow(each) for each in value)
        listed.fa.set_flow_style()
        return listed
    return _word(value) if isinstance(value, str) else value


def _word(text: str) -> str:
    is_plain = _WORD.fullmatch(text) and text.lower() not in _NO_WORDS
    return text if is_plain else DoubleQuotedScalarString(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def _holds(wanted: Any, now: Any) -> bool:
    if isinstance(wanted, Mapping) and isinstance(now, Mapping):
        return all(key in wanted and _holds(wanted[key], value) for key, value in now.items())
    return bool(wanted == now or {"type": wanted} == now)


def _short(number: float) -> float:
    """Write whole numbers as such."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
