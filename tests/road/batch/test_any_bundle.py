"""Any bundle scores any panel with its inputs: classes, times with transforms, projects that declare nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.batch.batch import score
from road.core.bundle import Bundle
from road.core.errors import UserError
from road.core.manifest import Column, Output
from road.core.transforms import AnyTransform, DateParts, Difference

from tests.road.batch.conftest import DAYS, INPUTS, ROWS, Clock, Repo, day, declared, make_rows, tree, with_model

BINARY = Output(name="crowded", kind="class", labels=["no", "yes"], positive="yes", threshold=0.75)
SEVERAL = Output(name="mood", kind="class", labels=["calm", "busy", "odd"])
TIMES = [*INPUTS, Column(name="hour", kind="datetime")]
TRANSFORMS: list[AnyTransform] = [
    DateParts(date_parts="hour", parts=("hour",)),
    Difference(difference=("warmth", "staff")),
]


def bare(repository: Repo, folder: Path, **keys: object) -> Repo:
    """Give the repository of a project that declares nothing but these keys."""
    nothing = dict.fromkeys(("keys", "time", "partitions", "columns"))
    return replace(repository, project=declared(folder, **{**nothing, **keys}))


def written(repository: Repo, partition: str) -> pl.DataFrame:
    return pl.read_parquet(repository.settings.artifacts / f"predictions/{partition}/predictions.parquet")


def expected(repository: Repo, rows: pl.DataFrame) -> Any:
    bundle = Bundle.load(Path(repository.settings.model))
    return bundle.predict({name: rows[name].to_numpy() for name in bundle.names})


def test_a_class_is_written_with_the_probability_of_the_positive(
    repository: Repo, clock: Clock, tmp_path: Path
) -> None:
    repository = with_model(repository, tmp_path, INPUTS, output=BINARY)

    report = score(repository, now=clock)

    predicted = expected(repository, make_rows(0))
    found = written(repository, day(0))
    assert report.counts.scored == ROWS * DAYS
    assert found.columns == ["shop", "hour", "prediction", "probability"]
    assert found["prediction"].to_list() == predicted.labels
    assert set(predicted.labels) == {"no", "yes"}
    np.testing.assert_allclose(found["probability"], predicted.probabilities[:, 1], rtol=1e-6)
    assert "prediction of crowded" in {shift.name for shift in report.shifts}


def test_of_several_classes_each_has_its_probability(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    repository = with_model(repository, tmp_path, INPUTS, output=SEVERAL)

    score(repository, now=clock)

    predicted = expected(repository, make_rows(0))
    found = written(repository, day(0))
    labels = ["probability_calm", "probability_busy", "probability_odd"]
    assert found.columns == ["shop", "hour", "prediction", "probability", *labels]
    assert found["prediction"].to_list() == predicted.labels
    np.testing.assert_allclose(found.select(labels).to_numpy(), predicted.probabilities, rtol=1e-6)
    np.testing.assert_allclose(found["probability"], predicted.probabilities.max(axis=1), rtol=1e-6)


def test_the_drift_of_a_class_is_that_of_its_values(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    repository = with_model(repository, tmp_path, INPUTS, output=BINARY)

    score(repository, now=clock)

    record = json.loads((repository.settings.artifacts / f"ledger/{day(0)}.json").read_text())
    reference = Bundle.load(Path(repository.settings.model)).manifest.predictions
    assert record["predictions"] == reference.counts(expected(repository, make_rows(0)).values)


def test_transforms_are_run_and_watched(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    repository = with_model(repository, tmp_path, TIMES, TRANSFORMS)

    report = score(repository, now=clock)

    predicted = expected(repository, make_rows(0))
    np.testing.assert_allclose(written(repository, day(0))["prediction"], predicted.values, rtol=1e-6)
    watched = {shift.name for shift in report.shifts} - {"prediction of sales"}
    assert watched == {"shop", "staff", "warmth", "hour_hour", "warmth_minus_staff"}


@pytest.mark.parametrize("output", [BINARY, SEVERAL])
def test_a_resumed_run_of_classes_ends_in_the_same_bytes(
    repository: Repo, clock: Clock, tmp_path: Path, output: Output
) -> None:
    repository = with_model(repository, tmp_path, TIMES, TRANSFORMS, output)
    score(repository, now=clock)
    before = tree(repository.settings.artifacts)
    for place in (f"ledger/{day(1)}.json", f"predictions/{day(2)}/predictions.parquet"):
        (repository.settings.artifacts / place).unlink()

    assert score(repository, now=clock).counts.reused == DAYS - 2
    assert tree(repository.settings.artifacts) == before


@pytest.mark.parametrize(
    ("inputs", "transforms"),
    [(INPUTS, []), (TIMES, TRANSFORMS)],
)
def test_a_project_that_declares_nothing_scores_what_has_the_inputs(
    repository: Repo, clock: Clock, tmp_path: Path, inputs: list[Column], transforms: Sequence[AnyTransform]
) -> None:
    repository = bare(with_model(repository, tmp_path, inputs, transforms), tmp_path)

    report = score(repository, now=clock)

    names = [each.name for each in inputs]
    assert (report.counts.scored, report.reasons) == (ROWS * DAYS, {})
    assert written(repository, day(0)).columns == [*names, "prediction"]
    assert written(repository, day(0)).select(names).equals(make_rows(0).select(names))


def test_keys_alone_name_the_rows(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    repository = bare(repository, tmp_path, keys=["note"])
    rows = make_rows(0)
    gone = rows.with_columns(note=pl.when(pl.int_range(pl.len()) > 1).then("note"))
    twice = pl.concat([gone, rows.tail(1)])
    twice.write_parquet(repository.settings.panel / day(0) / "panel.parquet")
    make_rows(1).drop("note").write_parquet(repository.settings.panel / day(1) / "panel.parquet")

    report = score(repository, now=clock)

    assert report.reasons == {"note comes twice": 4, "note is missing": 2}
    assert [bad.reason for bad in report.bad_partitions] == ["note: the column is missing"]
    assert written(repository, day(2)).columns == ["note", "prediction"]


def test_days_may_be_declared_without_columns(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    keys = {"time": {"column": "hour"}, "partitions": {"name": "day"}}
    repository = bare(repository, tmp_path, **keys)
    make_rows(2).write_parquet(repository.settings.panel / day(0) / "panel.parquet")

    assert score(repository, now=clock).reasons == {"hour is not of the day": ROWS}


def test_what_the_model_says_of_its_inputs_is_asked_of_each_row(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    inputs = [
        Column(name="shop", kind="category", values=["north"]),
        Column(name="staff", kind="number", range=(0, 15)),
        Column(name="warmth", kind="number"),
    ]
    repository = bare(with_model(repository, tmp_path, inputs), tmp_path)
    odd = pl.when(pl.int_range(pl.len()) == 0).then(float("inf")).otherwise("warmth")
    rows = make_rows(0).with_columns(warmth=odd, staff=pl.lit(16))
    rows.write_parquet(repository.settings.panel / day(0) / "panel.parquet")

    report = score(repository, now=clock)

    assert report.reasons["shop is none of north"] == ROWS * DAYS / 2
    assert report.reasons["staff is outside 0 to 15"] >= ROWS
    assert report.reasons["warmth is infinite"] == 1


def test_an_unseen_value_counts_as_the_unknown_one_and_a_missing_one_as_missing(
    repository: Repo, clock: Clock, tmp_path: Path
) -> None:
    shop = Column(name="shop", kind="category", values=["north", "other"], unknown="other", nullable=True)
    repository = bare(with_model(repository, tmp_path, [shop, *INPUTS[1:]]), tmp_path)
    given = pl.Series(["north", "south", "west", None] * (ROWS // 4))
    make_rows(0).with_columns(shop=given).write_parquet(repository.settings.panel / day(0) / "panel.parquet")

    report = score(repository, now=clock)

    found = written(repository, day(0))
    sums = found["staff"] + found["warmth"] + pl.Series([0, 1, 1, None] * (ROWS // 4))
    assert report.reasons == {}
    np.testing.assert_allclose(found["prediction"], sums.cast(pl.Float64).to_numpy(), rtol=1e-6)
    assert found["prediction"].is_nan().sum() == ROWS // 4


def test_a_column_named_like_the_output_is_told(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    inputs = [*INPUTS[1:], Column(name="probability", kind="number")]
    repository = bare(with_model(repository, tmp_path, inputs, output=BINARY), tmp_path)

    with pytest.raises(UserError, match="column probability would stand twice in the output"):
        score(repository, now=clock)


def test_a_day_is_the_time_at_which_it_begins(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    repository = bare(with_model(repository, tmp_path, [Column(name="hour", kind="datetime"), INPUTS[1]]), tmp_path)
    rows = make_rows(0).with_columns(pl.col("hour").dt.date())
    rows.write_parquet(repository.settings.panel / day(0) / "panel.parquet")

    assert score(repository, now=clock).reasons == {}
    assert written(repository, day(0))["hour"].unique().to_list() == [datetime(2026, 3, 1)]
