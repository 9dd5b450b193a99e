"""Parsed files, dotted paths, and the lines of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import GoldenpathError, UnreadableError
from goldenpath.policy import documents
from tests.growth import LINEAR, growth

if TYPE_CHECKING:
    from collections.abc import Callable

_TOML = b"""\
[project]
name = "x"
released = 2026-01-02

[tool.ruff]
line-length = 100

[tool."a.b"]
c.d = [1, 2]

[[tool.uv.index]]
name = "one"
[[tool.uv.index]]
name = "two"
"""


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("project.name", ["x"]),
        ("project.released", ["2026-01-02"]),
        ("tool.ruff.line-length", [100]),
        ('tool."a.b".c.d', [[1, 2]]),
        ("tool.'a.b'.c.d[1]", [2]),
        ("tool.uv.index[*].name", ["one", "two"]),
        ("tool.*.line-length", [100]),
        ("tool.ruff.select", []),
        ("project.name.more", []),
        ("tool.uv.index[7].name", []),
    ],
)
def test_a_dotted_path_finds_values(path: str, values: list[object]) -> None:
    document = documents.parse("pyproject.toml", _TOML)

    assert [value for _, value in document.find(path)] == values


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("project.name", 2),
        ("tool.ruff.line-length", 6),
        ('tool."a.b".c.d', 9),
        ("tool.ruff.select", 5),
        ("other", None),
    ],
)
def test_toml_tells_the_line_of_the_deepest_part_that_is_there(path: str, line: int | None) -> None:
    document = documents.parse("pyproject.toml", _TOML)

    assert document.line(documents.steps_of(path)) == line


def test_yaml_tells_values_and_lines() -> None:
    document = documents.parse("a.yml", b"on: push\njobs:\n  test:\n    steps:\n      - uses: a\n      - uses: b\n")
    found = document.find("jobs.*.steps[*].uses")

    assert [(value, document.line(steps)) for steps, value in found] == [("a", 5), ("b", 6)]
    assert document.find("on") == ((("on",), "push"),)


def test_json_tells_values_and_lines() -> None:
    document = documents.parse("a.json", b'{\n "a": {\n  "b": [1, 2]\n }\n}\n')

    assert document.find("a.b[1]") == ((("a", "b", 1), 2),)
    assert document.line(("a", "b")) == 3


def test_ini_tells_typed_values_and_lines() -> None:
    document = documents.parse("setup.cfg", b"[mypy]\nstrict = True\n\n[flake8]\nmax-line-length = 88\n")

    assert document.find("mypy.strict") == ((("mypy", "strict"), True),)
    assert document.find("flake8.max-line-length") == ((("flake8", "max-line-length"), 88),)
    assert document.line(("flake8", "max-line-length")) == 5


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.toml", b"<<<<<<< HEAD\n"),
        ("a.yaml", b"a: [1\n"),
        ("a.json", b"{"),
        ("a.cfg", b"key without section"),
        ("a.toml", b"\xff\x00\xfa"),
        ("a.yaml", b"[" * 5000),
        ("a.json", b"[" * 100_000),
    ],
)
def test_what_cannot_be_parsed_is_unreadable_and_says_where(path: str, data: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        documents.parse(path, data)

    assert caught.value.where.startswith(path)


def test_byte_order_marks_are_no_part_of_the_text() -> None:
    assert documents.parse("a.json", b"\xef\xbb\xbf{}").data == {}
    assert documents.parse("a.json", '{"a": 1}'.encode("utf-16")).data == {"a": 1}


def test_a_format_that_is_not_known_is_refused() -> None:
    with pytest.raises(GoldenpathError, match="TOML, YAML, JSON and INI"):
        documents.parse("a.xml", b"<a/>")


@pytest.mark.parametrize("path", ["a[", "a..b", "a[b]", '"a'])
def test_a_path_that_means_nothing_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is no path"):
        documents.steps_of(path)


@pytest.mark.parametrize(
    "line_of",
    [lambda n: "a " * n + "!", lambda n: '"' * (n | 1), lambda n: " " * n + "[" + " " * n + "x"],
    ids=["words", "quotes", "spaces"],
)
def test_the_place_in_a_hostile_text_is_looked_for_in_one_pass(line_of: Callable[[int], str]) -> None:
    def document_of(size: int) -> documents.Document:
        return documents.Document(path="a.toml", data={}, text=f"{line_of(size)}\n[tool]\nx = 1\n", format="toml")

    def look(document: documents.Document) -> None:
        assert document.line(("tool", "x")) == 3

    assert growth(look, document_of, 20_000) <= LINEAR
