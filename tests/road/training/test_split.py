from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from road.core.errors import UserError
from road.training.split import hold_out, rule_text, split_rows

from tests.road.training.parcels import COLUMNS, ROWS, declared, make_parcels
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


def test_a_split_is_asked_for_where_the_future_is_predicted(declare: Declare, panel: pl.DataFrame) -> None:
    with pytest.raises(UserError, match=r"project\.yaml has no split: the newest rows judge a forecast"):
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


def test_a_gap_is_left_between(declare: Declare, panel: pl.DataFrame) -> None:
    split = split_rows(panel, declare(split={"by": "time", "test": "7d", "gap": "2d"}))

    assert split.test["hour"].min() == START + timedelta(days=23)
    assert split.train["hour"].max() == START + timedelta(days=21, hours=-1)
    assert split.between is not None
    assert split.between.height == 2 * 48


def test_a_gap_that_leaves_nothing_is_told(declare: Declare, panel: pl.DataFrame) -> None:
    with pytest.raises(UserError, match="no rows are left to learn from before a test of 20d and a gap of 10d"):
        split_rows(panel, declare(split={"by": "time", "test": "20d", "gap": "10d"}))


@pytest.mark.parametrize("by", ["hash", "group"])
def test_the_future_is_not_judged_by_rows_of_the_past(by: str, declare: Declare, panel: pl.DataFrame) -> None:
    with pytest.raises(UserError, match=f"has a split by {by}: the newest rows judge a forecast"):
        split_rows(panel, declare(split={"by": by, "on": "shop", "test": 0.5}))


def test_a_share_is_held_back_by_a_hash_of_the_keys() -> None:
    parcels = make_parcels()
    split, newer = (split_rows(each, declared("binary")) for each in (parcels.head(400), parcels))

    assert rule_text(declared("binary")) == "hash of parcel, 0.2"
    assert 50 < split.test.height < 110
    assert split.test.equals(newer.test.filter(pl.col("parcel") < 400))
    assert not set(newer.train["parcel"]) & set(split.test["parcel"])


def test_without_keys_all_columns_name_a_row() -> None:
    parcels = make_parcels().drop("parcel")
    columns = {name: column for name, column in COLUMNS.items() if name != "parcel"}
    twice = pl.concat([parcels, parcels])

    split = split_rows(twice, declared("binary", keys=None, columns=columns))

    assert split.test.height % 2 == 0
    assert split.train.join(split.test, on="sent", how="semi").is_empty()


def test_a_group_stays_on_one_side() -> None:
    split = split_rows(make_parcels(), declared("binary", split={"by": "group", "on": ["depot"], "test": 0.4}))

    assert not set(split.train["depot"]) & set(split.test["depot"])


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ({"by": "hash", "on": "city", "test": 0.2}, "split.on: city is no column of the features"),
        ({"by": "group", "on": "same", "test": 0.2}, "no rows are left to judge by: a share of 0.2 by group of same"),
        ({"by": "time", "test": "3d"}, "project.yaml has no time"),
    ],
)
def test_a_split_that_can_not_be_is_told(split: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        split_rows(make_parcels().with_columns(same=pl.lit("x")), declared("binary", split=split))


def test_rows_to_choose_by_are_cut_from_those_to_learn_from_by_the_same_rule(
    declare: Declare, panel: pl.DataFrame
) -> None:
    by_time, by_hash = declare(), declared("binary")

    for project, rows, name in ((by_time, panel, "hour"), (by_hash, make_parcels(), "parcel")):
        train = split_rows(rows, project).train
        held = hold_out(train, project)
        assert held.train.height + held.test.height == train.height
        assert not held.train.join(held.test, on=project.keys, how="semi").height
        assert name == "parcel" or max(held.train[name].to_list()) < min(held.test[name].to_list())


def test_a_hook_that_knows_fixed_rows_alone_has_others_chosen_by_a_hash() -> None:
    project = declared("binary", split=f"{HOOK}:first_hundred")
    train = split_rows(make_parcels(), project).train

    held = hold_out(train, project)

    assert held.train.height + held.test.height == train.height == ROWS - 100
    assert held.test.height > 50


def first_hundred(features: pl.DataFrame) -> Pair:
    return features.filter(pl.col("parcel") >= 100), features.filter(pl.col("parcel") < 100)
