from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.curation.repeated_text import LEAST, Repeat, repeats

THREE = "one line of words\nanother line of words\na third line\n"


def _lines(ones: str, others: str) -> list[tuple[int, int, int]]:
    return [(run.lines, run.line, run.second_line) for run in repeats({"a": ones}, {"b": others})]


def test_a_run_is_told_with_where_it_begins_in_both() -> None:
    ones, others = f"only here\n\n{THREE}only here\n", f"only there\n{THREE}"

    (run,) = repeats({"a/x": ones, "a/y": ""}, {"b/x": others})

    assert run == Repeat(lines=3, first="a/x", line=3, second="b/x", second_line=2)


@pytest.mark.parametrize(
    "text",
    [
        "one line of words\nanother line of words\n",
        "import numpy as np\nimport polars as pl\nfrom {{ package_name }}.data import load\nfrom os import path\n",
        "try:\n    yield\nfinally:\n    }\n  ---\n 1.0, 2.0\n",
        'if __name__ == "__main__":\n    raise SystemExit(main())\n',
        "\n\n\n\n\n",
    ],
)
def test_trivia_are_not_told(text: str) -> None:
    assert _lines(text, text) == []


def test_blank_lines_lines_without_words_and_indentation_do_not_part_a_run() -> None:
    ones = "one line of words\n)\n\nanother line of words\na third line\n"
    others = "    one line of words\n    another line of words\n\n    import os\n    a third line\n"

    assert _lines(ones, others) == [(3, 1, 1)]


def test_a_run_is_as_long_as_it_can_be_and_no_line_of_the_first_is_told_twice() -> None:
    long = "".join(f"line number {word}\n" for word in ("one", "two", "three", "four", "five", "six"))
    short = "".join(long.splitlines(keepends=True)[:4])

    assert _lines(long, f"{short}other words here\n{long}") == [(6, 1, 6)]
    assert _lines(f"{short}other words here\n{long}", long) == [(4, 1, 1), (6, 6, 1)]


def test_one_other_word_parts_a_run() -> None:
    assert _lines(THREE, THREE.replace("another", "some other")) == []


@given(st.lists(st.sampled_from(["a b", "a c", "ab cd", "ef gh", "ij kl", ")", "", "import os"]), max_size=30))
def test_a_text_stands_in_itself_whole(lines: list[str]) -> None:
    text = "\n".join(lines)
    counted = sum(1 for line in lines if line in {"ab cd", "ef gh", "ij kl"})

    assert sum(length for length, _, _ in _lines(text, text)) == (counted if counted >= LEAST else 0)
