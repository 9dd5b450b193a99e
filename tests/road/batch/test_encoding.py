"""Bulk encoding gives what `road.core.encoding` gives, and answers become columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from road.batch.encoding import as_columns, encode, output_names
from road.core import encoding
from road.core.contract import Contract
from road.core.manifest import Column, Output
from road.core.predictions import decide
from road.core.transforms import AnyTransform, DateParts, Difference, Log, Missing, Ratio

INPUTS = [
    Column(name="ward", kind="category", values=["a", "b", "other"], unknown="other", nullable=True),
    Column(name="floor", kind="category", values=["low", "high"]),
    Column(name="size", kind="number", nullable=True),
    Column(name="count", kind="number", range=(-(2**40), 2**40)),
    Column(name="at", kind="datetime", nullable=True),
]
TRANSFORMS: list[AnyTransform] = [
    DateParts(date_parts="at", parts=("year", "weekday", "hour")),
    Log(log="size"),
    Ratio(ratio=("size", "count")),
    Difference(difference=("count", "size")),
    Missing(missing="size"),
]
TYPES: dict[str, list[Any]] = {
    "ward": [pl.String, pl.Categorical],
    "floor": [pl.String, pl.Enum(["high", "low"])],
    "size": [pl.Float64, pl.Float32],
    "count": [pl.Int64, pl.Float64],
    "at": [pl.Datetime("us"), pl.Datetime("ms"), pl.Datetime("ns")],
}
ROW = st.fixed_dictionaries(
    {
        "ward": st.one_of(st.none(), st.sampled_from(["a", "b", "c", ""])),
        "floor": st.sampled_from(["low", "high"]),
        "size": st.one_of(st.none(), st.floats(width=32, allow_infinity=False)),
        "count": st.integers(-(2**40), 2**40),
        "at": st.one_of(st.none(), st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1))),
    }
)


@given(st.lists(ROW, max_size=8), st.data())
def test_rows_are_encoded_as_the_core_encodes_them(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    types = {name: data.draw(st.sampled_from(kinds)) for name, kinds in TYPES.items()}
    given_as = {name: pl.Series(name, [row[name] for row in rows], strict=False) for name in types}
    frame = pl.DataFrame({name: series.cast(types[name]) for name, series in given_as.items()})
    good = Contract(keys=(), columns={}).for_inputs(INPUTS).sort(frame).good
    columns = {
        name: good[name].to_numpy() if name in ("size", "count", "at") else good[name].to_list() for name in types
    }

    expected = encoding.encode(INPUTS, columns, TRANSFORMS)

    assert good.height == len(rows)
    np.testing.assert_array_equal(encode(good, INPUTS, TRANSFORMS), expected)
    np.testing.assert_array_equal(encode(good, INPUTS), expected[:, :4])


def test_categories_are_encoded_by_their_place_whatever_their_type() -> None:
    column = Column(name="shop", kind="category", values=["south", "north", "west"])
    rows = pl.DataFrame({"shop": ["north", "west", "south"]})
    kinds: list[Any] = [pl.String, pl.Categorical, pl.Enum(["north", "south", "west"])]

    encoded = [encode(rows.select(pl.col("shop").cast(kind)), [column]).ravel().tolist() for kind in kinds]

    assert encoded == [[1.0, 2.0, 0.0]] * 3


NUMBER = Output(name="sales")
BINARY = Output(name="ill", kind="class", labels=["no", "yes"], positive="yes", threshold=0.3)
SEVERAL = Output(name="kind", kind="class", labels=["a", "b", "c"])


@pytest.mark.parametrize(
    ("output", "answer", "columns"),
    [
        (NUMBER, [[1.5], [2.5]], {"prediction": [1.5, 2.5]}),
        (BINARY, [[0.75, 0.25], [0.5, 0.5]], {"prediction": ["no", "yes"], "probability": [0.25, 0.5]}),
        (
            SEVERAL,
            [[0.25, 0.5, 0.25], [0.75, 0.25, 0]],
            {
                "prediction": ["b", "a"],
                "probability": [0.5, 0.75],
                "probability_a": [0.25, 0.75],
                "probability_b": [0.5, 0.25],
                "probability_c": [0.25, 0],
            },
        ),
    ],
)
def test_answers_become_columns(output: Output, answer: list[list[float]], columns: dict[str, list[Any]]) -> None:
    made = as_columns(output, decide(output, np.array(answer, dtype=np.float32)))

    assert made.to_dict(as_series=False) == columns
    assert made.columns == output_names(output)
    assert set(made.dtypes) <= {pl.Float32, pl.String}


@pytest.mark.parametrize("output", [NUMBER, BINARY, SEVERAL])
def test_no_row_gives_columns_of_the_same_types(output: Output) -> None:
    none, some = (as_columns(output, decide(output, np.ones((rows, output.width), np.float32))) for rows in (0, 1))

    assert none.schema == some.schema
