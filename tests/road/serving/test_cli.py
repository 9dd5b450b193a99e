from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from road.core import commands
from road.core.bundle import Bundle
from road.serving.cli import main
from road.serving.rows import sample_rows

from tests.road.briefs import write_brief
from tests.road.serving.models import NAME

EASY = {"latency_p50_ms": 1e6, "latency_p99_ms": 1e6, "throughput_rps": 0.1, "availability": 0.01}
HOOKS = """
def add(commands):
    commands.add("port", lambda options, repository: repository.settings.port, "Give the port.")
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository with a brief that is content with little, and no logs of ours."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APP_MODEL", str(model))
    demand(tmp_path, threshold=1.0, **EASY)
    (tmp_path / "project.yaml").write_text("version: 1\n")
    return tmp_path


def demand(place: Path, threshold: float = 1.0, **serving: float) -> None:
    path = write_brief(place, metric="wape", threshold=threshold, min_gain=0.0)
    brief = yaml.safe_load(path.read_text())
    brief["quality_attributes"] = {"serving": {**EASY, **serving}}
    path.write_text(yaml.safe_dump(brief))


def test_check_says_how_the_model_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(NAME)
    assert "pass  objective.requirement.threshold" in said


def test_a_model_that_is_not_good_enough_is_exit_code_1(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demand(place, threshold=0.001)

    assert main(["check"]) == 1
    assert "FAIL  objective.requirement.threshold" in capsys.readouterr().out
    assert main(["serve"]) == 1


@pytest.mark.parametrize("command", ["check", "serve"])
@pytest.mark.parametrize("key", ["middleware: [nowhere:at_all]", "authenticate: json:dumps_"])
def test_a_hook_that_isnt_there_is_exit_code_2(
    place: Path, command: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "project.yaml").write_text(f"version: 1\n{key}\n")

    assert main([command]) == 2
    assert f"project.yaml: {key.partition(':')[0]}: " in capsys.readouterr().err


def test_a_load_test_passes_or_fails_by_the_brief(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["load-test", "--seconds", "0.5", "--rate", "50", "--connections", "4"]

    assert main(command) == 0
    demand(place, latency_p50_ms=0.001)
    assert main(command) == 1

    said = capsys.readouterr().out
    assert "offered 50/s, answered" in said
    assert "FAIL  quality_attributes.serving.latency_p50_ms" in said


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "ftp://x", "nonsense"])
def test_an_address_where_nobody_answers_is_exit_code_2(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load-test", "--url", url]) == 2
    assert url in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [("APP_MODEL", "gone"), ("APP_BRIEF", "gone.yaml"), ("APP_QUEUE", "0"), ("APP_PORT", "x"), ("APP_QEUE", "8")],
)
def test_bad_settings_are_exit_code_2(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)

    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_model_is_named_or_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("APP_MODEL")

    assert main(["serve"]) == 2
    assert "model: Field required" in capsys.readouterr().err


def test_skew_is_exit_code_1_when_a_column_moved(
    tmp_path: Path, bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = sample_rows(bundle.manifest, 2000)
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in bundle.names}
    frame = pl.DataFrame(columns).with_columns(prediction=pl.Series(bundle.predict(columns).values))
    frame.with_columns(price=pl.lit(99.0)).write_parquet(tmp_path / "log.parquet")

    assert main(["skew", str(tmp_path / "log.parquet")]) == 1
    assert "over 0.2" in capsys.readouterr().out
    assert main(["skew", str(tmp_path / "log.parquet"), "--limit", "100"]) == 0


def test_the_description_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert "/predict" in json.loads(capsys.readouterr().out)["paths"]


def test_the_schema_of_the_brief_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Brief"


def test_alerts_and_dashboard_are_written(place: Path) -> None:
    assert main(["alerts"]) == 0
    assert yaml.safe_load((place / "monitoring/alerts.yaml").read_text())["groups"]
    assert json.loads((place / "monitoring/dashboard.json").read_text())["panels"]


def test_a_project_adds_a_command(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "src").mkdir()
    (place / "src" / "commands_of_a_market.py").write_text(HOOKS)
    (place / "project.yaml").write_text("version: 1\ncommands: [commands_of_a_market:add]\n")
    monkeypatch.setenv("APP_PORT", "81")

    assert main(["port"]) == 81


ROWS_CSV = "opened,guests,rain,size,drink\n2026-03-02T08:00,3,,large,tea\n2026-03-02T09:00,4,1.5,small,mate\n"


@pytest.fixture
def begun(place: Path, cafes: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the repository without a model, whose brief nobody agreed on, and a bundle of two labels."""
    monkeypatch.delenv("APP_MODEL")
    write_brief(place, metric="TODO", proposed=True, min_gain=0.0)
    (place / "settings.toml").write_text("# How it runs here.\nqueue = 32\n")
    return cafes["binary"]


def test_a_repository_begins_with_any_bundle(place: Path, begun: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "rows.csv").write_text(ROWS_CSV)

    assert main(["check"]) == 2, "no model is named"
    assert main(["begin", "--bundle", str(begun), "rows.csv"]) == 0
    said = capsys.readouterr().out
    assert "rows.csv: 2 rows are predicted." in said
    assert re.search(r"Open: brief\.yaml:\d+: objective\.requirement\.proposed", said)
    assert main(["check"]) == 0
    assert (place / "settings.toml").read_text().startswith("# How it runs here.\nqueue = 32\nmodel = ")


def test_a_proposed_threshold_is_told_and_refused_in_production(
    place: Path, begun: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["begin", "--bundle", str(begun)]) == 0
    assert main(["check"]) == 0
    assert "told  objective.requirement.threshold" in capsys.readouterr().out
    (place / ".goldenpath.yaml").write_text("lifecycle: production\n")

    assert main(["check"]) == 1
    assert main(["serve"]) == 1
    assert "is only proposed" in capsys.readouterr().out


def test_a_brief_that_people_agreed_on_is_exit_code_1(
    place: Path, begun: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_brief(place, metric="mae", min_gain=0.0)

    assert main(["begin", "--bundle", str(begun)]) == 1
    assert "+    metric: wape" in capsys.readouterr().out
    assert main(["check"]) == 1
    assert main(["begin", "--bundle", str(begun), "--force"]) == 0
    assert main(["check"]) == 0


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (ROWS_CSV.replace("guests", "people"), "has no column guests"),
        (ROWS_CSV.replace("large", "huge"), "size is none of"),
        (ROWS_CSV.replace("08:00", "08:00Z"), "opened must be times"),
        ("", "can't be read"),
    ],
)
def test_rows_that_dont_fit_are_exit_code_2(
    place: Path, begun: Path, rows: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "rows.csv").write_text(rows)

    assert main(["begin", "--bundle", str(begun), "rows.csv"]) == 2
    assert reason in capsys.readouterr().err
