from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from road.core.project import Column
from road.core.texts import TextError, as_declared, read_texts

NUMBER, TIME = Column(type="number"), Column(type="datetime")
FIRST, SECOND = datetime(2026, 1, 31), datetime(2026, 1, 31, 8, 30)


def cast(column: Column, *texts: str | None, whole: bool = False) -> list[Any]:
    return as_declared(pl.Series("x", texts, dtype=pl.String), column, whole=whole).to_list()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_header_says_what_parts_values(separator: str) -> None:
    text = separator.join(["a", " b ", ""]) + "\r\n" + separator.join([" 1", "x y ", "0"]) + "\r\n"

    assert read_texts(text.encode()).to_dict(as_series=False) == {"a": ["1"], "b": ["x y"]}


def test_other_encodings_and_decimal_commas_are_read() -> None:
    assert read_texts("\ufeffort;preis\nKöln;1,5\n".encode()).row(0) == ("Köln", "1.5")
    assert read_texts("ort;preis\nKöln;-12,25\n".encode("cp1252")).row(0) == ("Köln", "-12.25")
    assert read_texts(b'ort,preis\n"a, b",1\n').row(0) == ("a, b", "1")


@pytest.mark.parametrize("content", [b"", b"a,a\n1,2\n", b"a,b\n1,2,3\n"])
def test_what_is_no_table_is_told(content: bytes) -> None:
    with pytest.raises(TextError):
        read_texts(content)


def test_numbers_may_have_signs_and_gaps() -> None:
    texts = ["1", "+2.5", "-3e2", "x", "", "NA", "n/a", "None", "?", "-", "inf", None]

    assert cast(NUMBER, *texts) == [1, 2.5, -300, *[None] * 9]


def test_whole_numbers_stay_whole_where_all_are() -> None:
    assert cast(NUMBER, str(2**53 + 1), whole=True) == [2**53 + 1]
    assert cast(NUMBER, "1", "2.5", whole=True) == [1.0, 2.5]


def test_a_gap_is_a_value_where_a_category_declares_it() -> None:
    assert cast(Column(type="category", values=("a", "None")), "a", "None", "NA", "z") == ["a", "None", None, "z"]


@pytest.mark.parametrize(
    "texts",
    [
        ("2026-01-31", "2026-01-31T08:30"),
        ("2026-01-31", "2026-01-31 08:30:00.000"),
        ("2026/01/31", "2026/01/31 08:30"),
        ("31.01.2026", "31.01.2026 08:30"),
        ("31/01/2026", "31/01/2026 08:30"),
        ("01/31/2026", "01/31/2026 08:30:00"),
        ("2026-01-31T00:00Z", "2026-01-31T09:30+01:00"),
    ],
)
def test_times_are_read_in_one_of_several_forms(texts: tuple[str, ...]) -> None:
    assert cast(TIME, *texts) == [FIRST, SECOND]


def test_a_day_that_can_be_read_in_two_ways_is_none() -> None:
    assert cast(TIME, "01/02/2026") == [None]
    assert cast(TIME, "01/02/2026", "13/02/2026") == [datetime(2026, 2, 1), datetime(2026, 2, 13)]
    assert cast(TIME, "2026-01-31", "noon", None) == [FIRST, None, None]
