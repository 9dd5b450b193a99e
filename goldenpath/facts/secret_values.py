"""What tells a secret: a token of a known issuer, a private key, or a value that looks random under a telling name.

`sure` is what nothing else looks like; `likely` is what a secret usually looks like. The value reaches no record.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from goldenpath.facts import pem
from goldenpath.facts.innocent import entropy, innocent, looks_random, placeholder
from goldenpath.facts.known import known
from goldenpath.facts.model import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENCODED = "LS0tLS1CRUdJTi"  # a PEM block within base64
_LOGIN = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,30}://(?P<user>[^\s:/@\"'<>]{0,100}):(?P<password>[^\s/@\"'<>]{3,200})@(?P<host>[\w.-]+)"
)
_AFTER = re.compile(
    r"(?:PROD|PRODUCTION|DEV|STAGING|STG|TEST|LOCAL|BASE64|B64|HEX|RAW|VALUE|OLD|NEW|MAIN|[A-Z]?\d{1,2})\Z"
)
_PUBLISHED = re.compile(r"(?:NEXT_|NUXT_|EXPO_)?PUBLIC_|VITE_|REACT_APP_|GATSBY_|VUE_APP_", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LEAST = 8
_LOW, _HIGH = 3.0, 3.5
_LONG = 16
_BEFORE, _AFTER_MARK = 64, 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A secret that was told: how sure it is, why, and where in the text it begins."""

    certainty: Certainty
    reason: str
    at: int = 0


def tokens(text: str) -> Iterator[Told]:
    """Yield the tokens of known issuers in a text, but for documented and made-up ones."""
    pattern, issuers = _shapes()
    for found in (found for start, end in _marked(text) for found in pattern.finditer(text, start, end)):
        issuer, certainty = issuers[found.lastgroup or ""]
        if not placeholder(found[0]) and entropy(found[0]) >= _LOW:
            yield Told(certainty=certainty, reason=f"has the shape of a token of {issuer}", at=found.start())


def _marked(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that hold a mark of a token: the shapes are searched in them alone."""
    at = 0
    for found in _marks().finditer(text):
        if found.start() >= at:
            start = max(at, found.start() - _BEFORE)
            at = found.end() + _AFTER_MARK
            yield start, at


def private_keys(text: str) -> Iterator[Told]:
    """Yield the private keys in a text whose content is there; one under a passphrase only likely opens anything."""
    for at, locked in pem.keys(text):
        reason = "is a private key under a passphrase" if locked else "is a private key"
        yield Told(certainty=Certainty.LIKELY if locked else Certainty.SURE, reason=reason, at=at)


def logins(text: str) -> Iterator[Told]:
    """Yield the URLs that hold a password of somebody's own."""
    for found in _LOGIN.finditer(text) if "://" in text else ():
        user, password = found["user"], found["password"]
        if password != user and not innocent(password) and entropy(password) >= _LOW - 1:
            yield Told(certainty=Certainty.LIKELY, reason="has a password in a URL", at=found.start())


def assigned(name: str, value: str) -> Told | None:
    """Return what a name and its value tell: the shape that the name's issuer gives out, or a random look."""
    value = unquoted(value)
    if not _TELLING_AT_ALL.search(name) or innocent(value) or _PUBLISHED.match(name):
        return None
    snake = _CAMEL.sub("_", name).replace("-", "_").replace(".", "_")
    for issuer, named, shape in _named():
        if named.search(snake) and shape.fullmatch(value):
            return Told(certainty=Certainty.SURE, reason=f"has the shape of a key of {issuer}, by its name")
    return (
        Told(certainty=Certainty.LIKELY, reason="looks random under a telling name")
        if _is_likely(snake, value)
        else None
    )


def credential(value: str) -> Told | None:
    """Return what a value tells that stands where a format keeps its credential."""
    value = unquoted(value)
    if value.startswith(_ENCODED) and any(private_keys(_decoded(value))):
        return Told(certainty=Certainty.SURE, reason="is a private key")
    if innocent(value) or len(value) < _LEAST or entropy(value) <= _LOW - 1:
        return None
    sure = looks_random(value) and entropy(value) > _LOW
    reason = "is random, where the format keeps a credential" if sure else "stands where the format keeps a credential"
    return Told(certainty=Certainty.SURE if sure else Certainty.LIKELY, reason=reason)


def unquoted(value: str) -> str:
    """Return a value without quotes, and without the comment that may follow it."""
    value = value.strip().rstrip(",;")
    if value[:1] in {'"', "'"}:
        return value[1:].partition(value[0])[0]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("ascii", "replace")
    except ValueError:
        return ""


_TELLING_AT_ALL = re.compile(r"pass|pwd|secret|token|credential|key|auth", re.IGNORECASE)


def _is_likely(name: str, value: str) -> bool:
    words = [word for word in re.split(r"[^A-Za-z0-9]+", name.upper()) if word]
    while len(words) > 1 and _AFTER.match(words[-1]):
        words.pop()
    names = known("tokens")["names"]
    strong = bool(words) and words[-1] in names["telling"]
    if not strong and words and words[-1].endswith("KEY") and not set(words).intersection(names["no_keys"]):
        before = words[-2] if len(words) > 1 else ""
        if before not in names["keys"] and (len(value) < _LONG or entropy(value) <= _HIGH):
            return False
        strong = True
    if not strong or "PUBLIC" in words or len(value) < _LEAST:
        return False
    bits = entropy(value)
    return bits > _HIGH or (bits > _LOW and bool(re.search(r"\d", value)))


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(_branches({mark for row in known("tokens")["token"] for mark in row["marks"]}))


def _branches(words: set[str]) -> str:
    """Return an expression for any of these words, branching by letter: ten times as fast as one word after another."""
    if "" in words:
        return ""
    rests: dict[str, set[str]] = {}
    for word in words:
        rests.setdefault(word[0], set()).add(word[1:])
    return f"(?:{'|'.join(re.escape(first) + _branches(rest) for first, rest in sorted(rests.items()))})"


@cache
def _shapes() -> tuple[re.Pattern[str], dict[str, tuple[str, Certainty]]]:
    """Return one expression for the tokens of all issuers, each a named group, and whose each group is."""
    rows = known("tokens")["token"]
    parts = [f"(?P<t{index}>{row['shape']})" for index, row in enumerate(rows)]
    issuers = {f"t{index}": (row["issuer"], Certainty(row.get("certainty", "sure"))) for index, row in enumerate(rows)}
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(parts)})(?![A-Za-z0-9])"), issuers


@cache
def _named() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    rows = known("tokens")["named"]
    return tuple((row["issuer"], re.compile(row["name"], re.IGNORECASE), re.compile(row["shape"])) for row in rows)
