"""Proves training against this repository's own lock: each module is imported, and invented rows go the whole way."""

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import road.training
from road.core.brief import Brief
from road.core.project import Project
from road.core.repository import Repository
from road.training.config import Training, TrainingSettings
from road.training.features import columns_of
from road.training.promotion import promote
from road.training.registry import Entry, Registry
from road.training.reproduction import reproduce
from road.training.runs import bundle_folder
from road.training.training import train

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FRAMEWORKS = {"sklearn": "skl2onnx", "trees": "skl2onnx", "pytorch": "torch"}
"""Modules of the road, and what they need: a repository has one of these libraries."""
ABSENT = {name for name, library in FRAMEWORKS.items() if find_spec(library) is None}
WORDS = {"position": "None.", "evidence": "README.md"}


def make_model() -> Any:
    """A line, by what this repository has."""
    if "sklearn" in ABSENT:
        from torch import nn

        from road.training.pytorch import LoopParameters, Torch

        return Torch(lambda _, inputs, rows, target: nn.Linear(len(inputs), 1), LoopParameters)
    from sklearn.linear_model import LinearRegression

    from road.training.model import NoParameters
    from road.training.sklearn import Sklearn

    return Sklearn(lambda _, seed: LinearRegression(), NoParameters)


model = make_model()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Training:
    """Numbers that follow two others, a day for each; far from the settings of this repository."""
    monkeypatch.chdir(tmp_path)
    chance = np.random.default_rng(1)
    size = 300
    frame = pl.DataFrame(
        {
            "day": [datetime(2025, 1, 1) + timedelta(days=at) for at in range(size)],
            "a": chance.normal(0, 1, size),
            "b": chance.normal(0, 1, size),
        }
    ).with_columns(y=5 + pl.col("a") - pl.col("b"))
    frame.write_parquet(tmp_path / "rows.parquet")
    settings = TrainingSettings(data="rows.parquet", artifacts=tmp_path / "artifacts", tracking=False)
    return Repository(settings=settings, brief=make_brief(), project=make_project())


def make_project() -> Project:
    return Project.model_validate(
        {
            "version": 1,
            "task": "regression",
            "keys": ["day"],
            "time": {"column": "day", "step": "1d"},
            "target": {"column": "y", "minimum": 0},
            "columns": {"day": {"type": "datetime"}, **{name: {"type": "number"} for name in "aby"}},
            "split": {"by": "time", "test": "50d"},
            "model": f"{__name__}:model",
            "baselines": {"a": "a"},
        }
    )


def make_brief() -> Brief:
    requirement = {
        "prediction": "y",
        "metric": "mae",
        "direction": "lower",
        "threshold": 9,
        "baseline": "a",
        "min_gain": 0,
    }
    return Brief.model_validate(
        {
            "version": 1,
            "project": "smoke",
            "objective": {"statement": "Add up.", "owner": "Ada", "requirement": requirement},
            "quality_attributes": {"training": {"max_minutes": 60, "max_champion_age_days": 30}},
            "constraints": {"time": "None.", "budget": "None.", "skills": "None."},
            "concerns": {
                "privacy": {**WORDS, "personal_data": False},
                "ethics": WORDS,
                "regulation": WORDS,
                "security": WORDS,
            },
            "roles": {"product_owner": "Ada", "ml_engineering": "Ada", "operations": "Ada"},
            "decisions": [],
        }
    )


@pytest.mark.parametrize("name", [found.name for found in pkgutil.iter_modules(road.training.__path__)])
def test_each_module_is_imported(name: str) -> None:
    if name in ABSENT or name == "__main__":
        assert find_spec(f"road.training.{name}")
    else:
        assert importlib.import_module(f"road.training.{name}").__doc__


def test_a_model_is_trained_judged_promoted_and_trained_again(repository: Training) -> None:
    artifacts = repository.settings.artifacts

    run = train(repository, started=NOW)
    entry = Entry(digest=run.digest, run=run.id, trained=run.started, seconds=run.seconds)
    Registry(artifacts).add(bundle_folder(artifacts, run.id), entry)
    again = reproduce(repository, run.id, now=NOW)

    assert run.passed
    assert promote(repository, now=NOW).promoted
    assert (again.agrees, again.again.digest) == (True, run.digest)


def test_the_champion_predicts_what_was_measured(repository: Training) -> None:
    run = train(repository, started=NOW)
    entry = Entry(digest=run.digest, run=run.id, trained=run.started, seconds=run.seconds)
    registry = Registry(repository.settings.artifacts)
    registry.add(bundle_folder(repository.settings.artifacts, run.id), entry)

    bundle = registry.load("candidate")
    newest = pl.read_parquet(repository.settings.data).tail(50)
    predicted = bundle.predict(columns_of(newest, bundle.manifest.inputs)).values

    assert np.abs(predicted - newest["y"].to_numpy()).mean() == pytest.approx(run.evaluation.value, abs=1e-5)
