from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from road.core.contract import Contract
from road.core.errors import UserError
from road.core.manifest import Column as Input
from road.core.project import Column, Project

PROJECT = Project(
    version=1,
    keys=("shop", "hour"),
    columns={
        "shop": Column(type="category", values=("north", "south")),
        "hour": Column(type="datetime"),
        "sales": Column(type="number", range=(0, 60)),
        "wind": Column(type="number", range=(0, 100), nullable=True),
        "note": Column(type="ignore"),
    },
)
CONTRACT = Contract.of(PROJECT)
FRAME = pl.DataFrame(
    {
        "shop": ["north", "north", "south", "south"],
        "hour": [datetime(2026, 1, 1, hour) for hour in (1, 2, 1, 2)],
        "sales": [3, 4, 5, 6],
        "wind": [1.5, None, 3.5, float("nan")],
    }
)


def changed(row: int, name: str, value: object) -> pl.DataFrame:
    values = FRAME[name].to_list()
    values[row] = value
    return FRAME.with_columns(pl.Series(name, values, strict=False))


def test_data_that_keeps_the_contract_has_no_problem() -> None:
    found = CONTRACT.sort(FRAME)

    assert CONTRACT.problems(FRAME) == []
    assert found.good.equals(FRAME)
    assert found.bad.columns == [*FRAME.columns, "reasons"]
    assert found.reasons == {}


@pytest.mark.parametrize(
    ("row", "name", "value", "said"),
    [
        (2, "sales", None, "sales is missing in 1 row: row 2 (shop=south, hour=2026-01-01 01:00:00, sales=None)"),
        (1, "sales", 61, "sales is outside 0 to 60 in 1 row: row 1 "),
        (1, "sales", -1, "sales is outside 0 to 60 in 1 row: row 1 "),
        (3, "wind", 101.0, "wind is outside 0 to 100 in 1 row: row 3 "),
        (3, "wind", float("inf"), "wind is outside 0 to 100 in 1 row: row 3 "),
        (0, "shop", "west", "shop is none of north, south in 1 row: row 0 (shop=west"),
        (0, "shop", None, "shop is missing in 1 row: row 0 (shop=None"),
        (1, "hour", None, "hour is missing in 1 row: row 1 "),
        (1, "hour", datetime(2026, 1, 1, 1), "shop and hour come twice in 2 rows: row 0 "),
    ],
)
def test_a_row_that_breaks_it_is_told_and_taken_out(row: int, name: str, value: object, said: str) -> None:
    frame = changed(row, name, value)

    problems, found = CONTRACT.problems(frame), CONTRACT.sort(frame)

    assert [problem for problem in problems if said in problem] == problems[:1]
    assert list(found.reasons) == [problem.partition(" in ")[0] for problem in problems]
    assert found.good.height + found.bad.height == 4
    assert found.bad["reasons"].to_list() == list(found.reasons) * found.bad.height


def test_reasons_of_a_row_stand_together() -> None:
    frame = changed(1, "sales", 61).with_columns(shop=pl.Series(["north", "east", "south", "south"]))

    (said,) = CONTRACT.sort(frame).bad["reasons"]

    assert said == "shop is none of north, south; sales is outside 0 to 60"


def test_further_reasons_are_asked_beside_the_columns_own() -> None:
    late = {"hour is after two": pl.col("hour") > datetime(2026, 1, 1, 1)}

    assert CONTRACT.sort(FRAME, late).reasons == {"hour is after two": 2}
    assert CONTRACT.problems(FRAME, late)[0].startswith("hour is after two in 2 rows: row 1 (")


def test_many_rows_are_counted_and_three_are_shown() -> None:
    (problem,) = CONTRACT.problems(FRAME.with_columns(sales=pl.lit(99)))

    assert problem.count("row ") == 3
    assert problem.startswith("sales is outside 0 to 60 in 4 rows: ")
    assert problem.endswith(" ...")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (FRAME.drop("wind"), "wind: the column is missing"),
        (FRAME.with_columns(extra=1), "extra: the column is unknown"),
        (FRAME.with_columns(pl.col("sales").cast(pl.String)), "sales: has type String, wanted number"),
        (FRAME.with_columns(pl.col("hour").dt.replace_time_zone("UTC")), "wanted datetime"),
        (FRAME.with_columns(shop=1.0), "shop: has type Float64, wanted category"),
        (FRAME.with_columns(pl.col("sales") > 1), "sales: has type Boolean, wanted number"),
    ],
)
def test_columns_are_told_before_rows(frame: pl.DataFrame, said: str) -> None:
    (problem,) = CONTRACT.problems(frame)

    assert said in problem


def test_a_category_may_come_as_numbers_or_truths_and_goes_on_as_text() -> None:
    columns = {"paid": ("true", "false"), "floor": ("0", "1"), "shop": ("north", "south")}
    contract = Contract(keys=(), columns={name: Column(type="category", values=v) for name, v in columns.items()})
    frame = pl.DataFrame({"paid": [True, False], "floor": [1, 0], "shop": ["north", "south"]})

    assert contract.problems(frame) == []
    assert contract.cast(frame).to_dict(as_series=False) == {
        "paid": ["true", "false"],
        "floor": ["1", "0"],
        "shop": ["north", "south"],
    }


def test_a_date_is_a_datetime_at_midnight() -> None:
    frame = FRAME.with_columns(hour=pl.Series([date(2026, 1, day) for day in (1, 2, 3, 4)]))

    assert CONTRACT.problems(frame) == []
    assert CONTRACT.cast(frame)["hour"].to_list() == [datetime(2026, 1, day) for day in (1, 2, 3, 4)]


def test_what_is_ignored_may_be_there_or_not() -> None:
    assert CONTRACT.problems(FRAME.with_columns(note=pl.lit("x"))) == []


def test_unknown_columns_pass_where_only_some_are_asked_for() -> None:
    assert CONTRACT.check_schema(FRAME.with_columns(extra=1).schema) == []


def test_a_model_says_what_may_be_missing_and_which_values_it_knows() -> None:
    inputs = [
        Input(name="shop", kind="category", values=["north"]),
        Input(name="sales", kind="number", nullable=True),
    ]
    contract = CONTRACT.for_inputs(inputs)

    assert contract.sort(FRAME).reasons == {"shop is none of north": 2}
    assert contract.sort(changed(0, "sales", None)).reasons == {"shop is none of north": 2}
    assert "wind" not in contract.columns


def test_a_contract_without_keys_asks_for_no_duplicates() -> None:
    contract = Contract.of(PROJECT.model_copy(update={"keys": ()}))

    assert contract.problems(pl.concat([FRAME, FRAME])) == []


def test_a_contract_without_columns_is_refused() -> None:
    with pytest.raises(UserError, match="no columns"):
        Contract.of(Project(version=1))


def test_another_contract_has_another_fingerprint() -> None:
    wider = {**PROJECT.columns, "sales": Column(type="number", range=(0, 61))}
    others = [
        Contract.of(PROJECT.model_copy(update={"columns": wider})),
        Contract.of(PROJECT.model_copy(update={"keys": ("hour", "shop")})),
    ]

    assert len({CONTRACT.fingerprint, *(other.fingerprint for other in others)}) == 3
    assert Contract.of(PROJECT).fingerprint == CONTRACT.fingerprint


@given(st.lists(st.one_of(st.none(), st.floats(width=32), st.integers(-100, 100)), min_size=1))
def test_a_number_is_good_exactly_where_it_is_in_range_or_may_be_missing(values: list[float | None]) -> None:
    contract = Contract(keys=(), columns={"n": Column(type="number", range=(-5, 5), nullable=True)})
    frame = pl.DataFrame({"n": pl.Series(values, dtype=pl.Float32, strict=False)})

    found = contract.sort(frame)

    right = [value is None or value != value or -5 <= value <= 5 for value in frame["n"]]  # noqa: PLR0124 - NaN
    assert found.good.height == sum(right)
    assert (contract.problems(frame) == []) is all(right)
