"""Bytes of a scanned file as text, with the oddities of real repos told or mended."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096
_MOST_MARKS = 8
_POINTER = "version https://git-lfs.github.com/spec/"
_WIDE_SHARE = 0.4
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_CONFLICT_MIDDLE = re.compile(r"^={7}$", re.MULTILINE)


def decode(data: bytes, *, strict: bool = False) -> str:
    r"""Return the text of a file, without byte-order marks and with `\n` alone as line ends; raise ReadError.

    UTF-8 and UTF-16 (marked, twice marked or plain to see) are read. What is neither is read as Latin-1, so that a
    stray byte in a comment costs nothing, unless `strict`: a format that must be UTF-8 is then unreadable. Binary
    files and merge-conflict markers raise ReadError.
    """
    rest, encoding = _unmarked(data)
    text = _wide(rest) if encoding == "utf-8" and b"\x00" in rest else _decoded(rest, encoding, strict=strict)
    text = text.lstrip("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    refuse_conflict(text)
    if text.startswith(_POINTER):
        raise ReadError("is a pointer of the large file storage, not the file itself")
    return text


def refuse_conflict(text: str) -> None:
    """Raise ReadError where git's conflict markers stand: such a file says two things."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    found = _CONFLICT.search(text)
    if found and (_CONFLICT_MIDDLE.search(text) or _CONFLICT.search(text, found.end())):
        raise ReadError("has the markers of a merge conflict", line_at(text, found.start()))


def line_at(text: str, position: int) -> int:
    """Return the line, from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1


def matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each match of a pattern with the line, from 1, in which it starts."""
    line, before = 1, 0
    for found in pattern.finditer(text):
        line += text.count("\n", before, found.start())
        before = found.start()
        yield found, line


def _unmarked(data: bytes) -> tuple[bytes, str]:
    """Strip byte-order marks, a few at the most; the last one found decides."""
    encoding = "utf-8"
    rest = data
    for _ in range(_MOST_MARKS):
        for mark, name in _MARKS:
            if rest.startswith(mark) and not (encoding != "utf-8" and name == "utf-8"):
                rest, encoding = rest[len(mark) :], name
                break
        else:
            break
    return rest, encoding


def _wide(data: bytes) -> str:
    """Return an unmarked text with zero bytes as the UTF-16 that it is; raise ReadError where it is binary."""
    head = data[:_HEAD]
    half = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if max(even, odd) > _WIDE_SHARE and min(even, odd) < 1 - _WIDE_SHARE:
        try:
            text = data.decode("utf-16-le" if odd > even else "utf-16-be")
        except UnicodeDecodeError:
            text = "\0"
        if not _CONTROL.search(text):
            return text
    raise ReadError("is binary")


def _decoded(data: bytes, encoding: str, *, strict: bool) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ReadError(f"is no {encoding[:6].upper()} text") from error
        if strict:
            raise ReadError("is not UTF-8", data.count(b"\n", 0, error.start) + 1) from error
        text = data.decode("latin-1")
    if "\0" in text:
        raise ReadError("is binary")
    return text
