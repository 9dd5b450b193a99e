import sqlite3
from contextlib import closing

import pytest

from {{ package_name }}.config import TrainingSettings
from {{ package_name }}.runs import Run
from {{ package_name }}.tracking import track

Trained = tuple[TrainingSettings, Run]


@pytest.mark.filterwarnings("ignore")
def test_a_run_reaches_the_tracking_database(settings: TrainingSettings, trained: Trained) -> None:
    _, run = trained

    track(settings.model_copy(update={"tracking": True}), run, experiment="test")

    with closing(sqlite3.connect(settings.artifacts / "mlflow.db")) as database:
        metrics = dict(database.execute("select key, value from metrics").fetchall())
        tags = dict(database.execute("select key, value from tags").fetchall())
    assert metrics["wape"] == run.evaluation.value
    assert tags["bundle"] == run.digest


def test_a_server_that_is_down_costs_no_run(
    settings: TrainingSettings, trained: Trained, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = {"tracking": True, "tracking_uri": "no-such-scheme://server"}

    track(settings.model_copy(update=nowhere), trained[1], experiment="test")

    assert "run not tracked" in caplog.text


def test_tracking_can_be_off(settings: TrainingSettings, trained: Trained) -> None:
    _, run = trained

    track(settings, run, experiment="test")

    assert list(settings.artifacts.iterdir()) == []
