from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.base import ReadError
from goldenpath.facts.toml import parse, word

TEXT = '''# comment
"quoted key" = 1
[project]
name = "x"  # [not.a.table]
dynamic = []
dependencies = [
  # "commented",
  "a", "b",

  """c
""",
  'd]',
]
inner.dotted."k.e.y" = {x = [1, 2], y = "}"}
when = 1979-05-27T07:32:00Z

[[tool.uv.index]]
url = "1"
[tool.uv.index.auth]
user = "u"
[[tool.uv.index]]
url = "2"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("quoted key",), 2),
        (("project",), 3),
        (("project", "name"), 4),
        (("project", "dependencies"), 6),
        (("project", "dependencies", 0), 8),
        (("project", "dependencies", 1), 8),
        (("project", "dependencies", 2), 10),
        (("project", "dependencies", 3), 12),
        (("project", "inner", "dotted", "k.e.y"), 14),
        (("project", "inner", "dotted", "k.e.y", "y"), 14),
        (("project", "when"), 15),
        (("tool", "uv", "index", 0, "url"), 18),
        (("tool", "uv", "index", 0, "auth", "user"), 20),
        (("tool", "uv", "index", 1, "url"), 22),
        (("project", "dependencies", 9), 6),
        (("nowhere",), None),
    ],
)
def test_each_part_has_its_line(path: tuple[str | int, ...], line: int | None) -> None:
    assert parse(TEXT).line(*path) == line


def test_values_are_those_of_tomllib() -> None:
    assert parse(TEXT).values == tomllib.loads(TEXT)


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = [\n", 3), ("a = 1\na = 2\n", 2), ("{{ x }}", 1)])
def test_what_is_no_toml_says_where(text: str, line: int) -> None:
    with pytest.raises(ReadError, match="is no TOML") as caught:
        parse(text)

    assert caught.value.line == line


def test_a_tower_of_brackets_is_an_error_and_no_crash() -> None:
    with pytest.raises(ReadError):
        parse("a = " + "[" * 50_000)


_KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), st.text(max_size=6))
_SCALARS = st.one_of(st.integers(-9, 9), st.booleans(), st.text(max_size=8))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=12,
)


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_written(item)}, # ]\n" for item in value) + "]"
    return json.dumps(value) if not isinstance(value, str) else _quoted(value)


def _quoted(text: str) -> str:
    return "".join(['"', *(f"\\U{ord(c):08x}" if not c.isalnum() or ord(c) > 126 else c for c in text), '"'])


@given(st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=5))
def test_every_array_item_stands_in_the_line_where_it_is_written(values: dict[str, Any]) -> None:
    text = "".join(f"{_quoted(key)} = {_written(value)}\n" for key, value in values.items() if _flat(value))

    document = parse(text)

    line = 1
    for key, value in values.items():
        if _flat(value):
            assert document.line(key) == line
            for index, item in enumerate(value if isinstance(value, list) else []):
                assert document.lines[key, index] == line + 1 + sum(map(_height, value[:index]))
                assert document.values[key][index] == item
            line += _height(value)


def _height(value: Any) -> int:
    return _written(value).count("\n") + 1


def _flat(value: Any) -> bool:
    """Inline tables take no line ends, so that lists within them can't be written as above."""
    if isinstance(value, dict):
        return not any(isinstance(item, list | dict) for item in value.values())
    return not isinstance(value, list) or all(_flat(item) for item in value)


def test_a_figure_is_a_number_and_what_was_written() -> None:
    values = parse("a = 3.10\nb = 1_0.5\nc = 7\nd = true\ne = '3.10'\n").values

    assert values["a"] == 3.1
    assert [word(values[key]) for key in "abcde"] == ["3.10", "1_0.5", "7", None, "3.10"]


def test_a_string_is_found_where_it_is_written() -> None:
    text = 'a = "é#"\n[b]\nc = [1, \'x\', """y\n"z""", {d = "w"}]  # "no"\n'

    spans = parse(text).spans

    assert {path: text[slice(*span)] for path, span in spans.items()} == {
        ("a",): '"é#"', ("b", "c", 1): "'x'", ("b", "c", 2): '"""y\n"z"""', ("b", "c", 3, "d"): '"w"'
    }  # fmt: skip
