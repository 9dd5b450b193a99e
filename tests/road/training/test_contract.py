"""The seven faults that data comes with, and what is said of each."""

from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest

from {{ package_name }}.contract import ContractError, validate

NOW = datetime(2014, 1, 1)
AT = pl.int_range(pl.len())


def problems(panel: pl.DataFrame) -> str:
    with pytest.raises(ContractError) as error:
        validate(panel, as_of=NOW)
    return str(error.value)


def test_the_shipped_data_keeps_the_contract(panel: pl.DataFrame) -> None:
    assert validate(panel, as_of=NOW).height == panel.height


def test_a_missing_column_is_named(panel: pl.DataFrame) -> None:
    assert "departures: the column is missing" in problems(panel.drop("departures"))


def test_an_unknown_column_is_named(panel: pl.DataFrame) -> None:
    assert "delay: the column is unknown" in problems(panel.with_columns(delay=1))


def test_a_wrong_type_is_named_with_the_right_one(panel: pl.DataFrame) -> None:
    message = problems(panel.with_columns(pl.col("departures").cast(pl.String)))

    assert "departures: has type String, wanted Int16" in message
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        (17, "departures", None, "departures: is missing in 1 row: row 17 (airport=EWR"),
        (42, "departures", -1, "fails in 1 row: row 42 (airport=EWR, hour=2013-01-02 18:00:00, d"),
        (42, "airport", "BOS", "row 42 (airport=BOS"),
        (42, "wind_speed", 1048.0, "wind_speed=1048.0)"),
        (9, "hour", datetime(2030, 1, 1), "hour: not after 2014-01-01 00:00 fails in 1 row:"),
    ],
    ids=["null", "out of range", "unknown airport", "impossible wind", "future"],
)
def test_a_wrong_value_is_named_with_its_row(
    panel: pl.DataFrame, row: int, column: str, value: object, said: str
) -> None:
    wrong = pl.when(AT.eq(row)).then(pl.lit(value, panel.schema[column])).otherwise(pl.col(column))

    assert said in problems(panel.with_columns(wrong.alias(column)))


def test_duplicates_are_named_with_their_rows(panel: pl.DataFrame) -> None:
    message = problems(pl.concat([panel, panel.slice(5, 1)]))

    assert "airport and hour: is there more than once in 2 rows: " in message
    assert "row 5 (airport=EWR, hour=2013-01-01 05:00:00)" in message
    assert "row 26280 (" in message


@pytest.mark.parametrize(
    ("shorten", "said"),
    [
        (lambda panel: panel.filter(pl.col("hour") < datetime(2013, 4, 1)), "EWR: 2160 rows"),
        (lambda panel: panel.filter(pl.col("airport") != "LGA"), "LGA: 0 rows"),
    ],
    ids=["few days", "no airport"],
)
def test_too_few_rows_are_counted(
    panel: pl.DataFrame, shorten: Callable[[pl.DataFrame], pl.DataFrame], said: str
) -> None:
    assert said in problems(shorten(panel))


def test_an_hour_without_a_row_is_no_zero(panel: pl.DataFrame) -> None:
    message = problems(panel.filter(AT.ne(30)))

    assert "EWR: 1 gaps, before 2013-01-02 07:00" in message
