"""Parsed files of a scanned repo, asked by a dotted path, with the line that each answer stands in."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from goldenpath import _yaml
from goldenpath.errors import GoldenpathError, UnreadableError

Steps = tuple[str | int, ...]

_STEP = re.compile(r"""(?:^|\.)(?:"([^"]*)"|'([^']*)'|([^.\["']+))|\[(\*|\d+)\]""")
# Possessive throughout: a hostile line must not be tried in every way.
_TABLE = re.compile(r"^\s*+\[\[?+(?P<name>[^\]]++)\]\]?+\s*+(?:#.*+)?$")
_KEY = re.compile(r"""^\s*+(?P<name>(?:"[^"]*+"|'[^']*+'|[\w.\- ])++)\s*+[=:]""")
_PLAIN = re.compile(r"[-+]?\d{1,18}|true|false", re.IGNORECASE)
_MAX_DEPTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file: plain values (dates as ISO texts), and the text that places are looked up in."""

    path: str
    data: Any
    text: str
    format: str

    def find(self, path: str) -> tuple[tuple[Steps, Any], ...]:
        """Return each place that a dotted path leads to, with its value; nothing where it leads nowhere."""
        return tuple(_walk(self.data, steps_of(path), ()))

    def line(self, steps: Steps) -> int | None:
        """Return the line of the deepest part of a path that the file has, None where no part is found."""
        finders = {"yaml": _yaml_line, "json": _yaml_line, "toml": _toml_line, "ini": _toml_line}
        return finders[self.format](self.text, steps)


def parse(path: str, data: bytes) -> Document:
    """Return a file parsed by its name; raise UnreadableError with the line for what can't be parsed."""
    kind = _format(path)
    text = _decoded(path, data)
    try:
        value = _PARSERS[kind](text)
    except _yaml.YamlError as error:
        raise UnreadableError(f"is no {kind.upper()}: {error.reason}", where=_at(path, error.line)) from error
    except (ValueError, RecursionError, configparser.Error) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableError(f"is no {kind.upper()}: {reason}", where=path) from error
    return Document(path=path, data=value, text=text, format=kind)


@lru_cache(maxsize=4096)
def steps_of(path: str) -> Steps:
    """Return a dotted path as steps: `tool."a.b".c[*].d` becomes tool, a.b, c, [*], d; raise ValueError for no path.

    A step `*` means every key of a mapping, `[*]` every item of a list.
    """
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        found = _STEP.match(path, position)
        if not found:
            raise ValueError(f"{path!r} is no path: it goes wrong at {path[position:]!r}")
        quoted, single, plain, index = found.groups()
        if index is not None:
            steps.append("[*]" if index == "*" else int(index))
        else:
            steps.append(next(word for word in (quoted, single, plain) if word is not None))
        position = found.end()
    return tuple(steps)


def _walk(value: Any, steps: Steps, done: Steps) -> Iterator[tuple[Steps, Any]]:
    if not steps:
        yield done, value
        return
    step, rest = steps[0], steps[1:]
    for key, item in _below(value, step):
        yield from _walk(item, rest, (*done, key))


def _below(value: Any, step: str | int) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        if step == "*":
            yield from value.items()
        elif step in value:
            yield step, value[step]
    elif isinstance(value, list):
        if step == "[*]":
            yield from enumerate(value)
        elif isinstance(step, int) and step < len(value):
            yield step, value[step]


def _format(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    for suffixes, kind in _SUFFIXES.items():
        if name.endswith(suffixes):
            return kind
    raise GoldenpathError(
        "a value can be asked of TOML, YAML, JSON and INI files only", where=path, hint=f"Known: {', '.join(_NAMES)}."
    )


def _decoded(path: str, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UnreadableError("is no UTF-8 text", where=path) from error


def _at(path: str, line: int | None) -> str:
    return f"{path}:{line}" if line else path


def _load_toml(text: str) -> Any:
    return _without_dates(tomllib.loads(text))


def _without_dates(value: Any) -> Any:
    """Turn TOML's dates and times into ISO texts, so that conditions see what YAML and JSON would give."""
    if isinstance(value, dict):
        return {key: _without_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_dates(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _load_json(text: str) -> Any:
    return json.loads(text) if text.strip() else None


def _load_ini(text: str) -> dict[str, dict[str, Any]]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    parser.read_string(text)
    return {name: {key: _ini_value(word) for key, word in parser.items(name)} for name in parser.sections()}


def _ini_value(word: str | None) -> Any:
    if word is None or not _PLAIN.fullmatch(word):
        return word
    return word.lower() == "true" if word.isalpha() else int(word)


_PARSERS: Mapping[str, Any] = {"toml": _load_toml, "yaml": _yaml.load, "json": _load_json, "ini": _load_ini}
_SUFFIXES: Mapping[tuple[str, ...], str] = {
    (".yaml", ".yml", ".cff"): "yaml",
    (".toml", "uv.lock", "poetry.lock", "pdm.lock", "pipfile"): "toml",
    (".json", ".ipynb", ".webmanifest", "pipfile.lock"): "json",
    (".ini", ".cfg", ".flake8", ".coveragerc", ".editorconfig", ".pylintrc"): "ini",
}
_NAMES = tuple(suffix for suffixes in _SUFFIXES for suffix in suffixes)


def _yaml_line(text: str, steps: Steps) -> int | None:
    """JSON is read as YAML here: its places are the same, and where YAML refuses it no line is told."""
    try:
        documents = _yaml.compose(text)
    except _yaml.YamlError:
        return None
    if not documents:
        return None
    node, line = documents[0], documents[0].line
    for step in steps:
        found = _child(node, step)
        if found is None:
            break
        node, line = found
    return line


def _child(node: _yaml.Node, step: str | int) -> tuple[_yaml.Node, int] | None:
    if isinstance(step, int):
        items = list(node.elements())
        return (items[step], items[step].line) if step < len(items) else None
    if not node.is_mapping:
        return None
    found = dict(node.items()).get(step)
    return (found, found.line) if found else None


def _toml_line(text: str, steps: Steps) -> int | None:
    """Find the line by tables and keys as they are written: TOML and INI parsers keep no places."""
    wanted = [str(step) for step in steps if not isinstance(step, int)]
    best, best_depth, table = None, 0, []
    for number, line in enumerate(text.splitlines(), start=1):
        header = _TABLE.match(line)
        key = None if header else _KEY.match(line)
        if header:
            table = _names(header["name"])
            here = table
        elif key:
            here = [*table, *_names(key["name"])]
        else:
            continue
        depth = len(here) if wanted[: len(here)] == here else 0
        if depth > best_depth:
            best, best_depth = number, depth
    return best


def _names(dotted: str) -> list[str]:
    """Split a TOML key or table name; a section of an INI file may hold anything, so it falls back on one name."""
    try:
        return [str(step).strip() for step in steps_of(dotted.replace(" ", ""))]
    except ValueError:
        return [dotted]
