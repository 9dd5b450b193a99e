"""An export that predicts something else is refused, whatever estimator it is of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from road.core.errors import UserError
from road.training.model import NoParameters
from road.training.runs import latest_run
from road.training.training import train
from sklearn.calibration import CalibratedClassifierCV
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from tests.road.training.parcels import COLUMNS, declared, make_parcels, repository_of
from tests.road.training.shops import NOW, setting

HOOK = "tests.road.training.test_parity"


def forest(_: NoParameters, seed: int) -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=10, random_state=seed)


def imputed_forest(parameters: NoParameters, seed: int) -> Pipeline:
    return make_pipeline(SimpleImputer(), forest(parameters, seed))


def calibrated(parameters: NoParameters, seed: int) -> CalibratedClassifierCV:
    return CalibratedClassifierCV(imputed_forest(parameters, seed), cv=3)


def scaled(_: NoParameters, seed: int) -> Pipeline:
    return make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(random_state=seed))


def unfilled(_: NoParameters, seed: int) -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(random_state=seed))


def discriminant(_: NoParameters, __: int) -> Pipeline:
    return make_pipeline(SimpleImputer(), LinearDiscriminantAnalysis())


def with_categories(_: NoParameters, seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(categorical_features=[2], max_iter=10, random_state=seed)


def logged(_: NoParameters, seed: int) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(loss="gamma", max_iter=10, random_state=seed)


def labels_alone(_: NoParameters, seed: int) -> Pipeline:
    return make_pipeline(SimpleImputer(), LinearSVC(random_state=seed))


def one_hot(_: NoParameters, seed: int) -> Pipeline:
    return make_pipeline(
        SimpleImputer(strategy="most_frequent"),
        OneHotEncoder(handle_unknown="error"),
        LogisticRegression(random_state=seed),
    )


def attempt(folder: Path, name: str, task: str = "binary", frame: pl.DataFrame | None = None, **changes: Any) -> None:
    repository = setting(repository_of(folder, task, frame), parameters={})
    train(replace(repository, project=declared(task, model=f"{HOOK}:{name}", **changes)), started=NOW)


@pytest.mark.parametrize("name", ["imputed_forest", "scaled", "calibrated"])
@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_what_survives_the_export_is_taken(name: str, task: str, tmp_path: Path) -> None:
    attempt(tmp_path, name, task)

    assert latest_run(tmp_path / "artifacts") is not None


@pytest.mark.parametrize(
    ("name", "task", "who"),
    [
        ("forest", "binary", "RandomForestClassifier"),
        ("discriminant", "binary", "SimpleImputer, LinearDiscriminantAnalysis"),
        ("with_categories", "binary", "HistGradientBoostingClassifier"),
        ("logged", "regression", "HistGradientBoostingRegressor"),
    ],
)
def test_what_predicts_something_else_is_refused_with_its_rows(name: str, task: str, who: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        attempt(tmp_path, name, task)

    said = str(error.value)
    assert f"model.onnx of {who} differs from the fitted model in " in said
    assert "row " in said
    assert "what helps: " in said
    assert latest_run(tmp_path / "artifacts") is None
    assert not (tmp_path / "artifacts").exists()


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        ("labels_alone", "binary", "Pipeline gives no probabilities: put it into CalibratedClassifierCV"),
        ("forest", "regression", "RandomForestClassifier is a classifier, and the task asks for numbers"),
        ("logged", "binary", "HistGradientBoostingRegressor is no classifier, and the task asks for classes"),
    ],
)
def test_what_gives_something_else_than_the_task_asks_for_is_refused(
    name: str, task: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=said):
        attempt(tmp_path, name, task)


def test_a_model_that_can_not_take_a_gap_that_the_declaration_allows_is_refused(tmp_path: Path) -> None:
    whole = make_parcels().with_columns(pl.col("length").fill_null(50.0), pl.col("depot").fill_null("west"))

    with pytest.raises(UserError, match="LogisticRegression can't predict rows where length is missing, which"):
        attempt(tmp_path, "unfilled", frame=whole)


def test_a_model_that_can_not_take_a_value_that_no_row_had_is_refused(tmp_path: Path) -> None:
    columns = {name: column if name in ("parcel", "depot", "late") else "ignore" for name, column in COLUMNS.items()}

    with pytest.raises(UserError, match="LogisticRegression can't predict rows where depot is far, which"):
        attempt(tmp_path, "one_hot", columns=columns, features=None)
