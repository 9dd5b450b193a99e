"""What is said of data that breaks its contract; columns alone are proved in tests/road/core/test_contract.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from road.core.contract import ContractError
from road.training.contract import validate

from tests.road.training.shops import PROJECT, START, Declare

NOW = datetime(2026, 4, 1)
AT = pl.int_range(pl.len())
GAP, EACH = "shop=north: no row 1h before", "(each 1h has one, if only with 0)"
Change = Callable[[pl.DataFrame], pl.DataFrame]


def problems(declare: Declare, frame: pl.DataFrame, **changes: Any) -> list[str]:
    with pytest.raises(ContractError) as error:
        validate(frame, declare(**changes), as_of=NOW)
    first, *rest = str(error.value).split("\n  ")
    assert first == "the data breaks its contract:"
    return rest


def test_data_that_keep_it_come_back_in_the_order_of_their_keys(declare: Declare, panel: pl.DataFrame) -> None:
    shuffled = panel.sample(fraction=1, shuffle=True, seed=1)

    assert validate(shuffled, declare(), as_of=NOW).equals(panel.sort("shop", "hour"))


def test_what_is_wrong_with_a_row_is_named(declare: Declare, panel: pl.DataFrame) -> None:
    wrong = panel.with_columns(sales=pl.when(AT == 17).then(99).otherwise("sales"))

    (said,) = problems(declare, wrong)

    assert said == "sales is outside 0 to 60 in 1 row: row 17 (shop=north, hour=2026-03-02 17:00:00, sales=99.0)"


def test_rows_of_the_future_are_named(declare: Declare, panel: pl.DataFrame) -> None:
    later = pl.when(AT == 9).then(datetime(2030, 1, 1)).otherwise("hour")

    (said,) = problems(declare, panel.with_columns(hour=later))

    assert said == "hour is after 2026-04-01 00:00 in 1 row: row 9 (shop=north, hour=2030-01-01 00:00:00)"


def test_a_row_of_this_moment_is_not_of_the_future(declare: Declare, panel: pl.DataFrame) -> None:
    until = panel.filter(pl.col("hour") <= panel["hour"].max())

    assert validate(until, declare(), as_of=START + timedelta(days=30, hours=-1)).height == panel.height


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda panel: panel.filter(AT != 30),
            [f"{GAP} 2026-03-03 07:00 {EACH}"],
        ),
        (
            lambda panel: panel.filter(~AT.is_in([5, 7, 9, 11, 13])),
            [f"{GAP} 2026-03-02 06:00, 2026-03-02 08:00, 2026-03-02 10:00 and 2 more {EACH}"],
        ),
        (
            lambda panel: panel.filter((pl.col("shop") == "south") | (pl.col("hour") < datetime(2026, 3, 20))),
            ["shop=north: from 2026-03-02 00:00 to 2026-03-19 23:00, want at least 21d"],
        ),
        (lambda panel: panel.filter(pl.col("shop") == "north"), ["shop=south: there is no row"]),
    ],
    ids=["gap", "gaps", "short", "absent"],
)
def test_a_series_that_is_not_whole_is_named(
    change: Change, said: list[str], declare: Declare, panel: pl.DataFrame
) -> None:
    assert problems(declare, change(panel)) == said


def test_rows_between_the_steps_are_named(declare: Declare, panel: pl.DataFrame) -> None:
    late = pl.when(AT == 3).then(pl.col("hour") + timedelta(minutes=30)).otherwise("hour")

    (said,) = problems(declare, panel.with_columns(hour=late))

    assert said.startswith("shop=north: no row 1h before 2026-03-02 03:30, 2026-03-02 04:00 (")


def test_a_history_is_as_long_as_its_last_step(declare: Declare, panel: pl.DataFrame) -> None:
    exact = panel.filter(pl.col("hour") < START + timedelta(days=21))

    assert validate(exact, declare(), as_of=NOW).height == 2 * 21 * 24
    assert problems(declare, exact.filter(pl.col("hour") < exact["hour"].max()))


def test_many_broken_series_are_counted(declare: Declare, panel: pl.DataFrame) -> None:
    names = [f"shop-{at}" for at in range(9)]
    many = pl.concat(
        panel.filter(pl.col("shop") == "north").filter(AT != 30).with_columns(shop=pl.lit(name)) for name in names
    )
    columns = {**PROJECT["columns"], "shop": {"type": "category", "values": names}}

    said = problems(declare, many, columns=columns, features=None, inputs=None)

    assert said[-1] == "and so for 6 more"
    assert len(said) == 4


def test_a_single_series_has_no_name(declare: Declare, panel: pl.DataFrame) -> None:
    one = panel.filter(pl.col("shop") == "north").drop("shop")
    columns = {name: column for name, column in PROJECT["columns"].items() if name != "shop"}
    single = {"keys": ["hour"], "columns": columns, "features": None, "inputs": None}

    assert validate(one, declare(**single), as_of=NOW).height == one.height
    (gap,) = problems(declare, one.filter(AT != 30), **single)
    (short,) = problems(declare, one.head(24), **single)
    assert gap.startswith("the series: no row 1h before 2026-03-03 07:00")
    assert short.startswith("the series: from 2026-03-02 00:00")


def test_rows_that_are_no_series_may_lie_anywhere_in_time(declare: Declare, panel: pl.DataFrame) -> None:
    some = panel.filter(AT % 7 == 0)

    assert validate(some, declare(time={"column": "hour"}), as_of=NOW).height == some.height


def test_a_column_that_is_ignored_goes_no_further(declare: Declare, panel: pl.DataFrame) -> None:
    columns = {**PROJECT["columns"], "note": {"type": "ignore"}}

    kept = validate(panel.with_columns(note=pl.lit("x")), declare(columns=columns), as_of=NOW)

    assert kept.columns == panel.columns
    assert problems(declare, panel.with_columns(note=pl.lit("x"))) == ["note: the column is unknown"]


def no_quiet_shop(frame: pl.DataFrame) -> Iterator[str]:
    """Sold nothing: that can't be."""
    sold = frame.group_by("shop").agg(pl.col("sales").sum()).filter(sales=0)
    for shop in sold["shop"].sort():
        yield f"shop {shop} sold nothing"


def test_a_check_of_the_project_asks_for_more(declare: Declare, panel: pl.DataFrame) -> None:
    checks = ["tests.road.training.test_contract:no_quiet_shop"]
    silent = panel.with_columns(sales=pl.when(pl.col("shop") == "north").then(pl.lit(0.0)).otherwise("sales"))

    assert problems(declare, silent, checks=checks) == ["shop north sold nothing"]
    assert validate(panel, declare(checks=checks), as_of=NOW).height == panel.height
