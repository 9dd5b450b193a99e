from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.errors import UserError
from road.core.manifest import Output
from road.core.project import Project
from road.training.baselines import find_baseline, rules_for
from road.training.predictions import Answer, answer_of
from road.training.split import Split, split_rows
from road.training.target import output_of

from tests.road.training.parcels import declared
from tests.road.training.shops import START, Declare

HOOK = "tests.road.training.test_baselines"
WAYS = ["road", "air", "road", "rail", "road"]
SPLIT = Split(
    train=pl.DataFrame({"parcel": range(5), "way": WAYS, "late": ["true", "false", "false", "false", "true"]}),
    test=pl.DataFrame(
        {
            "parcel": [5, 6],
            "way": ["air", "rail"],
            "late": ["true", "false"],
            "said": ["true", "false"],
            "risk": [0.9, 0.2],
        }
    ),
)


def guess(project: Project, name: str, split: Split = SPLIT) -> Answer:
    return find_baseline(name, project, output_of(project))(split)


def test_the_rules_of_classes_give_probabilities() -> None:
    several, two = declared("multiclass"), declared("binary")

    assert guess(several, "majority").tolist() == [[0, 0, 1]] * 2
    assert guess(several, "prior").tolist() == [[0.2, 0.2, 0.6]] * 2
    assert guess(two, "prior").tolist() == [[0.6, 0.4]] * 2


def test_the_rules_of_numbers_are_of_what_was_learnt_from() -> None:
    rows = pl.DataFrame({"parcel": [1, 2, 3], "cost": [1.0, 2.0, 9.0]})
    split = Split(train=rows, test=rows.head(2))

    assert guess(declared("regression"), "mean", split).tolist() == [[4.0]] * 2
    assert guess(declared("regression"), "median", split).tolist() == [[2.0]] * 2


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("said", [[0, 1], [1, 0]]),
        ("risk", [[0.1, 0.9], [0.8, 0.2]]),
        (f"{HOOK}:labels", [[0, 1], [0, 1]]),
        (f"{HOOK}:chances", [[0.75, 0.25], [0.75, 0.25]]),
        (f"{HOOK}:shares", [[0.5, 0.5], [0.5, 0.5]]),
    ],
)
def test_a_rule_of_the_project_gives_labels_or_probabilities(rule: str, expected: list[list[float]]) -> None:
    found = guess(declared("binary", baselines={"mine": rule}), "mine")

    assert found == pytest.approx(np.array(expected))


def labels(train: pl.DataFrame, test: pl.DataFrame) -> list[str]:
    return ["true"] * min(train.height, test.height)


def chances(train: pl.DataFrame, test: pl.DataFrame) -> pl.Series:
    return pl.Series([0.25] * min(train.height, test.height))


def shares(train: pl.DataFrame, test: pl.DataFrame) -> list[list[float]]:
    return [[0.5, 0.5]] * min(train.height, test.height)


def strangers(train: pl.DataFrame, test: pl.DataFrame) -> list[str]:
    return ["maybe", "true"][: min(train.height, test.height)]


def logits(train: pl.DataFrame, test: pl.DataFrame) -> list[float]:
    return [3.0, -1.0][: min(train.height, test.height)]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (f"{HOOK}:strangers", "strangers gives maybe: labels are false, true"),
        (f"{HOOK}:logits", "logits gives no probabilities: each row is to hold shares of false, true"),
        ("parcel", "parcel gives no probabilities"),
        ("riks", "riks is no column of the features; did you mean risk"),
    ],
)
def test_a_rule_that_says_something_else_is_refused(rule: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        guess(declared("binary", baselines={"mine": rule}), "mine")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([[0.5, 0.5]], r"gives an array of shape \(1, 2\) for 2 rows of 2 labels"),
        ([0.5, 0.5], r"gives an array of shape \(2,\) for 2 rows of 2 labels"),
        ([[0.5, 0.4], [0.5, 0.5]], "gives no probabilities"),
        ([[1.5, -0.5], [0.5, 0.5]], "gives no probabilities"),
        ([[np.nan, 1.0], [0.5, 0.5]], "gives no number for 1 of 2 rows"),
    ],
)
def test_a_model_of_classes_gives_the_probability_of_each(values: Any, said: str) -> None:
    output = Output(name="late", kind="class", labels=["no", "yes"], positive="yes")

    with pytest.raises(UserError, match=said):
        answer_of(values, 2, output, "the model")


def series(step: timedelta, count: int) -> pl.DataFrame:
    """Give two shops whose sales count up, the one from 0 and the other from 1000."""
    times = [START + step * at for at in range(count)]
    shops = [
        pl.DataFrame({"shop": name, "hour": times, "sales": [float(start + at) for at in range(count)]})
        for name, start in (("north", 0), ("south", 1000))
    ]
    return pl.concat(shops)


@pytest.mark.parametrize(
    ("step", "name", "back"),
    [
        ("1h", "last_value", 1),
        ("1h", "seasonal_naive", 24),
        ("1d", "last_value", 1),
        ("1d", "seasonal_naive", 7),
        ("7d", "seasonal_naive", 52),
        (None, "last_value", 1),
    ],
)
def test_a_forecast_of_the_past_is_that_of_its_own_series(
    step: str | None, name: str, back: int, declare: Declare
) -> None:
    time = {"column": "hour"} if step is None else {"column": "hour", "step": step}
    hours = {"1h": 1, "1d": 24, "7d": 168}[step or "1h"]
    days = hours * 10 // 24 or 1
    project = declare(time=time, split={"by": "time", "test": f"{days}d", "gap": f"{days}d"})
    split = split_rows(series(timedelta(hours=hours), 200), project)

    found = guess(project, name, split)

    assert (split.test["sales"].to_numpy() - found[:, 0]).tolist() == [back] * split.test.height


def test_where_there_is_no_past_the_mean_is_given(declare: Declare) -> None:
    rows = series(timedelta(hours=1), 30)
    split = Split(train=rows.head(10), test=rows.filter(pl.col("shop") == "south").head(2))

    found = guess(declare(), "seasonal_naive", split)

    assert found[:, 0].tolist() == [4.5, 4.5]


def test_a_season_needs_a_step(declare: Declare) -> None:
    with pytest.raises(UserError, match=r"seasonal_naive needs time\.step in project\.yaml"):
        guess(
            declare(time={"column": "hour"}),
            "seasonal_naive",
            Split(train=series(timedelta(hours=1), 2), test=SPLIT.test),
        )


def test_the_past_is_no_rule_where_nothing_is_forecast() -> None:
    assert set(rules_for(declared("regression"), output_of(declared("regression")))) == {"mean", "median"}


def test_the_project_s_own_rule_goes_before_that_of_the_road() -> None:
    rows = pl.DataFrame({"parcel": [1], "cost": [1.0], "guess": [7.0], "sent": [datetime(2026, 1, 1)]})

    found = guess(declared("regression", baselines={"mean": "guess"}), "mean", Split(train=rows, test=rows))

    assert found.tolist() == [[7.0]]
