"""Globs over paths, the same in rules, `when:` and waivers: `*` stays in a folder, `**` spans folders."""

from __future__ import annotations

import re
from functools import lru_cache

_WILD = re.compile(r"\*+|\?|\[!?[^\]]+\]")
_RANGE = re.compile(r"(.)-(.)|(.)", re.DOTALL)
_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]]+\]")


def matches(pattern: str, path: str) -> bool:
    """Return whether a whole path (or id) matches; a pattern that ends in a slash means all that lies below."""
    return compiled(pattern).fullmatch(path) is not None


def is_literal(pattern: str) -> bool:
    """Return whether a pattern names one path and nothing else."""
    return not any(mark in pattern for mark in "*?[") and not pattern.endswith("/")


@lru_cache(maxsize=4096)
def start(pattern: str) -> str:
    """Return the text that every match starts with, up to the first wildcard."""
    return _WILD.split(pattern, maxsplit=1)[0]


@lru_cache(maxsize=4096)
def ending(pattern: str) -> str:
    """Return the text that every match ends with, after the last wildcard; "" where there is none."""
    if pattern.endswith("/") or not _WILD.search(pattern):
        return ""
    return _WILD.split(pattern)[-1].removeprefix("/")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern as a regular expression for `fullmatch`."""
    wanted = pattern + "**" if pattern.endswith("/") else pattern
    out, position = [], 0
    for token in _TOKEN.finditer(wanted):
        out.append(re.escape(wanted[position : token.start()]))
        out.append(_expression(token.group()))
        position = token.end()
    out.append(re.escape(wanted[position:]))
    return re.compile("".join(out), re.DOTALL)


def _expression(token: str) -> str:
    plain = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if token in plain:
        return plain[token]
    negated = token.startswith("[!")
    named = _RANGE.findall(token[2 if negated else 1 : -1])
    inner = "".join(f"{re.escape(low)}-{re.escape(high)}" if low else re.escape(one) for low, high, one in named)
    expression = f"[^/{inner}]" if negated else f"[{inner}]"
    try:
        re.compile(expression)
    except re.error:  # a range that runs backwards names nothing: it is taken as it is written
        return re.escape(token)
    return expression
