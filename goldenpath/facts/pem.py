"""Private keys in a text: told by what stands between their marks, since prose and examples have the marks as well."""

from __future__ import annotations

import base64
import re
from itertools import takewhile
from typing import TYPE_CHECKING

from goldenpath.facts.innocent import entropy, placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN = re.compile(
    r"-----BEGIN (?P<kind>(?:[A-Z0-9]+ )*)PRIVATE KEY(?: BLOCK)?-----"
    r"|PuTTY-User-Key-File-\d[^\n]*\n(?:[\w-]+: [^\n]*\n){0,2}Encryption: (?P<putty>\S+)"
)
_HEADERS = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9-]*: [^\n]*\n\s*)*")
_WORD = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9+/])")
_OPENSSH = b"openssh-key-v1\0"
_OTHERS = ("SIGSTORE", "COSIGN")  # always under a passphrase, and meant to be committed
_LONGEST = 16 * 1024
_LEAST = 40
_PREFACES = (("b3BlbnNzaC1rZXkt", 0), ("BgkqhkiG9w0BAQEF", 56), ("ByqGSM49", 48), ("", 20))
"""What the beginning of a key of each kind has in it, and how much of it is the same in every key."""
_BEGINNING = 40
_LOCKS = 40
_PIECE = 32
_LEAST_PIECE = 20
_SHARE = 0.6
_BITS = 3.8


def keys(text: str) -> Iterator[tuple[int, bool]]:
    """Yield where each private key begins whose content is there, and whether it is under a passphrase."""
    for found in _BEGIN.finditer(text):
        if found["putty"]:
            yield found.start(), found["putty"] != "none"
        elif not any(other in found["kind"] for other in _OTHERS):
            inner = text[found.end() : found.end() + _LONGEST].partition("-----")[0]
            head = _HEADERS.match(inner)
            start = head.end() if head else 0
            body = _body(inner[start:])
            if _is_content(body):
                yield found.start(), "ENCRYPTED" in found["kind"] + inner[:start] or _is_locked(body)


def _body(inner: str) -> str:
    """Return the base64 at the start of a text, however it is broken into lines and quoted."""
    words = (word.strip("\"'`,;\\>#") for word in inner.split())
    return "".join(takewhile(_WORD.fullmatch, (word for word in words if word)))


def _is_content(body: str) -> bool:
    """Tell content from a filler: past what is in every key most of it looks random."""
    if len(body) < _LEAST:
        return False
    rest = body[next(length for mark, length in _PREFACES if mark in body[:_BEGINNING]) :]
    pieces = [rest[at : at + _PIECE] for at in range(0, len(rest), _PIECE)]
    pieces = [piece for piece in pieces if len(piece) >= _LEAST_PIECE]
    random = [piece for piece in pieces if entropy(piece) > _BITS and _MIXED.match(piece) and not placeholder(piece)]
    return bool(pieces) and len(random) >= len(pieces) * _SHARE


def _is_locked(body: str) -> bool:
    """Tell a key of OpenSSH that names a cipher: the marks around it don't say so."""
    try:
        data = base64.b64decode(body[:_LOCKS])
    except ValueError:
        return False
    return data.startswith(_OPENSSH) and not data[len(_OPENSSH) + 4 :].startswith(b"none")
