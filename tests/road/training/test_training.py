from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.bundle import Bundle
from road.core.errors import UserError
from road.training.config import Training
from road.training.features import columns_of
from road.training.hooks import Rows
from road.training.preparation import prepare
from road.training.reproduction import reproduce
from road.training.runs import bundle_folder, latest_run, read_run
from road.training.sklearn import Sklearn
from road.training.training import train

from tests.road.training.shops import NOW, Declare, Parameters, Trained, asking, make_trees, setting


def load(trained: Trained) -> Bundle:
    repository, run = trained
    return Bundle.load(bundle_folder(repository.settings.artifacts, run.id), expect=run.digest)


def test_a_training_beats_its_baseline_and_says_how_each_shop_fares(trained: Trained) -> None:
    _, run = trained

    assert run.passed
    assert run.evaluation.value < run.evaluation.baseline_value
    assert set(run.evaluation.segments) == {"north", "south"}
    assert run.evaluation.rows == 2 * 7 * 24


def test_the_bundle_says_where_it_comes_from(trained: Trained) -> None:
    repository, run = trained
    manifest = load(trained).manifest

    assert manifest.name == "shop-sales"
    assert (manifest.output.name, manifest.output.unit) == ("sales", "sales an hour")
    assert [column.name for column in manifest.inputs] == list(repository.project.inputs)
    assert manifest.data.sha256 == run.data_sha256
    assert manifest.data.trained_on is not None
    assert manifest.data.tested_on is not None
    assert manifest.data.trained_on.last < manifest.data.tested_on.first
    assert manifest.data.split == "time, 7d"
    assert {"scikit-learn", "skl2onnx", "onnx", "polars"} <= set(manifest.code.packages)
    assert manifest.code.parameters == {"trees": 15}
    assert set(manifest.features) == set(repository.project.inputs)


def test_the_bundle_predicts_what_the_run_measured(trained: Trained) -> None:
    repository, run = trained
    bundle = load(trained)
    test = prepare(repository, as_of=NOW).split.test

    predicted = bundle.predict(columns_of(test, bundle.manifest.inputs)).values

    error = np.abs(predicted - test["sales"].to_numpy()).mean()
    assert error == pytest.approx(run.evaluation.value, rel=1e-5)
    assert run.evaluation.baseline_value == (test["day_before"] - test["sales"]).abs().mean()


def test_no_prediction_is_below_the_least_value(repository: Training, declare: Declare) -> None:
    target = {"column": "sales", "minimum": 12}

    run = train(replace(repository, project=declare(target=target)), started=NOW)
    bundle = load((repository, run))
    features = prepare(repository, as_of=NOW).features
    predicted = bundle.predict(columns_of(features, bundle.manifest.inputs)).values

    assert predicted.min() == 12
    assert predicted.max() > 13


def test_no_file_of_a_run_is_a_pickle(trained: Trained) -> None:
    repository, _ = trained
    suffixes = {path.suffix for path in repository.settings.artifacts.rglob("*") if path.is_file()}

    assert suffixes == {".onnx", ".json", ".md", ""}


def test_a_run_is_recorded_whole(trained: Trained) -> None:
    repository, run = trained
    artifacts = repository.settings.artifacts

    assert read_run(artifacts, run.id) == run
    assert latest_run(artifacts) == run
    assert run.project == repository.project
    assert (run.seed, run.threads, run.parameters) == (2013, 1, {"trees": 15})


def test_the_same_run_again_gives_the_same_bundle(trained: Trained) -> None:
    repository, run = trained

    result = reproduce(repository, run.id, now=NOW)

    assert result.agrees
    assert result.again.digest == run.digest
    assert not [said for said in result.differences if "project.yaml" in said]


def test_a_run_is_done_again_as_it_was_declared_and_set_then(repository: Training, declare: Declare) -> None:
    short = declare(split={"by": "time", "test": "3d"})
    run = train(setting(replace(repository, project=short), seed=7, parameters={"trees": 3}), started=NOW)

    result = reproduce(repository, run.id, now=NOW)

    assert result.again.digest == run.digest
    assert "project.yaml has another split now; the run's own was taken" in result.differences


def test_a_run_on_other_data_is_no_reproduction(repository: Training, panel: pl.DataFrame, tmp_path: Path) -> None:
    place = tmp_path / "mine.parquet"
    panel.write_parquet(place)
    run = train(setting(repository, data=str(place)), started=NOW)
    panel.with_columns(pl.col("sales") + 1).write_parquet(place)

    with pytest.raises(UserError, match=f"is not the data of run {run.id}"):
        reproduce(repository, run.id, now=NOW)


def test_another_metric_of_the_brief_is_a_difference(trained: Trained) -> None:
    origin, run = trained

    assert not reproduce(asking(origin, metric="rmse"), run.id, now=NOW).agrees


def test_an_unknown_run_is_named(repository: Training) -> None:
    with pytest.raises(UserError, match="no run gone; known: none"):
        reproduce(repository, "gone", now=NOW)


def test_a_record_that_is_damaged_is_named(repository: Training) -> None:
    folder = repository.settings.artifacts / "runs" / "bad"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")

    with pytest.raises(UserError, match="the record of run bad is not valid"):
        read_run(repository.settings.artifacts, "bad")


class _Shifted(Sklearn[Parameters]):
    """A model whose export is of another model than the fitted one."""

    def to_onnx(self, fitted: Any) -> bytes:
        rows = Rows(inputs=(), matrix=np.zeros((9, fitted.n_features_in_), np.float32))
        return super().to_onnx(self.fit(rows, np.arange(9.0), Parameters(), 1))


shifted = _Shifted(make_trees, Parameters)


def test_an_export_that_predicts_something_else_is_refused(repository: Training, declare: Declare) -> None:
    project = declare(model="tests.road.training.test_training:shifted")

    with pytest.raises(UserError, match=r"model\.onnx of HistGradientBoostingRegressor differs from the fitted model"):
        train(replace(repository, project=project), started=NOW)

    assert latest_run(repository.settings.artifacts) is None
