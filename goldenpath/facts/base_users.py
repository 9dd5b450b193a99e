"""Whom a well-known image starts as: what a Dockerfile without USER leaves to its base."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache, lru_cache

from goldenpath.facts.known import known

_HUB = re.compile(r"\A(?:(?:index\.|registry-1\.)?docker\.io/)?(?:library/)?")


@lru_cache(maxsize=2048)
def user_of(image: str) -> str | None:
    """Return the user of an image as a Dockerfile writes it (`name:tag`), None for one that isn't known."""
    name = _HUB.sub("", image.partition("@")[0].lower())
    return next((user for user, pattern in _patterns() if pattern.fullmatch(name)), None)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = [(row["user"], name) for row in known("images")["image"] for name in row["names"]]
    return tuple((user, _pattern(name.lower())) for user, name in rows)


def _pattern(name: str) -> re.Pattern[str]:
    """Return a name as an expression: what stands before it and, where it has no tag, any tag may be there."""
    tag = "" if ":" in name else r"(?::[^/]*)?"
    lead = "" if name.startswith("*") else r"(?:[^/]+/)*"
    body = translate(name).removeprefix("(?s:").removesuffix(r")\Z")
    # A name of one word is an official image: another owner's of the same name isn't it.
    return re.compile(body + tag if "/" not in name and "*" not in name else lead + body + tag, re.DOTALL)
