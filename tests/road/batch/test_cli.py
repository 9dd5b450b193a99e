from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml
from road.batch.cli import main
from road.core import commands

from tests.road.batch.conftest import Change, Repo, day, make_rows
from tests.road.briefs import BRIEF


@pytest.fixture(autouse=True)
def place(repository: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with brief, project and panel, as in a repository of the team's."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.toml").write_text(f'panel = "panel"\nmodel = "{repository.settings.model}"\n')
    return tmp_path


def test_done_is_exit_code_0_and_leaves_a_report(place: Path) -> None:
    assert main(["score"]) == 0

    written = sorted(path.name for path in (place / "artifacts" / "report").iterdir())
    assert written == ["metrics.prom", "report.html", "report.json"]


def test_each_run_says_what_it_did_and_what_was_done_before(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for words in (["score", "--until", "2026-03-02"], ["score"], ["score"]):
        assert main(words) == 0
        said.append(capsys.readouterr().out)

    assert "scored now   48 rows of 2 partitions" in said[0]
    assert "done before  0 rows of 0 partitions" in said[0]
    assert "scored now   48 rows of 2 partitions" in said[1]
    assert "done before  48 rows of 2 partitions" in said[1]
    assert "scored now   0 rows of 0 partitions\n" in said[2]
    assert "done before  96 rows of 4 partitions" in said[2]
    assert [text.splitlines()[-1] for text in said] == ["done"] * 3


def test_too_much_bad_input_is_exit_code_1(place: Path, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
    change(day(0), make_rows(0).with_columns(pl.lit("west").alias("shop")))
    (place / "panel" / day(1) / "panel.parquet").unlink()

    assert main(["score"]) == 1

    said = capsys.readouterr().out
    assert "quarantine   24 rows, 1 partitions" in said
    assert "24 x shop is none of north, south" in said
    assert f"{day(1)}: holds no Parquet or CSV file" in said


def test_a_refused_model_is_exit_code_2(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("APP_MODEL", str(place / "gone"))

    assert main(["score"]) == 2
    assert "gone is not a whole bundle" in capsys.readouterr().err
    assert not (place / "artifacts" / "predictions").exists()


def test_a_model_must_be_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "settings.toml").write_text('panel = "panel"\n')

    assert main(["score"]) == 2
    assert capsys.readouterr().err == "error: settings are wrong: model: Field required\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_WORKERS", "0"),
        ("APP_ENGINE", "spark"),
        ("APP_TIMEZONE", "Mars/Base"),
        ("APP_PANEL", "gone"),
        ("APP_BRIEF", "gone.yaml"),
        ("APP_WORKER", "2"),
    ],
)
def test_a_wrong_setting_is_exit_code_2(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)

    assert main(["score"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_missed_deadline_is_exit_code_3(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = {"input_ready": "00:00:00", "deadline": "00:00:01", "max_bad_row_share": 0.01}
    (place / "brief.yaml").write_text(yaml.safe_dump({**BRIEF, "quality_attributes": {"batch": batch}}))
    monkeypatch.setenv("APP_DUE", "clock")

    assert main(["score"]) == 3
    assert capsys.readouterr().out.endswith("deadline missed\n")


def test_an_interrupt_is_exit_code_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("road.batch.batch.score", interrupted)

    assert main(["score"]) == 130
    assert "goes on from here" in capsys.readouterr().err


def test_a_plan_says_how_long_and_leaves_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan"]) == 0
    assert "96 in 4 partitions" in capsys.readouterr().out
    assert main(["plan", "--rows", "9_000_000_000_000", "--partitions", "2"]) == 1
    assert "doesn't fit" in capsys.readouterr().out
    assert not (place / "artifacts").exists()


def test_inspect_prints_the_card_of_the_model_named(
    place: Path, model_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "settings.toml").write_text('model = "gone"\n')

    assert main(["inspect", str(model_folder)]) == 0
    assert "# Model card: sum" in capsys.readouterr().out
    assert main(["inspect"]) == 2


def test_the_module_runs_the_command_line(place: Path) -> None:
    command = [sys.executable, "-m", "road.batch", "schema", "project"]

    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["title"] == "Project"


def test_alerts_are_written(place: Path) -> None:
    assert main(["alerts"]) == 0
    assert yaml.safe_load((place / "monitoring/alerts.yaml").read_text())["groups"][0]["name"] == "shop-sales"


@pytest.mark.parametrize("words", [["score", "--since", "soon"], ["plan", "--rows", "0"], []])
def test_a_wrong_command_line_is_exit_code_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)

    assert caught.value.code == 2
