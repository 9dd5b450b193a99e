"""Globs over paths, the same in rules, `when:` and waivers: `*` stays in a folder, `**` spans folders."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]]+\]")


def matches(pattern: str, path: str) -> bool:
    """Return whether a whole path (or id) matches; a pattern that ends in a slash means all that lies below."""
    return compiled(pattern).fullmatch(path) is not None


def is_literal(pattern: str) -> bool:
    """Return whether a pattern names one path and nothing else."""
    return not any(mark in pattern for mark in "*?[") and not pattern.endswith("/")


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
    inner = token[1:-1].replace("\\", "\\\\")
    return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
