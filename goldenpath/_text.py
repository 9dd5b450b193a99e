"""Text of others made harmless before it reaches a terminal or a file."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_COMMANDS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n]")
_ONE_BYTE = 0x100
_TWO_BYTES = 0x10000


def escape(text: str) -> str:
    """Return a text with everything that a terminal could obey or that can't be encoded written out as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if _is_harmless(character) else _written_out(character) for character in text)


def encodable(text: str) -> str:
    """Return a text with the bytes that were no UTF-8 (surrogates) written out; all else stays."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_written_out(c) if unicodedata.category(c) == "Cs" else c for c in text)
    return text


def json_text(value: Any) -> str:
    """Return plain values as indented JSON: readable letters stay, what a terminal could obey is an escape."""
    text = json.dumps(_all_encodable(value), indent=2, ensure_ascii=False)
    # Line ends are the indentation's: inside a string JSON writes them out itself.
    return _NOT_PLAIN.sub(lambda found: _json_escape(found[0]), text) + "\n"


def _json_escape(character: str) -> str:
    """Return a harmless character as it is, another as JSON's escape: one UTF-16 unit, or a pair."""
    if _is_harmless(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _all_encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(key): _all_encodable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_all_encodable(item) for item in value]
    return value


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) not in _COMMANDS


def _written_out(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - a byte that was no UTF-8, as surrogateescape keeps it
        code -= 0xDC00
    if code < _ONE_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _TWO_BYTES else f"\\U{code:08x}"
