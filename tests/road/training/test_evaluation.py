from __future__ import annotations

import logging
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.errors import UserError
from road.core.manifest import Evaluation, Output
from road.core.project import Project
from road.training.config import Training
from road.training.evaluation import Yardstick
from road.training.hooks import Vector
from road.training.split import Split

from tests.road.training.shops import PROJECT, START, Declare, asking

HOOK = "tests.road.training.test_evaluation"
COLUMNS = PROJECT["columns"]


def rows(shops: list[str], sales: list[float], before: list[float]) -> pl.DataFrame:
    return pl.DataFrame({"shop": shops, "hour": [START] * len(shops), "sales": sales, "day_before": before})


TEST = rows(["south", "north", "south", "north"], [10, 20, 30, 40], [11, 22, 33, 44])
TRAIN = rows(["south", "north"], [1, 3], [0, 0])
SPLIT = Split(train=TRAIN, test=TEST)
PREDICTED = np.array([[10.0], [21.0], [30.0], [43.0]])


def evaluate(repository: Training, project: Project, split: Split = SPLIT, **requirement: Any) -> Evaluation:
    asked = asking(repository, **requirement)
    return Yardstick.of(asked.brief, project).evaluate(split, PREDICTED, Output(name="sales"))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("mae", {"all": 1.0, "yesterday": 2.5, "north": 2.0, "south": 0.0}),
        ("wape", {"all": 0.04, "yesterday": 0.1, "north": 4 / 60, "south": 0.0}),
        ("rmse", {"all": 2.5**0.5, "yesterday": 7.5**0.5, "north": 5**0.5, "south": 0.0}),
    ],
)
def test_predictions_are_measured_as_the_brief_says(
    metric: str, expected: dict[str, float], repository: Training, declare: Declare
) -> None:
    found = evaluate(repository, declare(), metric=metric, direction="lower", threshold=9.0)

    assert (found.metric, found.direction, found.threshold, found.rows) == (metric, "lower", 9.0, 4)
    assert {"all": found.value, found.baseline: found.baseline_value, **found.segments} == pytest.approx(expected)


def within_two(actual: Vector, predicted: Vector) -> float:
    return float((np.abs(actual - predicted) <= 2).mean())


def test_a_metric_of_the_project_decides(repository: Training, declare: Declare) -> None:
    project = declare(metrics={"within_two": f"{HOOK}:within_two"})

    found = evaluate(repository, project, metric="within_two", direction="higher")

    assert (found.value, found.baseline_value) == (0.75, 0.5)
    assert found.segments == {"north": 0.5, "south": 1.0}


def test_a_metric_of_the_project_goes_before_that_of_the_road(repository: Training, declare: Declare) -> None:
    assert evaluate(repository, declare(metrics={"mae": f"{HOOK}:within_two"}), metric="mae").value == 0.75


def test_an_unknown_metric_is_told_with_those_that_there_are(repository: Training, declare: Declare) -> None:
    project = declare(metrics={"within_two": f"{HOOK}:within_two"})

    with pytest.raises(
        UserError, match=r"wapee is unknown; did you mean wape\?: there are wape, mae, rmse, r2, within_two"
    ):
        evaluate(repository, project, metric="wapee")


def mean(train: pl.DataFrame, test: pl.DataFrame) -> list[float]:
    value: Any = train["sales"].mean()
    return [value] * test.height


def short(train: pl.DataFrame, test: pl.DataFrame) -> list[float]:
    return mean(train, test)[1:]


def with_gaps(train: pl.DataFrame, test: pl.DataFrame) -> list[float | None]:
    return [None, *short(train, test)]


def in_words(train: pl.DataFrame, test: pl.DataFrame) -> list[str]:
    return ["many" for _ in mean(train, test)]


def test_a_baseline_may_be_a_rule_over_what_the_model_learnt_from(repository: Training, declare: Declare) -> None:
    project = declare(baselines={"usual": f"{HOOK}:mean"})

    found = evaluate(repository, project, baseline="usual")

    assert (found.baseline, found.baseline_value) == ("usual", 23.0)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("mean", r"the features|is no column of the features"),
        (f"{HOOK}:short", r"gives an array of shape \(3,\) for 4 rows"),
        (f"{HOOK}:with_gaps", "gives no number for 1 of 4 rows"),
        (f"{HOOK}:in_words", "gives no numbers: "),
        ("day_befor", r"is no column of the features; did you mean day_before\?"),
    ],
)
def test_a_baseline_that_predicts_nothing_is_refused(
    rule: str, said: str, repository: Training, declare: Declare
) -> None:
    with pytest.raises(UserError, match=f"project.yaml: baselines.usual: {rule} {said}"):
        evaluate(repository, declare(baselines={"usual": rule}), baseline="usual")


@pytest.mark.parametrize(
    ("baselines", "said"),
    [
        (
            {"last_week": "day_before"},
            "yesterday is unknown: there are mean, median, last_value, seasonal_naive, last_week",
        ),
        ({"yesterdays": "day_before"}, r"yesterday is unknown; did you mean yesterdays\?"),
        (None, "yesterday is unknown: there are mean, median, last_value, seasonal_naive; project.yaml may add"),
    ],
)
def test_an_unknown_baseline_is_told(
    baselines: dict[str, str] | None, said: str, repository: Training, declare: Declare
) -> None:
    with pytest.raises(UserError, match=said):
        evaluate(repository, declare(baselines=baselines))


def test_segments_of_several_keys_have_their_names(repository: Training, declare: Declare) -> None:
    columns = {**COLUMNS, "till": {"type": "category", "values": ["1", "2"]}}
    project = declare(keys=["shop", "till", "hour"], columns=columns)
    split = Split(train=TRAIN, test=TEST.with_columns(till=pl.Series(["1", "1", "2", "2"])))

    found = evaluate(repository, project, split, metric="mae")

    assert found.segments == {"shop=north": 2.0, "shop=south": 0.0, "till=1": 0.5, "till=2": 1.5}


def test_a_segment_without_a_number_is_left_out_and_told(
    repository: Training, declare: Declare, caplog: pytest.LogCaptureFixture
) -> None:
    nothing = pl.when(pl.col("shop") == "north").then(0.0).otherwise("sales")
    split = Split(train=TRAIN, test=TEST.with_columns(sales=nothing))

    with caplog.at_level(logging.WARNING, "road.training"):
        found = evaluate(repository, declare(), split, metric="wape")

    assert set(found.segments) == {"south"}
    assert [vars(record)["segment"] for record in caplog.records] == ["north"]


def test_a_metric_without_a_number_is_an_error(repository: Training, declare: Declare) -> None:
    split = Split(train=TRAIN, test=TEST.with_columns(sales=pl.lit(0.0)))

    with pytest.raises(UserError, match="wape is no number on the 4 rows to judge by"):
        evaluate(repository, declare(), split, metric="wape")
