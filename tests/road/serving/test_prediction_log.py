import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from starlette.testclient import TestClient

from {{ package_name }}.app import create_app
from {{ package_name }}.brief import Brief
from {{ package_name }}.bundle import Bundle
from {{ package_name }}.config import ServingSettings
from {{ package_name }}.errors import UserError
from {{ package_name }}.load_test import sample_rows
from {{ package_name }}.prediction_log import PredictionLog
from {{ package_name }}.service import Service
from {{ package_name }}.skew import compare

from .conftest import MODEL

Rows = list[dict[str, Any]]


def settings_of(folder: Path, **more: Any) -> ServingSettings:
    return ServingSettings(model=str(MODEL), watch_seconds=0, prediction_log=folder, **more)


def serve(settings: ServingSettings, brief: Brief, rows: Rows) -> list[float]:
    """Have rows predicted, a hundred a request, and give the predictions."""
    service = Service(settings, brief)
    predictions: list[float] = []
    with TestClient(create_app(service)) as client:
        for start in range(0, len(rows), 100):
            answer = client.post("/predict", json={"rows": rows[start : start + 100]})
            predictions += answer.json()["predictions"]
    return predictions


def test_rows_and_predictions_are_logged_as_they_were(
    tmp_path: Path, brief: Brief, rows: Rows
) -> None:
    given = [{**rows[0], "yesterday_temp": None}, *rows[1:]]

    predictions = serve(settings_of(tmp_path), brief, given)

    logged = pl.read_parquet(tmp_path / "*.parquet")
    assert logged["prediction"].to_list() == predictions
    assert logged["airport"].to_list() == [row["airport"] for row in given]
    assert logged["yesterday_temp"].to_list()[0] is None
    assert logged["lag_1d"].to_list() == [row["lag_1d"] for row in given]
    assert logged["request_id"].n_unique() == 1
    assert list(tmp_path.glob("*.tmp")) == []


def test_files_are_rotated_and_the_oldest_go(tmp_path: Path, brief: Brief, rows: Rows) -> None:
    settings = settings_of(tmp_path, prediction_log_rows=20, prediction_log_files=3)
    service = Service(settings, brief)
    assert service.log is not None

    for turn in range(8):
        service.log.put(service.champion.model, str(turn), *one(service, rows))
        time.sleep(0.05)
    service.close()

    assert 1 <= len(list(tmp_path.glob("*.parquet"))) <= 3


def test_what_doesnt_fit_is_dropped_and_counted(
    tmp_path: Path, brief: Brief, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PredictionLog, "_work", lambda _: None)
    service = Service(settings_of(tmp_path, prediction_log_rows=25), brief)
    assert service.log is not None

    for turn in range(4):
        service.log.put(service.champion.model, str(turn), *one(service, rows))

    assert service.log.dropped == 20


def test_a_log_that_cant_be_written_holds_up_nothing(
    tmp_path: Path, brief: Brief, rows: Rows
) -> None:
    (tmp_path / "file").write_text("")

    predictions = serve(settings_of(tmp_path / "file"), brief, rows)

    assert len(predictions) == len(rows)


def one(service: Service, rows: Rows) -> tuple[Any, Any]:
    """Ten rows as a request has them."""
    model = service.champion.model
    matrix = model.bundle.encode({name: [row[name] for row in rows[:10]] for name in rows[0]})
    return matrix, np.zeros(10)


def test_skew_finds_the_column_that_moved(tmp_path: Path, brief: Brief) -> None:
    settings = settings_of(tmp_path / "log")
    service = Service(settings, brief)
    rows = sample_rows(service.champion.model.manifest, 2000)
    service.close()
    serve(settings, brief, [{**row, "yesterday_wind": 60.0} for row in rows])
    batch = tmp_path / "batch" / "day=1" / "part.parquet"
    batch.parent.mkdir(parents=True)
    pl.DataFrame(rows).write_parquet(batch)

    report = compare(settings, tmp_path / "log", tmp_path / "batch")

    over = {
        line.name
        for line in report.lines
        if line.name != "prediction" and max(line.reference or 0, line.batch or 0) > 0.2
    }
    assert over == {"yesterday_wind"}
    assert (report.rows, report.batch_rows) == (2000, 2000)
    assert "yesterday_wind" in next(t for t in report.text(0.2).splitlines() if "over" in t)


@pytest.mark.parametrize(("served", "scored"), [(26, 600), (600, 26)])
def test_skew_tells_no_shift_of_few_rows(tmp_path: Path, served: int, scored: int) -> None:
    settings = settings_of(tmp_path)
    rows = sample_rows(Bundle.load(MODEL).manifest, 600)
    pl.DataFrame(rows[:served]).with_columns(prediction=1.0).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame(rows[:scored]).write_parquet(tmp_path / "b.parquet")

    with pytest.raises(UserError, match=r"too few rows \(26, wants 500\)"):
        compare(settings, tmp_path / "a.parquet", tmp_path / "b.parquet")


@pytest.mark.parametrize("what", ["gone", "empty", "other"])
def test_what_is_no_log_is_named(tmp_path: Path, what: str) -> None:
    path = tmp_path / what
    if what != "gone":
        path.mkdir()
    if what == "other":
        pl.DataFrame({"a": [1] * 500}).write_parquet(path / "a.parquet")

    with pytest.raises(UserError, match=what):
        compare(settings_of(tmp_path), path, None)
