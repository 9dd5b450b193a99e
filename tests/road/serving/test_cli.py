import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from {{ package_name }} import commands
from {{ package_name }}.bundle import Bundle
from {{ package_name }}.cli import main
from {{ package_name }}.load_test import sample_rows

from .conftest import MODEL

DEMANDS = {
    "latency_p50_ms": 5000,
    "latency_p99_ms": 5000,
    "throughput_rps": 50,
    "availability": 0.9,
}


@pytest.fixture(autouse=True)
def brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A brief that is content with little, and no logs of ours."""
    content = yaml.safe_load(Path("brief.yaml").read_text())
    content["objective"]["requirement"] |= {"threshold": 1.0, "min_gain": 0.0}
    content["quality_attributes"]["serving"] = DEMANDS
    file = tmp_path / "brief.yaml"
    file.write_text(yaml.safe_dump(content))
    monkeypatch.setenv("APP_BRIEF", str(file))
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    return file


def demand(brief: Path, section: str, **numbers: float) -> None:
    content = yaml.safe_load(brief.read_text())
    part = content["objective"] if section == "requirement" else content["quality_attributes"]
    part[section] |= numbers
    brief.write_text(yaml.safe_dump(content))


def test_check_says_how_the_model_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "pass  objective.requirement.threshold" in capsys.readouterr().out


def test_a_model_that_is_not_good_enough_is_exit_code_1(
    brief: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demand(brief, "requirement", threshold=0.001)

    assert main(["check"]) == 1
    assert "FAIL  objective.requirement.threshold" in capsys.readouterr().out
    assert main(["serve"]) == 1


def test_a_load_test_passes_or_fails_by_the_brief(
    brief: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["load-test", "--seconds", "0.5", "--connections", "4"]

    assert main(command) == 0
    demand(brief, "serving", latency_p50_ms=0.001)
    assert main(command) == 1

    said = capsys.readouterr().out
    assert "offered 50/s, answered" in said
    assert "FAIL  quality_attributes.serving.latency_p50_ms" in said


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "ftp://x", "nonsense"])
def test_an_address_where_nobody_answers_is_exit_code_2(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load-test", "--url", url]) == 2
    assert url in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [("APP_MODEL", "gone"), ("APP_BRIEF", "gone.yaml"), ("APP_QUEUE", "0"), ("APP_PORT", "x")],
)
def test_bad_settings_are_exit_code_2(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)

    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_skew_is_exit_code_1_when_a_column_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = Bundle.load(MODEL)
    rows = sample_rows(bundle.manifest, 2000)
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in bundle.names}
    frame = pl.DataFrame(columns).with_columns(prediction=pl.Series(bundle.predict(columns)))
    frame.with_columns(lag_1d=pl.lit(99.0)).write_parquet(tmp_path / "log.parquet")

    assert main(["skew", str(tmp_path / "log.parquet")]) == 1
    assert "over 0.2" in capsys.readouterr().out
    assert main(["skew", str(tmp_path / "log.parquet"), "--limit", "100"]) == 0


def test_the_description_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert "/predict" in json.loads(capsys.readouterr().out)["paths"]


def test_the_schema_of_the_brief_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Brief"


def test_alerts_and_dashboard_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["alerts"]) == 0
    assert yaml.safe_load((tmp_path / "monitoring/alerts.yaml").read_text())["groups"]
    assert json.loads((tmp_path / "monitoring/dashboard.json").read_text())["panels"]
