from __future__ import annotations

import ast
import io
import tokenize as standard
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts import python_tokens
from goldenpath.facts.python_tokens import Kind, tokenize

_SOURCES = sorted(Path(python_tokens.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: path.name)
def test_names_and_strings_are_those_of_pythons_own_tokenizer(path: Path) -> None:
    text = path.read_text()
    wanted = [
        (token.string, token.start[0])
        for token in standard.generate_tokens(io.StringIO(text).readline)
        if token.type in {standard.NAME, standard.STRING}
    ]

    found = [(token.text, token.line) for token in tokenize(text).items if token.kind in {Kind.NAME, Kind.STRING}]

    assert found == wanted


@pytest.mark.parametrize(
    "literal",
    ["'a'", '"a\\"b"', "'''a\nb'''", r"r'\d'", "u'x'", "b'y'", "'a\\\nb'", '"""a"b"""', "''", "'\\t'", "R'''\\n'''"],
)
def test_a_literal_stands_for_its_text(literal: str) -> None:
    (token,) = (token for token in tokenize(literal).items if token.kind is Kind.STRING)
    wanted = ast.literal_eval(literal)

    assert token.value == (wanted.decode() if isinstance(wanted, bytes) else wanted)


@pytest.mark.parametrize(("text", "computed"), [("f'{x}'", True), ("F'x'", False), ("'{x}'", False), ("rf'{x}'", True)])
def test_an_f_string_with_a_hole_is_computed(text: str, computed: bool) -> None:  # noqa: FBT001 - a table
    assert tokenize(text).items[0].computed is computed


def test_a_statement_ends_at_its_line_or_semicolon_whatever_its_brackets_hold() -> None:
    tokens = tokenize("a = [1,\n 2]; b = (\n3)\nc")

    ends = {token.text: tokens.text(tokens.statement_end(index)) for index, token in enumerate(tokens.items)}
    assert ends["a"] == ";"
    assert ends["b"] == "\n"
    assert tokens.statement_end(len(tokens.items) - 1) == len(tokens.items)


def test_brackets_know_their_partners_and_depths() -> None:
    tokens = tokenize("f(a[0], {1})")

    assert {tokens.text(start) + tokens.text(end) for start, end in tokens.partners.items()} == {"()", "[]", "{}"}
    assert [tokens.depths[index] for index, token in enumerate(tokens.items) if token.text in "fa01"] == [0, 1, 2, 2]


def test_the_first_token_of_a_line_has_its_indentation() -> None:
    tokens = tokenize("if x:\n    y = 1  # no\n\n  # no\nz")

    assert [(token.text, token.indent) for token in tokens.items if token.indent >= 0 and token.text != "\n"] == [
        ("if", 0),
        ("y", 4),
        ("z", 0),
    ]


@given(st.text(alphabet="ab'\"\\\n()[]{}#=,; rf", max_size=60))
def test_every_text_has_tokens_in_order(text: str) -> None:
    tokens = tokenize(text)

    lines = [token.line for token in tokens.items]
    assert lines == sorted(lines)
    assert all(start < end <= len(tokens.items) for start, end in tokens.partners.items())
    assert all(index <= tokens.statement_end(index) for index in range(len(tokens.items)))
