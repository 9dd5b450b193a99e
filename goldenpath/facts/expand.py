"""Expands variables in a Dockerfile's words, as far as their values are known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNRESOLVED = re.compile(r"\$\{|\$[A-Za-z_]|\{\{|\{%")
_LONGEST = 500
_MAX_DEPTH = 8


def expand(word: str, values: Mapping[str, str]) -> str:
    """Return the word with the variables that have a value put in; those that have none stay as written.

    `${X:-default}`, `${X-default}`, `${X:+other}` and `${X+other}` are understood, nested ones too. A word that is too
    long, or would become so, stays as written: values that double line by line cost nothing.
    """
    if len(word) > _LONGEST:
        return word
    expanded = _expand(word, values, 0)
    return expanded if len(expanded) <= _LONGEST else word


def unresolved(word: str) -> bool:
    """Tell whether a word still holds a variable (or a template's placeholder)."""
    return bool(_UNRESOLVED.search(word))


def _expand(word: str, values: Mapping[str, str], depth: int) -> str:
    if "$" not in word or depth > _MAX_DEPTH:
        return word
    out, at = [], 0
    while (dollar := word.find("$", at)) >= 0:
        if dollar and word[dollar - 1] == "\\":
            out.append(word[at : dollar - 1] + "$")
            at = dollar + 1
            continue
        out.append(word[at:dollar])
        end = _end(word, dollar)
        out.append(_value(word[dollar:end], values, depth))
        at = end
    return "".join(out) + word[at:]


def _end(word: str, dollar: int) -> int:
    """Return where the variable that starts at a dollar ends."""
    if word[dollar + 1 : dollar + 2] != "{":
        match = _NAME.match(word, dollar + 1)
        return match.end() if match else dollar + 1
    level = 0
    for index in range(dollar + 1, len(word)):
        level += {"{": 1, "}": -1}.get(word[index], 0)
        if not level:
            return index + 1
    return len(word)


def _value(written: str, values: Mapping[str, str], depth: int) -> str:
    braced = written.startswith("${") and written.endswith("}")
    inner = written[2:-1] if braced else written[1:]
    match = _NAME.match(inner)
    if not match:
        return written
    name, rest = match[0], inner[match.end() :]
    value = values.get(name)
    if not rest:
        return written if value is None else value
    operator, other = (rest[:2], rest[2:]) if rest[0] == ":" else (rest[:1], rest[1:])
    is_set = bool(value) if operator.startswith(":") else value is not None
    if operator in {":-", "-"}:
        return value if is_set and value is not None else _expand(other, values, depth + 1)
    if operator in {":+", "+"}:
        return _expand(other, values, depth + 1) if is_set else ""
    return written
