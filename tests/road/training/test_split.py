from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from road.core.errors import UserError
from road.training.split import split_rows

from tests.road.training.shops import START, Declare

HOOK = "tests.road.training.test_split"
Pair = tuple[pl.DataFrame, pl.DataFrame]


def test_the_newest_rows_are_for_the_test_and_both_come_in_the_order_of_time(
    declare: Declare, panel: pl.DataFrame
) -> None:
    split = split_rows(panel, declare())

    assert split.test["hour"].min() == START + timedelta(days=23)
    assert split.train["hour"].max() == START + timedelta(days=23, hours=-1)
    assert split.train.height + split.test.height == panel.height
    assert split.train["hour"].is_sorted()
    assert split.test["hour"].is_sorted()
    assert split.train["shop"].head(4).to_list() == ["north", "south"] * 2


@pytest.mark.parametrize("test", ["30d", "720h"])
def test_a_test_that_leaves_nothing_to_learn_from_is_refused(test: str, declare: Declare, panel: pl.DataFrame) -> None:
    with pytest.raises(UserError, match="no rows are left to learn from before a test of 30d"):
        split_rows(panel, declare(split={"by": "time", "test": test}))


def test_a_split_is_asked_for(declare: Declare, panel: pl.DataFrame) -> None:
    with pytest.raises(UserError, match=r"project\.yaml has no split"):
        split_rows(panel, declare(split=None))


def by_shop(features: pl.DataFrame) -> Pair:
    is_north = pl.col("shop") == "north"
    return features.filter(is_north).sort("hour", descending=True), features.filter(~is_north)


def test_a_hook_says_which_rows_are_judged_by(declare: Declare, panel: pl.DataFrame) -> None:
    split = split_rows(panel, declare(split=f"{HOOK}:by_shop"))

    assert set(split.train["shop"]) == {"north"}
    assert set(split.test["shop"]) == {"south"}
    assert split.train["hour"].is_sorted()


def overlapping(features: pl.DataFrame) -> Pair:
    noon = pl.col("hour") == datetime(2026, 3, 10, 12)
    return features.filter((pl.col("shop") == "north") | noon), features.filter(pl.col("shop") == "south")


def judging_nothing(features: pl.DataFrame) -> Pair:
    return features, features.clear()


def learning_nothing(features: pl.DataFrame) -> Pair:
    return features.clear(), features


def losing_columns(features: pl.DataFrame) -> Pair:
    learnt, judged = by_shop(features)
    return learnt, judged.drop("heat")


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ("overlapping", "gives 1 rows both to learn from and to judge by"),
        ("judging_nothing", "gives no rows to judge by"),
        ("learning_nothing", "gives no rows to learn from"),
        ("losing_columns", "gives rows with other columns to judge by"),
    ],
)
def test_a_split_that_is_none_is_refused(hook: str, said: str, declare: Declare, panel: pl.DataFrame) -> None:
    with pytest.raises(UserError, match=f"project.yaml: split: {HOOK}:{hook} {said}"):
        split_rows(panel, declare(split=f"{HOOK}:{hook}"))
