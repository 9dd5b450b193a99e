"""Trains: data, split by time, fit, evaluate, gate, bundle and run record, in that order."""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from road.core.brief import Brief
from road.core.bundle import MODEL, Bundle, write_bundle
from road.core.errors import UserError
from road.core.manifest import Code, Data, Evaluation, Manifest, Output, Period, Purpose
from road.core.reference import Distribution, describe
from road.training.config import TrainingSettings
from road.training.data import Dataset, load_dataset
from road.training.features import INPUTS, NAMES, TARGET, build_features
from road.training.gate import Measured, judge
from road.training.metrics import METRICS, baseline
from road.training.model import GRAPH, LIBRARIES, fit, limit_threads, to_onnx
from road.training.provenance import code_commit, package_versions
from road.training.runs import Run, runs_folder, write_run

log = logging.getLogger(__name__)

_PARITY = 1e-4  # largest difference allowed between the fitted and the exported model


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows to learn from, and later rows to judge by."""

    train: pl.DataFrame
    test: pl.DataFrame


def train(settings: TrainingSettings, brief: Brief, *, started: datetime) -> Run:
    """Train once and write the run with its bundle; the run says whether the gate passed."""
    clock = time.perf_counter()
    dataset = load_dataset(settings.data, as_of=started.replace(tzinfo=None))
    split = split_by_time(build_features(dataset.panel), settings.test_days)
    log.info("data ready", extra={"train_rows": split.train.height, "test_rows": split.test.height})

    with limit_threads(settings.threads):
        model = fit(matrix_of(split.train), target_of(split.train), settings.parameters, settings.seed)
        predicted = np.clip(model.predict(matrix_of(split.test)), 0, None)
    graph = to_onnx(model)

    run_id = f"{started.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
    evaluation = evaluate(split.test, predicted, brief)
    manifest = _manifest(settings, brief, dataset, split, evaluation, predicted)
    folder = runs_folder(settings.artifacts) / run_id / "bundle"
    digest = write_bundle(folder, manifest, graph)
    _check_parity(Bundle.load(folder, expect=digest), split.test, predicted)

    seconds = time.perf_counter() - clock
    run = Run(
        id=run_id,
        started=started,
        seconds=round(seconds, 3),
        data=settings.data,
        data_sha256=dataset.sha256,
        test_days=settings.test_days,
        seed=settings.seed,
        parameters=settings.parameters,
        code=manifest.code,
        evaluation=evaluation,
        verdicts=judge(brief, measured(evaluation, seconds)),
        digest=digest,
    )
    write_run(settings.artifacts, run)
    return run


def split_by_time(features: pl.DataFrame, test_days: int) -> Split:
    """The last days are for the test, all before for training; both in the order of time."""
    features = features.sort("hour", maintain_order=True)
    first_test_day = features["day"].max() - timedelta(days=test_days - 1)  # type: ignore[operator]
    split = Split(
        train=features.filter(pl.col("day") < first_test_day),
        test=features.filter(pl.col("day") >= first_test_day),
    )
    if split.train.is_empty():
        raise UserError(f"no days are left to train on before a test of {test_days} days")
    return split


def matrix_of(features: pl.DataFrame) -> NDArray[np.float32]:
    """The inputs as the model sees them, encoded as the bundle declares."""
    columns = []
    for column in INPUTS:
        values = features[column.name]
        if column.kind == "category":
            codes = {value: code for code, value in enumerate(column.values)}
            values = values.replace_strict(codes, return_dtype=pl.Float32)
        columns.append(values.cast(pl.Float32).to_numpy())
    return np.column_stack(columns)


def target_of(features: pl.DataFrame) -> NDArray[np.float64]:
    """What is to be predicted."""
    return features[TARGET].to_numpy().astype(np.float64)


def evaluate(test: pl.DataFrame, predicted: NDArray[np.float64], brief: Brief) -> Evaluation:
    """Measure predictions by the brief's metric, as a whole, by airport, and the baseline too."""
    requirement = brief.objective.requirement
    metric = METRICS[requirement.metric]
    actual = target_of(test)
    airports = test["airport"].to_numpy()
    segments = {
        str(airport): metric(actual[airports == airport], predicted[airports == airport])
        for airport in np.unique(airports)
    }
    return Evaluation(
        metric=requirement.metric,
        direction=requirement.direction,
        value=metric(actual, predicted),
        threshold=requirement.threshold,
        baseline=requirement.baseline,
        baseline_value=metric(actual, baseline(test, requirement.baseline)),
        rows=test.height,
        segments=segments,
    )


def measured(evaluation: Evaluation, seconds: float) -> Measured:
    """What the gate looks at."""
    return Measured(
        direction=evaluation.direction,
        value=evaluation.value,
        baseline_value=evaluation.baseline_value,
        minutes=seconds / 60,
    )


def _manifest(
    settings: TrainingSettings,
    brief: Brief,
    dataset: Dataset,
    split: Split,
    evaluation: Evaluation,
    predicted: NDArray[np.float64],
) -> Manifest:
    return Manifest(
        name=brief.project,
        purpose=_purpose(brief),
        inputs=list(INPUTS),
        output=Output(name=TARGET, unit="flights an hour"),
        graph=GRAPH,
        evaluation=evaluation,
        data=_data(dataset, split),
        code=_code(settings),
        features=describe(NAMES, matrix_of(split.train)),
        predictions=Distribution.of(predicted),
    )


def _purpose(brief: Brief) -> Purpose:
    return Purpose(
        objective=brief.objective.statement.strip(),
        owner=brief.objective.owner,
        prediction=brief.objective.requirement.prediction.strip(),
        personal_data=brief.concerns.privacy.personal_data,
    )


def _data(dataset: Dataset, split: Split) -> Data:
    return Data(
        source=dataset.source,
        sha256=dataset.sha256,
        rows=dataset.panel.height,
        trained_on=_period(split.train),
        tested_on=_period(split.test),
    )


def _period(features: pl.DataFrame) -> Period:
    first, last = features.select(pl.col("hour").min().alias("a"), pl.col("hour").max().alias("b")).row(0)
    return Period(first=first, last=last)


def _code(settings: TrainingSettings) -> Code:
    commit, dirty = code_commit(settings.code_commit)
    return Code(
        commit=commit,
        dirty=dirty,
        packages=package_versions(LIBRARIES),
        seed=settings.seed,
        parameters=settings.parameters.model_dump(),
    )


def _check_parity(bundle: Bundle, test: pl.DataFrame, predicted: NDArray[np.float64]) -> None:
    exported = bundle.predict({name: test[name].to_numpy() for name in bundle.names})
    worst = float(np.max(np.abs(exported - predicted) / (1 + np.abs(predicted))))
    if worst > _PARITY:
        raise UserError(f"{MODEL} differs from the fitted model by {worst:.1e}, at most {_PARITY:.0e}")


def bundle_folder(settings: TrainingSettings, run: Run) -> Path:
    """Where a run's bundle lies."""
    return runs_folder(settings.artifacts) / run.id / "bundle"
