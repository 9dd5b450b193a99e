"""Proves batch inference against this repository's own lock: each module is imported, and a panel is scored once."""

import importlib
import json
import pkgutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

import road.batch
from road.batch.cli import main
from road.core import commands
from road.core.bundle import write_bundle
from road.core.manifest import Code, Column, Data, Evaluation, Graph, Manifest, Output, Period, Purpose
from road.core.reference import Distribution

# A graph that adds up the two numbers of each row, as ONNX.
SUM = (
    b'\x08\t:\x8b\x01\n8\n\x08features\n\x04axes\x12\nprediction"\tReduceSum*\x0f\n\x08keepdims\x18\x01\xa0\x01\x02'
    b"\x12\x03sum*\x14\x08\x01\x10\x07B\x04axesJ\x08\x01\x00\x00\x00\x00\x00\x00\x00"
    b"Z\x18\n\x08features\x12\x0c\n\n\x08\x01\x12\x06\n\x00\n\x02\x08\x02"
    b"b\x1a\n\nprediction\x12\x0c\n\n\x08\x01\x12\x06\n\x00\n\x02\x08\x01B\x04\n\x00\x10\x12"
)
PROJECT = """\
version: 1
keys: [at]
time: {column: at}
partitions: {name: day, of: day}
columns: {at: {type: datetime}, a: {type: number, range: [0, 9]}, b: {type: number}}
"""
BRIEF = {
    "version": 1,
    "project": "sum",
    "objective": {
        "statement": "Add up.",
        "owner": "Ada",
        "requirement": {
            "prediction": "The sum.",
            "metric": "mae",
            "direction": "lower",
            "threshold": 1.0,
            "baseline": "none",
            "min_gain": 0.1,
        },
    },
    "quality_attributes": {"batch": {"input_ready": "08:00", "deadline": "09:00", "max_bad_row_share": 0.25}},
    "constraints": {"time": "None.", "budget": "None.", "skills": "None."},
    "concerns": {
        "privacy": {"personal_data": False, "position": "None.", "evidence": "here"},
        **{name: {"position": "None.", "evidence": "here"} for name in ("ethics", "regulation", "security")},
    },
    "roles": {"product_owner": "Ada", "ml_engineering": "Ada", "operations": "Ada"},
    "decisions": [],
}


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(road.batch.__path__) if m.name != "__main__"])
def test_each_module_is_imported(name: str) -> None:
    assert importlib.import_module(f"road.batch.{name}").__doc__


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a model, a panel of two days with a bad row, and all that is said of them."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    for name, value in {"MODEL": "model", "PANEL": "panel", "ARTIFACTS": "artifacts", "DUE": "window"}.items():
        monkeypatch.setenv(f"APP_{name}", value)
    for name in ("BRIEF", "PROJECT"):
        monkeypatch.delenv(f"APP_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brief.yaml").write_text(json.dumps(BRIEF))
    (tmp_path / "project.yaml").write_text(PROJECT)
    write_bundle(tmp_path / "model", _manifest(), SUM)
    for day in (1, 2):
        folder = tmp_path / "panel" / f"day=2026-01-0{day}"
        folder.mkdir(parents=True)
        rows = {"at": [datetime(2026, 1, day), datetime(2026, 1, day, 1)], "a": [1, 8 + day], "b": [0.5, 0.25]}
        pl.DataFrame(rows).write_parquet(folder / "rows.parquet")
    return tmp_path


def test_a_panel_is_scored_once(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = [main(["score"]), main(["score"])]

    written = pl.read_parquet(repository / "artifacts/predictions/*/predictions.parquet", hive_partitioning=False)
    said = capsys.readouterr().out
    assert codes == [0, 0]
    assert written["prediction"].to_list() == [1.5, 9.25, 1.5]
    assert "1 x a is outside 0 to 9" in said
    assert "scored now   0 rows of 0 partitions\ndone before  3 rows of 2 partitions" in said


def test_a_repository_begins_with_a_bundle_and_its_rows(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "project.yaml").write_text("version: 1 # ours\n")
    (repository / "settings.toml").write_text('model = "TODO"\n')
    pl.DataFrame({"id": ["x", "y"], "a": ["1", "NA"], "b": ["0.5", "2"]}).write_csv(repository / "rows.csv")

    code = main(["begin", "--bundle", "model", "--key", "id", "rows.csv"])

    written = (repository / "project.yaml").read_text()
    assert code == 0
    assert written.startswith("version: 1 # ours\nkeys: [id]\n")
    assert "1 of 2 rows of rows keep the contract" in capsys.readouterr().out


def _manifest() -> Manifest:
    period = Period(first=datetime(2026, 1, 1), last=datetime(2026, 1, 2))
    seen = Distribution.of([1.0, 2.0, 3.0])
    return Manifest(
        name="sum",
        purpose=Purpose(objective="Add up.", owner="Ada", prediction="The sum.", personal_data=False),
        inputs=[Column(name="a", kind="number"), Column(name="b", kind="number")],
        output=Output(name="sum", unit=""),
        graph=Graph(input="features", output="prediction", columns=["a", "b"], opset=18),
        evaluation=Evaluation(
            metric="mae",
            direction="lower",
            value=0.0,
            threshold=1.0,
            baseline="none",
            baseline_value=1.0,
            rows=3,
            segments={},
        ),
        data=Data(source="here", sha256="0" * 64, rows=3, trained_on=period, tested_on=period),
        code=Code(commit="none", dirty=False, packages={}, seed=0, parameters={}),
        features={"a": seen, "b": seen},
        predictions=seen,
    )
