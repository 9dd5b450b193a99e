from __future__ import annotations

import codecs

import pytest

from goldenpath.facts.base import ReadError
from goldenpath.facts.text import decode

TEXT = "numpy==1.26\nscipy\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF8 * 2 + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF16_LE * 2 + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
)
def test_every_marking_gives_the_same_text(data: bytes) -> None:
    assert decode(data) == TEXT


def test_a_latin_1_comment_costs_nothing() -> None:
    assert decode(b"# caf\xe9\nnumpy\n") == "# caf\xe9\nnumpy\n"


def test_a_strict_format_says_where_it_is_not_utf_8() -> None:
    with pytest.raises(ReadError, match="is not UTF-8") as caught:
        decode(b"a = 1\nb = '\xe9'\n", strict=True)

    assert caught.value.line == 2


@pytest.mark.parametrize("data", [b"\x80\x04\x95\x00\x00\x00abc", b"PK\x03\x04\x00\x00\x00\x00\x00\x00", b"\0" * 64])
def test_binary_is_no_text(data: bytes) -> None:
    with pytest.raises(ReadError, match="is binary"):
        decode(data)


def test_half_a_character_of_utf_16_is_told() -> None:
    with pytest.raises(ReadError, match="UTF-16"):
        decode(codecs.BOM_UTF16_LE + b"a\0b")


def test_conflict_markers_are_told_with_their_line() -> None:
    with pytest.raises(ReadError, match="merge conflict") as caught:
        decode(b"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\n")

    assert caught.value.line == 2


def test_an_underline_of_a_heading_is_no_conflict() -> None:
    assert decode(b"Title\n=======\n>>>>>>>x\n").startswith("Title")
