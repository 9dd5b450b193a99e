from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.contract import ContractError
from road.core.errors import UserError
from road.training.features import build_features, inputs_of, rows_of
from road.training.target import output_of, target_of

from tests.road.training.shops import PROJECT, Declare, features

HOOK = "tests.road.training.test_features"
COLUMNS = PROJECT["columns"]


def test_the_hook_gives_what_is_declared_in_the_order_of_the_keys(declare: Declare, panel: pl.DataFrame) -> None:
    project = declare(features=f"{HOOK}:shuffled")

    built = build_features(panel, project)
    rows = rows_of(built, inputs_of(project))

    assert built.select("shop", "hour").equals(features(panel).select("shop", "hour"))
    assert [(each.name, each.kind, each.nullable) for each in rows.inputs] == [
        ("shop", "category", False),
        ("clock", "number", False),
        ("day_before", "number", False),
        ("heat_before", "number", True),
    ]
    assert rows.matrix.dtype == np.float32
    assert rows.matrix[:2].tolist()[1][:3] == [0.0, 1.0, built["day_before"][1]]
    assert set(rows.matrix[:, 0]) == {0.0, 1.0}
    assert np.isnan(rows.matrix[:, 3]).sum() == built["heat_before"].null_count() > 0
    assert target_of(built, output_of(project)).tolist() == built["sales"].to_list()


def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    return features(frame).sample(fraction=1, shuffle=True, seed=3)


def test_without_a_hook_the_columns_are_the_inputs(declare: Declare, panel: pl.DataFrame) -> None:
    project = declare(features=None, inputs=None)

    built = build_features(panel, project)

    assert [each.name for each in inputs_of(project)] == ["shop", "heat"]
    assert inputs_of(project)[0].values == ["north", "south"]
    assert built.equals(panel.sort("shop", "hour"))


def test_a_key_that_is_a_number_is_a_name_and_no_input(declare: Declare) -> None:
    columns = {**COLUMNS, "till": {"type": "number"}, "seen": {"type": "datetime"}, "note": {"type": "ignore"}}

    project = declare(keys=["shop", "till", "hour"], columns=columns, features=None, inputs=None)

    assert [each.name for each in inputs_of(project)] == ["shop", "heat"]


def test_what_a_transform_takes_is_an_input_even_if_it_is_a_key_or_the_time(
    declare: Declare, panel: pl.DataFrame
) -> None:
    transforms = [{"date_parts": "hour", "parts": ["hour"]}, {"log": "heat"}]
    project = declare(features=transforms, inputs=None)

    inputs = inputs_of(project)
    rows = rows_of(build_features(panel, project), inputs, project.transforms, ["a", "b"])

    assert [(each.name, each.kind) for each in inputs] == [
        ("shop", "category"),
        ("hour", "datetime"),
        ("heat", "number"),
    ]
    assert [each.name for each in rows.inputs] == ["shop", "heat", "hour_hour", "heat_log"]
    assert [each.nullable for each in rows.inputs] == [False, True, True, True]
    assert rows.matrix[:3, 2].tolist() == [0.0, 1.0, 2.0]
    assert rows.labels == ("a", "b")


def test_the_target_is_no_input_by_way_of_a_transform(declare: Declare) -> None:
    with pytest.raises(UserError, match="sales is the target: the model would be told"):
        inputs_of(declare(features=[{"log": "sales"}], inputs=None))


def test_a_category_may_be_missing(declare: Declare, panel: pl.DataFrame) -> None:
    columns = {**COLUMNS, "weather": {"type": "category", "values": ["wet", "dry"], "nullable": True}}
    project = declare(features=None, inputs=None, columns=columns)
    frame = panel.with_columns(weather=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("dry")))

    matrix = rows_of(build_features(frame, project), inputs_of(project)).matrix

    assert matrix[:4, 2].tolist() == pytest.approx([1, np.nan, 1, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inputs": None}, "a hook as features and inputs go together"),
        ({"features": None}, "a hook as features and inputs go together"),
        ({"inputs": {"sales": {"type": "number"}}}, "sales is the target: the model would be told"),
        ({"inputs": {"hour": {"type": "datetime"}}}, "the model gets no input"),
        ({"inputs": {"shop": {"type": "ignore"}}}, "inputs.shop is of type ignore"),
        ({"target": None}, "project.yaml has no target"),
        ({"target": {"column": "sold"}}, "columns.sold must be a number"),
        ({"target": {"column": "shop"}}, "columns.shop must be a number"),
        ({"time": {"column": "heat"}}, "columns.heat must be a datetime"),
    ],
)
def test_a_declaration_that_can_not_be_meant_is_refused(
    changes: dict[str, Any], said: str, declare: Declare, panel: pl.DataFrame
) -> None:
    with pytest.raises(UserError, match=said):
        build_features(panel, declare(**changes))


def without_clock(frame: pl.DataFrame) -> pl.DataFrame:
    return features(frame).drop("clock")


def with_gaps(frame: pl.DataFrame) -> pl.DataFrame:
    return features(frame).with_columns(day_before=pl.when(pl.col("clock") != 5).then("day_before"))


def with_words(frame: pl.DataFrame) -> pl.DataFrame:
    return features(frame).with_columns(pl.col("clock").cast(pl.String))


def twice(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([features(frame), features(frame).head(1)])


def of_another_shop(frame: pl.DataFrame) -> pl.DataFrame:
    return features(frame).with_columns(shop=pl.lit("west"))


def without_target(frame: pl.DataFrame) -> pl.DataFrame:
    return features(frame).with_columns(sales=pl.when(pl.col("clock") != 5).then("sales"))


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ("without_clock", "clock: the column is missing"),
        (
            "with_gaps",
            "day_before is missing in 58 rows: row 5 (shop=north, hour=2026-03-03 05:00:00, day_before=None)",
        ),
        ("with_words", "clock: has type String, wanted number"),
        ("twice", "shop and hour come twice in 2 rows"),
        ("of_another_shop", "shop is none of north, south in 1,392 rows"),
        ("without_target", "sales is missing in 58 rows"),
    ],
)
def test_what_a_hook_gives_is_held_to_the_declaration(
    hook: str, said: str, declare: Declare, panel: pl.DataFrame
) -> None:
    with pytest.raises(ContractError) as error:
        build_features(panel, declare(features=f"{HOOK}:{hook}"))

    message = str(error.value)
    assert message.startswith(f"the hook features, {HOOK}:{hook}, gives other rows than project.yaml declares:\n  ")
    assert said in message


def test_data_without_a_target_teach_nothing(declare: Declare, panel: pl.DataFrame) -> None:
    columns = {**COLUMNS, "sales": {"type": "number", "nullable": True}}
    gaps = panel.with_columns(sales=pl.when(pl.col("hour") > datetime(2026, 3, 10)).then("sales"))

    with pytest.raises(
        ContractError, match=r"the data has other rows than project\.yaml declares:\n  sales is missing"
    ):
        build_features(gaps, declare(columns=columns, features=None, inputs=None))


def test_infinity_is_refused_before_it_reaches_a_model(declare: Declare, panel: pl.DataFrame) -> None:
    project = declare(features=None, inputs=None, columns={**COLUMNS, "heat": {"type": "number", "nullable": True}})
    endless = panel.with_columns(heat=pl.lit(float("inf")))

    with pytest.raises(UserError, match="heat is infinite in 1,440 rows"):
        rows_of(build_features(endless, project), inputs_of(project))
