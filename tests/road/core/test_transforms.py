from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from road.core.date_parts import Part
from road.core.transforms import AnyTransform, DateParts, names_of, run_all

READ: TypeAdapter[AnyTransform] = TypeAdapter(AnyTransform)
NONE = float("nan")
COLUMNS: dict[str, Any] = {
    "x": np.array([0.0, 3.0, -2.0, NONE]),
    "y": np.array([1.0, 0.0, 4.0, 2.0]),
    "at": np.array(["2024-02-29T23:59", "2021-01-03T00:00", "1969-12-31T12:30", "NaT"], dtype="datetime64[us]"),
    "then": np.array(["2024-02-28T23:59", "NaT", "1969-12-31T12:00", "2024-01-01"], dtype="datetime64[us]"),
}


def run(declared: dict[str, Any]) -> dict[str, list[float]]:
    return {name: values.tolist() for name, values in run_all([READ.validate_python(declared)], COLUMNS).items()}


@pytest.mark.parametrize(
    ("declared", "name", "values"),
    [
        ({"log": "x"}, "x_log", [0.0, math.log(4), NONE, NONE]),
        ({"ratio": ["x", "y"]}, "x_per_y", [0.0, NONE, -0.5, NONE]),
        ({"difference": ["y", "x"]}, "y_minus_x", [1.0, -3.0, 6.0, NONE]),
        ({"difference": ["at", "then"], "unit": "hours"}, "at_minus_then", [24.0, NONE, 0.5, NONE]),
        ({"bins": "x", "edges": [0, 3]}, "x_bin", [1.0, 2.0, 0.0, NONE]),
        ({"clip": "x", "range": [-1, 1]}, "x_clipped", [0.0, 1.0, -1.0, NONE]),
        ({"cycle": "y", "period": 4}, "y_sin", [1.0, 0.0, 0.0, 0.0]),
        ({"cycle": "y", "period": 4}, "y_cos", [0.0, 1.0, 1.0, -1.0]),
        ({"missing": "x"}, "x_missing", [0.0, 0.0, 0.0, 1.0]),
        ({"date_parts": "at", "parts": ["week"]}, "at_week", [9.0, 53.0, 1.0, NONE]),
        ({"date_parts": "at", "parts": ["minute"]}, "at_minute", [59.0, 0.0, 30.0, NONE]),
        ({"date_parts": "at"}, "at_weekday", [4.0, 7.0, 3.0, NONE]),
    ],
)
def test_a_transform_gives_its_features(declared: dict[str, Any], name: str, values: list[float]) -> None:
    np.testing.assert_allclose(run(declared)[name], values, atol=1e-12)


@given(st.datetimes(min_value=datetime(1583, 1, 1), max_value=datetime(2900, 1, 1)))
def test_date_parts_are_those_of_the_calendar(at: datetime) -> None:
    parts: tuple[Part, ...] = ("year", "quarter", "month", "week", "day", "weekday", "day_of_year", "hour", "minute")
    column = {"at": np.array([at], dtype="datetime64[us]")}

    found = run_all([DateParts(date_parts="at", parts=parts)], column)

    right = [at.year, (at.month + 2) // 3, at.month, at.isocalendar().week, at.day, at.isoweekday()]
    right += [(at - datetime(at.year, 1, 1)) // timedelta(days=1) + 1, at.hour, at.minute]
    assert [values[0] for values in found.values()] == right


def test_columns_of_polars_are_taken_as_they_are() -> None:
    frame = pl.DataFrame({"at": [datetime(2026, 3, 1, 4), None]})

    found = run_all([DateParts(date_parts="at", parts=("hour",))], {"at": frame["at"].to_numpy()})

    np.testing.assert_array_equal(found["at_hour"], [4.0, NONE])


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"bins": "x", "edges": [3, 3]}, "edges ascend"),
        ({"bins": "x", "edges": []}, "at least 1 item"),
        ({"clip": "x", "range": [2, 1]}, "from 2 down to 1"),
        ({"cycle": "x", "period": 0}, "greater than 0"),
        ({"date_parts": "at", "parts": ["century"]}, "Input should be"),
        ({"logarithm": "x"}, "this is no transform: name one of"),
    ],
)
def test_a_declaration_that_means_nothing_is_refused(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        READ.validate_python(declared)


def test_features_come_in_the_order_of_their_declaration() -> None:
    declared = [READ.validate_python(each) for each in ({"log": "y"}, {"cycle": "x", "period": 2}, {"missing": "y"})]

    assert names_of(declared) == ("y_log", "x_sin", "x_cos", "y_missing")
    assert tuple(run_all(declared, COLUMNS)) == names_of(declared)


def test_a_row_alone_gives_what_it_gives_among_others() -> None:
    declared = [READ.validate_python(each) for each in ({"log": "y"}, {"date_parts": "at"}, {"missing": "x"})]
    whole = run_all(declared, COLUMNS)

    for row in range(4):
        alone = run_all(declared, {name: values[row : row + 1] for name, values in COLUMNS.items()})
        for name, values in alone.items():
            np.testing.assert_array_equal(values, whole[name][row : row + 1])
