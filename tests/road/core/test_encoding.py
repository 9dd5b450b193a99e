from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.encoding import InputError, encode, matrix_columns
from road.core.manifest import Column
from road.core.transforms import DateParts, Log, Ratio

NONE = float("nan")
INPUTS = [
    Column(name="ward", kind="category", values=["a", "b", "other"], unknown="other", nullable=True),
    Column(name="size", kind="number"),
    Column(name="at", kind="datetime", nullable=True),
]
TRANSFORMS = [DateParts(date_parts="at", parts=("hour",)), Log(log="size")]
ROWS: dict[str, Any] = {
    "ward": ["b", "z", None],
    "size": [1.0, 0.0, 3.0],
    "at": [datetime(2026, 1, 1, 5), None, datetime(2026, 1, 1, 7)],
}
MATRIX = [[1, 1, 5, np.log(2)], [2, 0, NONE, 0], [NONE, 3, 7, np.log(4)]]


def test_numbers_and_categories_come_before_what_transforms_make() -> None:
    assert matrix_columns(INPUTS, TRANSFORMS) == ["ward", "size", "at_hour", "size_log"]
    np.testing.assert_allclose(encode(INPUTS, ROWS, TRANSFORMS), MATRIX, rtol=1e-6)


@pytest.mark.parametrize(
    "at",
    [
        ["2026-01-01T05:00", None, "2026-01-01 07:00:00"],
        np.array(["2026-01-01T05", "NaT", "2026-01-01T07"], dtype="datetime64[h]"),
        pl.Series([datetime(2026, 1, 1, 5), None, datetime(2026, 1, 1, 7)]).to_numpy(),
    ],
)
def test_a_time_is_the_same_however_it_is_given(at: Any) -> None:
    np.testing.assert_allclose(encode(INPUTS, {**ROWS, "at": at}, TRANSFORMS), MATRIX, rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"at": ["soon", None, None]}, "at must be times such as 2026-01-31T08:00"),
        ({"at": [5, None, None]}, "at must be times .* 5 is no time"),
        ({"at": [datetime(2026, 1, 1, tzinfo=UTC), None, None]}, "has a time zone"),
        ({"size": [1.0, None, 2.0]}, "size is missing in rows 1"),
        ({"at": [None]}, "columns differ in length"),
    ],
)
def test_what_is_not_as_declared_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        encode(INPUTS, {**ROWS, **change}, TRANSFORMS)


def test_a_missing_category_is_refused_where_it_may_not_be() -> None:
    strict = [Column(name="ward", kind="category", values=["a"])]
    gone: dict[str, Any] = {"ward": ["a", None]}

    with pytest.raises(InputError, match="ward is missing in rows 1"):
        encode(strict, gone)
    with pytest.raises(InputError, match=r"ward is none of \['a'\] in rows 0"):
        encode(strict, {"ward": ["b", "a"]})


def test_what_is_too_large_for_the_model_counts_as_missing() -> None:
    inputs = [Column(name="a", kind="number"), Column(name="b", kind="number")]

    (row,) = encode(inputs, {"a": [1e30], "b": [1e-30]}, [Ratio(ratio=("a", "b"))])

    assert np.isnan(row[2])


def test_transforms_see_numbers_as_the_model_does() -> None:
    """In Parquet a number may be of 64 bits, in JSON it has any digits: both are the float32 that the model sees."""
    inputs = [Column(name="size", kind="number")]
    given = 0.1 + 1e-12

    whole = encode(inputs, {"size": [given]}, [Log(log="size")])
    small = encode(inputs, {"size": np.array([given], dtype=np.float32)}, [Log(log="size")])

    np.testing.assert_array_equal(whole, small)
