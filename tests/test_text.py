from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath._text import encodable, escape, json_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcode 漢字 🎉", "plain, ünïcode 漢字 🎉"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc\r", "a\\x0ab\\x09c\\x0d"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\u2028\u200b\ufeff", "\\u2028\\u200b\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("[red]markup[/red]", "[red]markup[/red]"),
    ],
)
def test_what_a_terminal_could_obey_is_written_out(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_escaped_text_is_printable_and_can_be_encoded(text: str) -> None:
    assert all(character.isprintable() or character.isspace() for character in escape(text))
    escape(text).encode()
    encodable(text).encode()


@given(st.text())
def test_text_that_can_be_encoded_stays(text: str) -> None:
    assert encodable(text) == text


@given(st.dictionaries(st.text(), st.lists(st.text() | st.integers() | st.none())))
def test_json_says_the_same_and_holds_nothing_that_a_terminal_could_obey(
    value: dict[str, list[str | int | None]],
) -> None:
    text = json_text(value)

    assert json.loads(text) == value
    assert all(escape(line) == line for line in text.split("\n"))


def test_json_keeps_readable_letters_and_writes_out_bytes_that_are_no_text() -> None:
    assert json_text({"ä": "漢\x7f\x9b\u202e\U000e0041\udcff"}) == (
        '{\n  "ä": "漢\\u007f\\u009b\\u202e\\udb40\\udc41\\\\xff"\n}\n'
    )
