from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from road.training.begin_columns import describe, widened

FINITE = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 6))


def told(values: list[Any], *, name: str = "x", is_key: bool = False) -> dict[str, Any] | str:
    return describe(pl.Series(name, values), is_key=is_key).declared()


@given(st.lists(FINITE, min_size=2, max_size=2))
def test_a_range_holds_what_was_seen_and_stays_on_its_side_of_zero(ends: list[float]) -> None:
    low, high = sorted(ends)

    below, above = widened(low, high)

    assert below <= low <= high <= above
    assert low < 0 or below >= 0
    assert high > 0 or above <= 0


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [((18, 94), (0, 140)), ((0.0, 1.0), (0, 1)), ((3, 100), (0, 100)), ((-5.0, 5.0), (-10, 10)), ((7, 7), (3.5, 10.5))],
)
def test_a_range_is_wider_in_round_numbers(seen: tuple[float, float], wanted: tuple[float, float]) -> None:
    low, high = widened(*seen)

    assert (low, high) == pytest.approx(wanted, rel=0.1)


def test_a_number_has_a_range_and_says_whether_it_may_be_missing() -> None:
    assert told([0.0, 10.0, None]) == {"type": "number", "range": [0, 15], "nullable": True}


def test_texts_with_few_values_are_a_category_with_all_of_them() -> None:
    assert told(["b", "a", None] * 20) == {"type": "category", "values": ["a", "b"], "nullable": True}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([None, None], "empty"),
        (["a"] * 60, "the same in all rows"),
        ([f"t{at}" for at in range(60)], "60 different texts in 60 rows"),
        (["x" * 101, "y"] * 30, "texts of up to 101 characters"),
        (list(range(5, 65)), "a different whole number in each row"),
        ([1e38, 1.0], "too large"),
        ([[1], [2]], "nothing is made of List"),
    ],
)
def test_what_a_model_can_take_nothing_from_is_ignored_with_the_reason(values: list[Any], reason: str) -> None:
    seen = describe(pl.Series("x", values), is_key=False)

    assert seen.declared() == "ignore"
    assert reason in seen.reason


def test_a_different_whole_number_in_each_row_is_ignored_only_where_it_numbers_rows() -> None:
    scattered = [at * at for at in range(60)]

    assert told(scattered, name="patient_id") == "ignore"
    assert told(scattered, name="income") == {"type": "number", "range": [0, 5300]}


def test_a_column_that_is_the_same_where_it_is_known_still_says_whether_it_is_known() -> None:
    assert told(["x", None] * 30) == {"type": "category", "values": ["x"], "nullable": True}


@pytest.mark.parametrize(
    ("values", "declared"),
    [
        ([1, 2, 3], {"type": "number"}),
        ([f"P{at}" for at in range(60)], "ignore"),
        (["north", "south"] * 30, {"type": "category", "values": ["north", "south"]}),
        ([datetime(2026, 1, 1), datetime(2026, 1, 2)], {"type": "datetime"}),
    ],
)
def test_a_key_is_a_name_without_a_range(values: list[Any], declared: dict[str, Any] | str) -> None:
    assert told(values, is_key=True) == declared


def test_a_time_is_a_datetime() -> None:
    times = [datetime(2026, 1, 1) + timedelta(days=at) for at in range(3)]

    assert told([*times, None]) == {"type": "datetime", "nullable": True}
