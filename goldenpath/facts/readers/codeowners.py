"""Reads CODEOWNERS: who owns what nobody else owns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

# The three places that GitHub reads, and GitLab's.
PATTERNS: tuple[str, ...] = (".github/codeowners", "docs/codeowners", "codeowners", ".gitlab/codeowners")
VERSION = 1

_PLACES = frozenset({".github/CODEOWNERS", "docs/CODEOWNERS", "CODEOWNERS", ".gitlab/CODEOWNERS"})
_OWNER = re.compile(r"@[\w./-]+|[^\s@]+@[^\s@]+\.[^\s@]+")


def read(file: File) -> Facts:
    """Return the file, where it is read at all, with its default owners (of `*`) as `detail`, None without any."""
    if file.path not in _PLACES:
        return Facts()
    rules = [line.partition("#")[0].split() for line in decode(file.data).split("\n")]
    owned = [rule for rule in rules if len(rule) > 1 and any(_OWNER.fullmatch(word) for word in rule[1:])]
    if not owned:
        raise ReadError("names no owner")
    default = [" ".join(rule[1:]) for rule in owned if rule[0] in {"*", "/**", "**"}]
    return Facts(governance=(Governance(kind="codeowners", path=file.path, detail=default[-1] if default else None),))
