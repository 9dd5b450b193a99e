from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from road.training.config import Training
from road.training.tracking import track

from tests.road.training.shops import Trained, setting


@pytest.mark.filterwarnings("ignore")
def test_a_run_reaches_the_tracking_database(repository: Training, trained: Trained) -> None:
    _, run = trained
    repository.settings.artifacts.mkdir()
    odd = run.model_copy(update={"evaluation": run.evaluation.model_copy(update={"segments": {"shop=Köln, Süd": 0.5}})})

    track(setting(repository, tracking=True).settings, odd, experiment="test")

    with closing(sqlite3.connect(repository.settings.artifacts / "mlflow.db")) as database:
        metrics = dict(database.execute("select key, value from metrics").fetchall())
        parameters = dict(database.execute("select key, value from params").fetchall())
        tags = dict(database.execute("select key, value from tags").fetchall())
    assert metrics["mae"] == run.evaluation.value
    assert metrics["mae_shop_Köln_ Süd"] == 0.5
    assert parameters == {"trees": "15", "seed": "2013", "split": "time, 7d"}
    assert (tags["bundle"], tags["gate"]) == (run.digest, "passed")


def test_a_server_that_is_down_costs_no_run(
    repository: Training, trained: Trained, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = setting(repository, tracking=True, tracking_uri="no-such-scheme://server")

    track(nowhere.settings, trained[1], experiment="test")

    assert "run not tracked" in caplog.text


def test_tracking_can_be_off(repository: Training, trained: Trained) -> None:
    track(repository.settings, trained[1], experiment="test")

    assert not repository.settings.artifacts.exists()
