"""Data sets that scikit-learn ships, as a team has them: nothing is declared but the columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.bundle import Bundle
from road.core.project import Project
from road.core.repository import Repository
from road.training.config import Training, TrainingSettings
from road.training.promotion import promote
from road.training.registry import Entry, Registry
from road.training.runs import bundle_folder
from road.training.training import train
from sklearn import datasets

from tests.road.training.parcels import QUICK, asking_for
from tests.road.training.shops import NOW

SETS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "load_breast_cancer": (
        "binary",
        {"positive": "0"},
        {"threshold": 0.95, "operating_point": {"rule": "recall_at_least", "value": 0.9}},
    ),
    "load_wine": ("multiclass", {}, {"metric": "balanced_accuracy", "threshold": 0.8}),
    "load_iris": (
        "multiclass",
        {},
        {"metric": "log_loss", "direction": "lower", "threshold": 0.6, "baseline": "prior"},
    ),
    "load_diabetes": ("regression", {"minimum": 0}, {"metric": "mae", "direction": "lower", "threshold": 55}),
}


def make(folder: Path, name: str, ending: str) -> Training:
    task, target, requirement = SETS[name]
    shipped = getattr(datasets, name)()
    numbers = {f"n{at}": shipped.data[:, at] for at in range(shipped.data.shape[1])}
    frame = pl.DataFrame({"row": np.arange(len(shipped.target)), **numbers, "target": shipped.target})
    data = folder / f"rows{ending}"
    (frame.write_csv if ending == ".csv" else frame.write_parquet)(data)
    labels = [str(label) for label in np.unique(shipped.target)]
    wanted = {"type": "number"} if task == "regression" else {"type": "category", "values": labels}
    project = Project.model_validate(
        {
            "version": 1,
            "task": task,
            "keys": ["row"],
            "target": {"column": "target", **target},
            "columns": {"row": {"type": "number"}, **{key: {"type": "number"} for key in numbers}, "target": wanted},
        }
    )
    settings = TrainingSettings(data=str(data), artifacts=folder / "artifacts", tracking=False, parameters=QUICK)
    return Repository(settings=settings, brief=asking_for(task, **requirement), project=project)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("name", SETS)
def test_a_data_set_goes_the_whole_way(name: str, ending: str, tmp_path: Path) -> None:
    repository = make(tmp_path, name, ending)
    artifacts = repository.settings.artifacts

    run = train(repository, started=NOW)
    entry = Entry(digest=run.digest, run=run.id, trained=run.started, seconds=run.seconds)
    Registry(artifacts).add(bundle_folder(artifacts, run.id), entry)

    assert [verdict.message for verdict in run.verdicts if not verdict.passed] == []
    assert promote(repository, now=NOW).promoted


def test_either_format_gives_the_same_model(tmp_path: Path) -> None:
    digests = set()
    for ending in (".csv", ".parquet"):
        (tmp_path / ending).mkdir()
        repository = make(tmp_path / ending, "load_wine", ending)
        run = train(repository, started=NOW)
        folder = bundle_folder(repository.settings.artifacts, run.id)
        digests.add((folder / "model.onnx").read_bytes())
        assert Bundle.load(folder).manifest.evaluation.value == run.evaluation.value

    assert len(digests) == 1
