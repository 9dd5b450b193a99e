"""Values that are no secret, whatever the name beside them says: references, ciphertext, paths, words, placeholders.

A value is taken as somebody wrote it after `=` or `:`, without its quotes.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise

from goldenpath.facts.known import known

_PATH = re.compile(r"(?:file:|~?/|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\\\\).*")
_SEPARATOR = re.compile(r"[\s._/:,;+&|=@()~-]+")
_PLAIN = re.compile(
    r"(?:[A-Z]{0,4}+[a-z]{2,}+){1,6}+[A-Z]{0,4}\d{0,4}|[A-Z]{1,14}\d{0,4}|[A-Za-z]{1,2}\d{0,4}[A-Za-z]{0,2}|\d{1,8}[A-Za-z]{0,2}"
)
_SMALL_WORDS = 8
_LONGEST = 4096
_FEW = 4
_SHORTEST_RANDOM = 16
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_RUN = 6


@lru_cache(maxsize=4096)
def innocent(value: str) -> str:
    """Return why a value is no secret (`reference`, `ciphertext`, `path`, ...), "" where nothing says so."""
    value = value[:_LONGEST].strip()
    for reason, pattern in _kinds():
        if pattern.fullmatch(value):
            return reason
    if value in known("tokens")["documented"]:
        return "documented example"
    if _is_made_up(value):
        return "placeholder"
    if _PATH.fullmatch(value) and not any(looks_random(part) for part in re.split(r"[/\\]", value)):
        return "path"
    if all(_is_plain(part) for part in _SEPARATOR.split(value)):
        return "words"
    return _as_token(value) or _in_base64(value)


def looks_random(text: str) -> bool:
    """Tell whether a text mixes letters of both cases, or letters, with digits as no name of a thing does."""
    if len(text) < _SHORTEST_RANDOM or not re.search(r"\d", text):
        return False
    return bool(re.search(r"[a-z]", text) and re.search(r"[A-Z]", text)) or bool(re.fullmatch(r"[0-9a-f]{24,}", text))


def entropy(text: str) -> float:
    """Return the bits of information of a text's characters, each."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def placeholder(token: str) -> bool:
    """Tell whether a token of an issuer's shape is made up: documented, of one row, or with words for its reader."""
    return token.endswith(tuple(known("tokens")["documented"])) or bool(_asking().search(token)) or _is_made_up(token)


def _is_plain(part: str) -> bool:
    """Tell a word, a number or a short mix of both (`HS256`, `v2`) from what nobody would say."""
    if not part:
        return True
    if part.islower() and len(part) >= _SMALL_WORDS and _CONSONANTS.search(part):
        return False
    return bool(_PLAIN.fullmatch(part))


def _is_made_up(value: str) -> bool:
    """Tell a value of one repeated piece, of few characters, or of a row of the keyboard or alphabet."""
    letters = value.strip("\"'").lower()
    if len(set(letters)) <= min(_FEW, len(letters) // 2):
        return True
    if any(letters == letters[:size] * (len(letters) // size) for size in range(1, len(letters) // 2 + 1)):
        return True
    return any(_is_row(letters[at : at + _RUN]) for at in range(len(letters) - _RUN + 1))


def _is_row(letters: str) -> bool:
    """Tell characters that follow one another (`abcdef`, `654321`) or are all the same."""
    steps = {ord(after) - ord(before) for before, after in pairwise(letters)}
    return steps in ({0}, {1}, {-1}) and letters.isalnum()


def _in_base64(value: str) -> str:
    """Tell what a short text is that is only written in base64, as in a manifest of a cluster."""
    if len(value) < _FEW or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", value):
        return ""
    try:
        text = base64.b64decode(value, validate=True).decode("ascii")
    except ValueError:
        return ""
    return innocent(text) if text.isprintable() else ""


def _as_token(value: str) -> str:
    """Tell a JSON web token that is handed to everybody, by the role that it states."""
    parts = value.split(".")
    if len(parts) != 3 or not value.startswith("eyJ"):  # noqa: PLR2004 - header, claims, signature
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return ""
    if not isinstance(claims, dict):
        return ""
    if claims.get("role") == "anon":
        return "public"
    return "documented example" if claims.get("iss") == "supabase-demo" or claims.get("name") == "John Doe" else ""


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = known("innocent")["kind"]
    return tuple((row["reason"], re.compile("|".join(row["shapes"]), re.DOTALL)) for row in rows)


@cache
def _asking() -> re.Pattern[str]:
    return re.compile("|".join(known("innocent")["asking"]["shapes"]))
