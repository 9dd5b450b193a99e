"""Each task goes the whole way, on a table without a series and with gaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.bundle import Bundle
from road.core.errors import UserError
from road.core.gate import SEGMENTS, THRESHOLD
from road.core.manifest import Output
from road.training.config import Training
from road.training.features import columns_of
from road.training.preparation import prepare
from road.training.reproduction import reproduce
from road.training.runs import Run, bundle_folder
from road.training.target import output_of
from road.training.training import train

from tests.road.training.parcels import COLUMNS, TARGETS, declared, make_parcels, repository_of
from tests.road.training.shops import NOW, asking

TASKS = ("binary", "multiclass", "regression")


def load(repository: Training, run: Run) -> Bundle:
    return Bundle.load(bundle_folder(repository.settings.artifacts, run.id), expect=run.digest)


@pytest.fixture(scope="module", params=TASKS)
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Training, Run]:
    repository = repository_of(tmp_path_factory.mktemp(request.param), request.param)
    return repository, train(repository, started=NOW)


def test_a_task_beats_its_baseline(done: tuple[Training, Run]) -> None:
    repository, run = done

    assert run.passed
    assert 80 < run.evaluation.rows < 160
    assert load(repository, run).manifest.output == output_of(repository.project).model_copy(
        update={"threshold": 0.5 if repository.project.task == "binary" else None}
    )


def test_the_bundle_takes_the_columns_and_makes_the_features_itself(done: tuple[Training, Run]) -> None:
    bundle = load(*done)

    assert list(bundle.names) == ["sent", "weight", "length", "depot"]
    assert list(bundle.columns) == ["weight", "length", "depot", "weight_log", "sent_weekday", "sent_hour"]
    depot = bundle.manifest.inputs[3]
    assert depot.nullable
    assert [depot.unknown, *depot.values] == ["far", "east", "west", "far"]
    assert list(bundle.manifest.inputs[1].range or ()) == [0, 100]
    assert set(bundle.manifest.features) == set(bundle.columns)


def test_the_bundle_gives_what_was_measured(done: tuple[Training, Run]) -> None:
    repository, run = done
    bundle, test = load(repository, run), prepare(repository, as_of=NOW).split.test

    predicted = bundle.predict(columns_of(test, bundle.manifest.inputs))

    if repository.project.task == "regression":
        actual = test["cost"].to_numpy()
        r2 = 1 - ((actual - predicted.values) ** 2).sum() / ((actual - actual.mean()) ** 2).sum()
        assert r2 == pytest.approx(run.evaluation.value, abs=1e-5)
    else:
        assert predicted.labels is not None
        assert predicted.probabilities is not None
        assert np.mean(np.array(predicted.labels) == test[bundle.manifest.output.name].to_numpy()) > 0.7
        assert predicted.probabilities.sum(axis=1) == pytest.approx(np.ones(test.height), abs=1e-5)


def test_the_bundle_carries_rows_with_gaps_and_what_the_fitted_model_said_of_them(done: tuple[Training, Run]) -> None:
    bundle = load(*done)
    examples = bundle.manifest.examples

    assert len(examples.rows) == len(examples.expected) == 16
    assert {len(row) for row in examples.expected} == {bundle.manifest.output.width}
    assert any(row["length"] is None for row in examples.rows)
    assert any(row["depot"] is None for row in examples.rows)
    assert len({row["sent"] for row in examples.rows}) == 16


def test_a_task_is_reproduced(done: tuple[Training, Run]) -> None:
    repository, run = done

    result = reproduce(repository, run.id, now=NOW)

    assert (result.agrees, result.again.digest) == (True, run.digest)


def test_the_rows_of_an_example_are_nobodys_where_data_are_personal(tmp_path: Path) -> None:
    repository = repository_of(tmp_path, "regression")
    privacy = repository.brief.concerns.privacy.model_copy(update={"personal_data": True})
    concerns = repository.brief.concerns.model_copy(update={"privacy": privacy})
    personal = replace(repository, brief=repository.brief.model_copy(update={"concerns": concerns}))

    examples = load(personal, train(personal, started=NOW)).manifest.examples

    people = {(row["weight"], row["sent"].isoformat()) for row in make_parcels().iter_rows(named=True)}
    shown = {(row["weight"], row["sent"]) for row in examples.rows}
    assert len(shown) == 16
    assert not shown & people


@pytest.mark.parametrize(("share", "passed"), [(0.9, True), (0.001, False)], ids=["enough", "too little"])
def test_a_group_that_fares_worse_stops_a_model(share: float, *, passed: bool, tmp_path: Path) -> None:
    repository = repository_of(tmp_path, "binary", metric="accuracy", threshold=0.6, segments={"depot": share})

    run = train(repository, started=NOW)

    (verdict,) = [each for each in run.verdicts if each.demand == f"{SEGMENTS}.depot"]
    assert (verdict.passed, run.passed) == (passed, passed)
    assert set(run.evaluation.segments) == {"depot=east", "depot=west", "depot=missing"}


@pytest.mark.parametrize(
    ("lifecycle", "passed", "said"), [("experimental", True, "not met"), ("production", False, "is only proposed")]
)
def test_a_proposed_threshold_stops_a_model_in_production_alone(
    lifecycle: str, *, passed: bool, said: str, tmp_path: Path
) -> None:
    (tmp_path / ".goldenpath.yaml").write_text(f"lifecycle: {lifecycle}\n")
    repository = repository_of(tmp_path, "binary", threshold=0.9999, proposed=True)

    run = train(repository, started=NOW)

    (verdict,) = [each for each in run.verdicts if each.demand == THRESHOLD]
    assert (run.passed, verdict.passed, verdict.binds) == (passed, passed, not passed)
    assert said in verdict.message


def test_a_segment_that_is_no_category_is_refused(tmp_path: Path) -> None:
    repository = repository_of(tmp_path, "binary", segments={"weight": 0.1})

    with pytest.raises(UserError, match=r"requirement\.segments: weight is no category"):
        train(repository, started=NOW)


@pytest.mark.parametrize(
    ("task", "changes", "said"),
    [
        ("binary", {"task": None}, "has no task: is it forecasting, regression, binary or multiclass"),
        ("binary", {"target": {"column": "late"}}, "positive names none: which of false, true is looked for"),
        ("binary", {"target": {"column": "late", "positive": "yes"}}, "positive is 'yes': which of false, true"),
        ("binary", {"target": TARGETS["regression"]}, "columns.cost must be a category"),
        ("binary", {"target": {"column": "way", "positive": "air"}, "columns": COLUMNS}, "way has 3 values, and task"),
        ("regression", {"target": {"column": "late"}, "columns": COLUMNS}, "columns.late must be a number"),
        ("regression", {"target": {"column": "cost", "positive": "1"}}, "positive is for a binary task"),
        ("multiclass", {"target": {"column": "way", "positive": "air"}}, "positive is for a binary task"),
        ("multiclass", {"target": {"column": "way", "minimum": 0}}, "minimum is for a number"),
        (
            "multiclass",
            {"columns": {**COLUMNS, "way": {"type": "category", "values": ["air"]}}},
            "way has one value alone",
        ),
    ],
)
def test_a_target_that_does_not_fit_its_task_is_refused(task: str, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        output_of(declared(task, **changes))


def test_labels_stand_in_the_order_of_the_values() -> None:
    wanted = Output(name="way", kind="class", labels=["air", "rail", "road"])

    assert output_of(declared("multiclass")) == wanted


def test_a_label_that_no_row_has_is_told(tmp_path: Path) -> None:
    frame = make_parcels().filter(pl.col("way") != "air")

    with pytest.raises(UserError, match=r"rows to learn from none is air: project\.yaml lists it under columns\.way"):
        train(repository_of(tmp_path, "multiclass", frame), started=NOW)


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ({"metric": "mae"}, r"metric: mae measures forecasting or regression, and task is binary: there are roc_auc, "),
        ({"direction": "lower"}, "direction: of roc_auc higher is better, not lower"),
        ({"metric": "roc_acu"}, r"roc_acu is unknown; did you mean roc_auc\?"),
        ({"baseline": "mean"}, "baseline: mean is unknown: there are majority, prior; project.yaml may add"),
    ],
)
def test_what_does_not_fit_the_task_is_refused_before_anything_is_read(
    requirement: dict[str, Any], said: str, tmp_path: Path
) -> None:
    repository = asking(repository_of(tmp_path, "binary"), **requirement)
    Path(repository.settings.data).unlink()

    with pytest.raises(UserError, match=said):
        train(repository, started=NOW)
