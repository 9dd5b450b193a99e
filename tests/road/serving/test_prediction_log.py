from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.errors import UserError
from road.core.predictions import Predictions
from road.core.repository import Repository
from road.serving.app import assemble
from road.serving.config import ServingSettings
from road.serving.prediction_log import PredictionLog
from road.serving.rows import sample_rows
from road.serving.service import Service
from road.serving.skew import compare
from starlette.testclient import TestClient

from tests.road.serving.conftest import Make
from tests.road.serving.models import ROWS, manifest_of
from tests.road.serving.servers import wait_for

Rows = list[dict[str, Any]]


def serve(repository: Repository[ServingSettings], rows: Rows) -> list[float]:
    """Have rows predicted, a hundred a request, and give the predictions."""
    predictions: list[float] = []
    with TestClient(assemble(Service(repository))) as client:
        for start in range(0, len(rows), 100):
            answer = client.post("/predict", json={"rows": rows[start : start + 100]})
            predictions += answer.json()["predictions"]
    return predictions


def test_rows_and_predictions_are_logged_as_they_were(tmp_path: Path, make: Make) -> None:
    predictions = serve(make(prediction_log=tmp_path), ROWS)

    logged = pl.read_parquet(tmp_path / "*.parquet")
    assert logged.select(list(ROWS[0])).to_dicts() == ROWS
    assert logged["prediction"].to_list() == predictions
    assert logged["request_id"].n_unique() == 1
    assert list(tmp_path.glob("*.tmp")) == []


def test_files_are_rotated_and_the_oldest_go(tmp_path: Path, make: Make) -> None:
    service = Service(make(prediction_log=tmp_path, prediction_log_rows=20, prediction_log_files=3))
    written = service.log
    assert written is not None

    for turn in range(8):
        written.put(service.champion.model, str(turn), *ten_rows(service))
        wait_for(lambda rows=10 * (turn + 1): written._written == rows)  # type: ignore[misc]
    service.close()

    kept = [pl.read_parquet(file)["request_id"][0] for file in sorted(tmp_path.glob("*.parquet"))]
    assert kept == ["5", "6", "7"]


def test_what_doesnt_fit_is_dropped_and_counted(tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PredictionLog, "_work", lambda _: None)
    service = Service(make(prediction_log=tmp_path, prediction_log_rows=25))
    assert service.log is not None

    for turn in range(4):
        service.log.put(service.champion.model, str(turn), *ten_rows(service))

    assert service.log.dropped == 20


def test_a_log_that_cant_be_written_holds_up_nothing(tmp_path: Path, make: Make) -> None:
    (tmp_path / "file").write_text("")

    assert len(serve(make(prediction_log=tmp_path / "file"), ROWS)) == len(ROWS)


def ten_rows(service: Service) -> tuple[Any, Any]:
    """Give ten rows as a request has them."""
    columns = {name: [row[name] for row in [ROWS[0]] * 10] for name in ROWS[0]}
    return service.champion.model.bundle.encode(columns), Predictions(values=np.zeros(10))


def test_skew_finds_the_column_that_moved(tmp_path: Path, make: Make) -> None:
    repository = make(prediction_log=tmp_path / "log")
    rows = sample_rows(manifest_of(), 2000)
    serve(repository, [{**row, "price": 9.9} for row in rows])
    batch = tmp_path / "batch" / "day=1" / "part.parquet"
    batch.parent.mkdir(parents=True)
    pl.DataFrame(rows).write_parquet(batch)

    report = compare(repository.settings, tmp_path / "log", tmp_path / "batch")

    over = {
        line.name
        for line in report.lines
        if line.name != "prediction" and max(line.reference or 0, line.batch or 0) > 0.2
    }
    assert over == {"price"}
    assert (report.rows, report.batch_rows) == (2000, 2000)
    assert "price" in next(t for t in report.text(0.2).splitlines() if "over" in t)


@pytest.mark.parametrize(("served", "scored"), [(26, 600), (600, 26)])
def test_skew_tells_no_shift_of_few_rows(tmp_path: Path, make: Make, served: int, scored: int) -> None:
    settings = make().settings
    rows = sample_rows(manifest_of(), 600)
    pl.DataFrame(rows[:served]).with_columns(prediction=1.0).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame(rows[:scored]).write_parquet(tmp_path / "b.parquet")

    with pytest.raises(UserError, match=r"too few rows \(26, wants 500\)"):
        compare(settings, tmp_path / "a.parquet", tmp_path / "b.parquet")


@pytest.mark.parametrize("what", ["gone", "empty", "other"])
def test_what_is_no_log_is_named(tmp_path: Path, make: Make, what: str) -> None:
    path = tmp_path / what
    if what != "gone":
        path.mkdir()
    if what == "other":
        pl.DataFrame({"a": [1] * 500}).write_parquet(path / "a.parquet")

    with pytest.raises(UserError, match=what):
        compare(make().settings, path, None)
