from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from road.core.errors import UserError
from road.training.begin_leaks import check_leaks
from road.training.begin_profile import Profile, Wishes, profile

from tests.road.training.begins import ROWS, patients
from tests.road.training.shops import make_panel

PATIENTS = patients()


def told(frame: pl.DataFrame = PATIENTS, target: str = "returns", **wishes: Any) -> Profile:
    return profile(frame, Wishes(target=target, **wishes))


def with_target(values: list[Any]) -> pl.DataFrame:
    return PATIENTS.with_columns(pl.Series("returns", values))


def test_all_of_a_project_is_told_from_its_rows() -> None:
    found = told(keys=("patient",))

    assert found.task == "binary"
    assert found.keys == ("patient",)
    assert found.time is None
    assert found.target == {"column": "returns", "positive": "yes"}
    assert {name: seen.kind for name, seen in found.columns.items()} == {
        "patient": "ignore",
        "admitted": "datetime",
        "ward": "category",
        "age": "number",
        "stay": "number",
        "pulse": "number",
        "note": "ignore",
        "returns": "category",
    }
    assert found.transforms == ({"date_parts": "admitted", "parts": ["month", "weekday", "hour"]},)
    assert found.split == {"by": "hash", "on": ["patient"], "test": 0.2}
    assert found.kept == ["patient", "admitted", "ward", "age", "stay", "pulse", "returns"]


def test_without_keys_the_split_goes_by_all_that_is_used_but_the_target() -> None:
    assert told().split["on"] == ["admitted", "ward", "age", "stay", "pulse"]


@pytest.mark.parametrize(
    ("values", "task", "labels"),
    [
        ([at % 2 for at in range(ROWS)], "binary", ("0", "1")),
        ([float(at % 2) for at in range(ROWS)], "binary", ("0", "1")),
        ([at % 3 for at in range(ROWS)], "multiclass", ("0", "1", "2")),
        ([f"k{at % 4}" for at in range(ROWS)], "multiclass", ("k0", "k1", "k2", "k3")),
        ([at % 11 for at in range(ROWS)], "regression", ()),
        ([at / 3 for at in range(ROWS)], "regression", ()),
    ],
)
def test_the_target_tells_the_task(values: list[Any], task: str, labels: tuple[str, ...]) -> None:
    found = told(with_target(values))

    assert found.task == task
    assert found.columns["returns"].values == labels


@pytest.mark.parametrize(
    ("labels", "positive"),
    [(("no", "yes"), "yes"), (("0", "1"), "1"), (("common", "rare"), "rare"), (("true", "false"), "true")],
)
def test_the_label_that_says_yes_is_looked_for_or_else_the_rarer_one(labels: tuple[str, str], positive: str) -> None:
    values = [labels[at % 5 == 0] for at in range(ROWS)]

    assert told(with_target(values)).target["positive"] == positive


def test_a_person_may_say_which_label_is_looked_for() -> None:
    assert told(positive="no").target["positive"] == "no"


def test_no_number_is_predicted_below_zero_where_none_is() -> None:
    assert told(target="stay", ignored=frozenset({"returns"})).target == {"column": "stay", "minimum": 0}
    below = PATIENTS.with_columns(pl.col("stay") - 5)
    assert told(below, target="stay").target == {"column": "stay"}


def test_a_time_makes_a_forecast_that_the_newest_rows_judge() -> None:
    found = told(make_panel(), target="sales", time="hour", keys=("shop",))

    assert found.task == "forecasting"
    assert found.keys == ("shop", "hour")
    assert found.time == {"column": "hour", "step": "1h"}
    assert found.split == {"by": "time", "test": "6d"}
    assert (
        found.transforms == ({"date_parts": "hour", "parts": ["weekday", "hour"]},)
        or found.transforms[0]["parts"][-1] == "hour"
    )


def test_series_with_gaps_have_no_step() -> None:
    panel = make_panel()
    gap = panel.filter(pl.col("hour") != panel["hour"][30])

    assert told(gap, target="sales", time="hour", keys=("shop",)).time == {"column": "hour"}


def test_the_time_of_a_row_is_no_input_where_nothing_is_forecast() -> None:
    found = told(time="admitted")

    assert found.task == "binary"
    assert found.transforms == ()
    assert found.split["by"] == "time"


def test_what_a_person_ignores_is_ignored() -> None:
    assert told(ignored=frozenset({"ward"})).columns["ward"].declared() == "ignore"


@pytest.mark.parametrize(
    ("frame", "wishes", "said"),
    [
        (PATIENTS, {"target": "return"}, "--target return: the data has no such column; did you mean returns?"),
        (PATIENTS, {"keys": ("patiant",)}, "--key patiant: the data has no such column; did you mean patient?"),
        (PATIENTS, {"time": "when"}, "--time when: the data has no such column"),
        (PATIENTS, {"time": "age"}, "--time age: it holds no dates or times"),
        (PATIENTS, {"keys": ("returns",)}, "can't name the row"),
        (PATIENTS, {"keys": ("pulse",)}, "pulse is missing in 58 rows"),
        (PATIENTS, {"keys": ("ward",)}, "keys repeat: 400 rows share ward with another, such as ward="),
        (PATIENTS, {"positive": "maybe"}, "--positive maybe: returns has no such value: it is no or yes"),
        (PATIENTS, {"positive": "yess"}, "did you mean yes?"),
        (PATIENTS, {"target": "age", "positive": "yes"}, "--positive goes with the task binary"),
        (PATIENTS, {"task": "multiclass"}, "it has two values, no and yes: say --task binary"),
        (PATIENTS, {"task": "regression"}, "regression wants a number, and it holds such as"),
        (PATIENTS, {"task": "forecasting"}, "forecasting wants --time"),
        (PATIENTS, {"target": "ward", "task": "binary"}, "binary wants two values, and it has 3"),
        (PATIENTS, {"target": "note"}, "it has 400 values, at most 50 can be classes"),
        (PATIENTS.head(49), {}, "there are 49 rows, and at least 50 are wanted"),
        (with_target(["no"] * ROWS), {}, "--target returns: it is no in all rows"),
        (with_target([None, *["no", "yes"] * 199, "no"]), {}, "--target returns: it is missing in 1 of 400 rows"),
        (with_target(["yes"] * 4 + ["no"] * 396), {}, "fewer than 5 rows are of yes \\(4\\)"),
        (PATIENTS.select("patient", "returns"), {}, "no column is left to predict from"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_refused_by_name(
    frame: pl.DataFrame, wishes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        told(frame, **wishes)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("again", PATIENTS["returns"], "again equals returns in all rows"),
        ("coded", PATIENTS["returns"].replace_strict({"yes": 1, "no": 0}), "coded has one value for each value of"),
        (
            "left",
            pl.Series(
                [
                    datetime(2026, 1, 1) + timedelta(at) if returns == "yes" else None
                    for at, returns in enumerate(PATIENTS["returns"])
                ]
            ),
            "left is missing exactly where returns has one of its values",
        ),
    ],
)
def test_a_column_that_gives_a_class_away_is_refused_by_name(name: str, values: pl.Series, said: str) -> None:
    leaking = PATIENTS.with_columns(values.alias(name))

    with pytest.raises(UserError, match=f"{said}(.|\n)*--ignore {name}"):
        check_leaks(told(leaking))
    check_leaks(told(leaking, ignored=frozenset({name})))


@pytest.mark.parametrize(
    ("leak", "said"),
    [
        (pl.col("stay"), "x equals stay in all rows"),
        (pl.col("stay") * -3 + 7, "x and stay lie on a line: their correlation is 1.000000"),
        (pl.when(pl.col("age") > 20).then(pl.col("stay") * 2), "x and stay lie on a line"),
    ],
)
def test_a_column_that_gives_a_number_away_is_refused_by_name(leak: pl.Expr, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_leaks(told(PATIENTS.with_columns(leak.alias("x")), target="stay"))


def test_columns_that_merely_go_with_the_target_are_no_leak() -> None:
    noisy = PATIENTS.with_columns(x=pl.col("stay") + 0.1 * pl.col("age"), y=pl.col("returns") + pl.col("ward"))

    check_leaks(told(noisy, target="stay"))
    check_leaks(told(noisy))
    check_leaks(told(make_panel(), target="sales", time="hour", keys=("shop",)))
