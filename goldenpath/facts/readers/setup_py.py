"""setup.py, read and never run: what is written out is read, what is computed is said to be computed."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Include, Project, Python, Unreadable, merge
from goldenpath.facts.projects import is_public
from goldenpath.facts.python_tokens import Kind, tokenize
from goldenpath.facts.python_values import Value, Values
from goldenpath.facts.requirement import UNKNOWN, canonical, marker_of, parse_partly
from goldenpath.facts.text import decode
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from goldenpath.facts.base import File
    from goldenpath.facts.python_tokens import Tokens

PATTERNS: tuple[str, ...] = ("setup.py",)
VERSION = 4

_SCOPES = {"install_requires": "runtime", "setup_requires": "build", "tests_require": "test"}
_KEYS = frozenset({*_SCOPES, "extras_require", "python_requires"})
_KEY = re.compile(r"""(['"]?)classifiers\1""")
_OTHER_TEXT = re.compile(
    r"(?:about|authors?|build|change(?:s|log)|description|history|licen[cs]e|long_description|manifest|news|notice"
    r"|readme|release|version)\b",
    re.IGNORECASE,
)
"""Names of files that a setup script reads for its other arguments."""

_MAX_BYTES = 512 * 1024
_MAX_PLACES = 60


def read(file: File) -> Facts:
    """Return what the script asks for; nothing for a module that merely has the name."""
    if len(file.data) > _MAX_BYTES:
        raise ReadError("is too long for a setup script")
    text = decode(file.data)
    if "setup" not in text:
        return Facts()
    tokens = tokenize(text)
    values = Values(tokens)
    places = islice(_places(tokens), _MAX_PLACES)
    parts = [_key(file.path, key, start, end, values) for key, start, end in places]
    project = _project(file.path, tokens, values)
    if project:
        parts.append(Facts(projects=(project,)))
    found = _once(merge(parts))
    return found if _names_setup(tokens) else replace(found, unreadable=())


def _names_setup(tokens: Tokens) -> bool:
    """Tell whether the module calls or passes on a `setup`: a parser of setup scripts has their keys, computed too."""
    return any(
        token.kind is Kind.NAME and token.text == "setup" and tokens.text(index - 1) not in {"def", "class"}
        for index, token in enumerate(tokens.items)
    )


def _places(tokens: Tokens) -> Iterator[tuple[str, int, int]]:
    """Yield each key with the places between which its value stands: an argument, a dict's entry, an assignment."""
    for index, token in enumerate(tokens.items):
        key = token.value if token.kind is Kind.STRING and "require" in token.text else token.text
        if key not in _KEYS:
            continue
        after = index + 1
        if token.kind is Kind.STRING and tokens.text(after) == "]":
            after += 1
        if tokens.text(after) in ({"=", "+="} if tokens.text(after - 1) in {key, "]"} else {":"}):
            yield key, after + 1, _end(tokens, after + 1)
        elif token.kind is Kind.NAME and tokens.text(after) == "." and tokens.text(after + 1) in {"append", "extend"}:
            yield key, after + 3, tokens.partners.get(after + 2, after + 3)


def _end(tokens: Tokens, start: int) -> int:
    """Return where a value ends: at the comma or bracket that follows, at the end of a plain statement."""
    if start >= len(tokens.items) or not tokens.depths[start]:
        return tokens.statement_end(start)
    depth, at = tokens.depths[start], start
    while at < len(tokens.items) and tokens.text(at) != "," and tokens.depths[at] >= depth:
        if tokens.text(at) in {")", "]", "}"}:
            break
        at = tokens.partners.get(at, at) + 1
    return min(at, len(tokens.items))


def _key(path: str, key: str, start: int, end: int, values: Values) -> Facts:
    if start >= end:
        return Facts()
    value = values.at(start, end)
    if key == "python_requires":
        known = [(text, line) for text, line in value.texts if UNKNOWN not in text]
        rows = tuple(Python(specifier=canonical(text), written=text, path=path, line=line) for text, line in known)
        holes = {line: (start, end) for text, line in value.texts if UNKNOWN in text}
        return Facts(python=rows, unreadable=_computed(path, key, {**value.computed, **holes}))
    if key != "extras_require":
        return _listed(path, key, _SCOPES[key], value, values)
    parts = [_extra(path, name, inner, values) for name, inner in value.entries.items()]
    return merge([*parts, _listed(path, key, "optional", Value(computed=value.computed), values)])


def _extra(path: str, name: str, value: Value, values: Values) -> Facts:
    """Return an extra's requirements; a key `:marker` is how setuptools says what is installed under a condition."""
    extra, _, marker = name.partition(":")
    found = _listed(path, "extras_require", f"optional:{extra}" if extra else "runtime", value, values)
    if not marker:
        return found
    rows = tuple(
        replace(row, marker=marker_of(f"{row.marker} and {marker}" if row.marker else marker))
        for row in found.dependencies
    )
    return replace(found, dependencies=rows)


def _listed(path: str, key: str, scope: str, value: Value, values: Values) -> Facts:
    """Return a list's requirements; where it is computed from files that it names, those files instead."""
    texts = [(text.partition(" #")[0].strip(), line) for text, line in value.texts if not text.startswith("#")]
    lost = {line: (0, 0) for text, line in texts if UNKNOWN in text and not parse_partly(text)}
    known = [(text, line) for text, line in texts if UNKNOWN not in text or parse_partly(text)]
    found = base.listed(known, path, scope, what=f"an item of {key}")
    includes: list[Include] = []
    unreadable: list[Unreadable] = []
    for line, (start, end) in {**lost, **value.computed}.items():
        files = [name for name in values.files(start, end) if not _OTHER_TEXT.match(name.rpartition("/")[2])]
        includes.extend(Include(target=name, kind="dynamic", scope=scope, path=path, line=line) for name in files)
        unreadable.extend(_computed(path, key, {} if files else {line: (start, end)}))
    return replace(found, includes=tuple(includes), unreadable=(*found.unreadable, *unreadable))


def _computed(path: str, key: str, lines: Mapping[int, tuple[int, int]]) -> tuple[Unreadable, ...]:
    return tuple(Unreadable(path=path, reason=f"{key} is computed", partial=True, line=line) for line in lines)


def _project(path: str, tokens: Tokens, values: Values) -> Project | None:
    """Return the project that a call of `setup` makes."""
    for index, token in enumerate(tokens.items):
        if token.text != "setup" or tokens.text(index + 1) != "(" or tokens.text(index - 1) in {"def", "class"}:
            continue
        if tokens.text(index - 1) == "." and tokens.text(index - 2) not in {"setuptools", "core", "distutils"}:
            continue
        close = tokens.partners.get(index + 1, len(tokens.items))
        return Project(
            root=path.rpartition("/")[0],
            name=_name(tokens, values, index + 2, close),
            build_backend="setuptools",
            published=_is_published(tokens),
            path=path,
            line=token.line,
        )
    return None


def _is_published(tokens: Tokens) -> bool:
    """Tell whether the script has classifiers, as an argument or as a dict's entry."""
    if not any(_KEY.fullmatch(token.text) for token in tokens.items):
        return False
    return is_public(token.value for token in tokens.items if token.kind is Kind.STRING and " :: " in token.value)


def _name(tokens: Tokens, values: Values, start: int, end: int) -> str | None:
    at = start
    while at < end:
        if tokens.text(at) == "name" and tokens.text(at + 1) == "=":
            texts = [text for text, _ in values.at(at + 2, _end(tokens, at + 2)).texts]
            return texts[0] if len(texts) == 1 else None
        if tokens.text(at) == "**" and tokens.kind(at + 1) is Kind.NAME:
            named = values.name(tokens.text(at + 1)).entries.get("name")
            return next((text for text, _ in named.texts), None) if named else None
        at = tokens.partners.get(at, at) + 1
    return None


def _once(facts: Facts) -> Facts:
    """Drop what was met twice, as a variable of the key's own name and as the argument that takes it."""
    return Facts(
        projects=facts.projects,
        python=tuple(dict.fromkeys(facts.python)),
        dependencies=tuple(dict.fromkeys(facts.dependencies)),
        includes=tuple(dict.fromkeys(facts.includes)),
        unreadable=tuple(dict.fromkeys(facts.unreadable)),
    )
