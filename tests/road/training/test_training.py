from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from {{ package_name }}.brief import Brief
from {{ package_name }}.bundle import Bundle
from {{ package_name }}.config import TrainingSettings
from {{ package_name }}.data import load_dataset
from {{ package_name }}.errors import UserError
from {{ package_name }}.features import build_features
from {{ package_name }}.model import LIBRARIES
from {{ package_name }}.reproduction import reproduce
from {{ package_name }}.runs import Run, read_run
from {{ package_name }}.training import bundle_folder, split_by_time, train

from .efforts import HOPELESS

NOW = datetime(2014, 1, 1, 8, tzinfo=UTC)
Trained = tuple[TrainingSettings, Run]


def test_a_training_beats_its_baseline(trained: Trained) -> None:
    _, run = trained

    assert run.evaluation.value < run.evaluation.baseline_value
    assert set(run.evaluation.segments) == {"EWR", "JFK", "LGA"}


def test_the_bundle_says_where_it_comes_from(trained: Trained) -> None:
    settings, run = trained
    manifest = Bundle.load(bundle_folder(settings, run), expect=run.digest).manifest

    assert manifest.data.sha256 == run.data_sha256
    assert manifest.data.trained_on.last < manifest.data.tested_on.first
    assert set(LIBRARIES) < set(manifest.code.packages)
    assert set(manifest.features) == {column.name for column in manifest.inputs}


def test_the_bundle_predicts_what_the_run_measured(trained: Trained, panel: pl.DataFrame) -> None:
    settings, run = trained
    bundle = Bundle.load(bundle_folder(settings, run))
    test = split_by_time(build_features(panel), settings.test_days).test

    predicted = bundle.predict({name: test[name].to_numpy() for name in bundle.names})
    actual = test["departures"].to_numpy()

    wape = np.abs(predicted - actual).sum() / actual.sum()
    assert wape == pytest.approx(run.evaluation.value, rel=1e-5)
    assert predicted.min() >= 0


def test_no_file_of_a_run_is_a_pickle(trained: Trained) -> None:
    settings, _ = trained
    suffixes = {path.suffix for path in settings.artifacts.rglob("*") if path.is_file()}

    assert suffixes <= {".onnx", ".json", ".md", ""}


def test_the_same_run_again_gives_the_same_bundle(trained: Trained, brief: Brief) -> None:
    settings, run = trained

    result = reproduce(settings, brief, run.id, now=NOW)

    assert result.agrees
    assert result.again.digest == run.digest


def test_another_seed_or_parameter_is_recorded(settings: TrainingSettings, brief: Brief) -> None:
    changed = settings.model_copy(update={"parameters": HOPELESS, "seed": 1})

    run = train(changed, brief, started=NOW)

    assert read_run(settings.artifacts, run.id).parameters == HOPELESS
    assert run.seed == 1
    assert not run.passed


def test_an_unknown_run_is_named(settings: TrainingSettings, brief: Brief) -> None:
    with pytest.raises(UserError, match="no run gone; known: none"):
        reproduce(settings, brief, "gone", now=NOW)


def test_data_that_changed_is_refused(tmp_path: Path, panel: pl.DataFrame) -> None:
    (tmp_path / "manifest.json").write_bytes(Path("data/manifest.json").read_bytes())
    panel.write_parquet(tmp_path / "departures.parquet")

    with pytest.raises(UserError, match="is not the file that"):
        load_dataset(tmp_path / "departures.parquet", as_of=NOW.replace(tzinfo=None))


def test_other_data_is_known_by_its_path_and_hash(tmp_path: Path, panel: pl.DataFrame) -> None:
    panel.write_parquet(tmp_path / "mine.parquet")

    dataset = load_dataset(tmp_path / "mine.parquet", as_of=NOW.replace(tzinfo=None))

    assert dataset.source.endswith("mine.parquet")
    assert len(dataset.sha256) == 64


def test_data_that_cannot_be_read_is_an_error_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")

    for name in ("broken.parquet", "gone.parquet"):
        with pytest.raises(UserError, match=name):
            load_dataset(tmp_path / name, as_of=NOW.replace(tzinfo=None))


def test_a_test_period_that_leaves_nothing_is_refused(panel: pl.DataFrame) -> None:
    with pytest.raises(UserError, match="no days are left"):
        split_by_time(build_features(panel), 365)
