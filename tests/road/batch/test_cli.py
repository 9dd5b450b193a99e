import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from {{ package_name }} import commands
from {{ package_name }}.brief import Brief
from {{ package_name }}.cli import main
from {{ package_name }}.config import BatchSettings
from {{ package_name }}.errors import UserError
from {{ package_name }}.partitions import Partition
from {{ package_name }}.planning import plan
from {{ package_name }}.scoring import Outcome, Scorer

from .conftest import rows_of


@pytest.fixture(autouse=True)
def elsewhere(settings: BatchSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep artifacts out of the repository, whatever the environment says."""
    monkeypatch.setenv("APP_ARTIFACTS", str(settings.artifacts))
    monkeypatch.setenv("APP_PANEL", str(settings.panel))
    monkeypatch.setenv("APP_MODEL", settings.model)
    monkeypatch.setenv("APP_DUE", "window")
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.setenv("APP_BRIEF", str(brief_with(tmp_path, "08:00", "09:00", 0.01)))


def brief_with(folder: Path, input_ready: str, deadline: str, share: float) -> Path:
    brief = yaml.safe_load(Path("brief.yaml").read_text())
    brief["objective"]["requirement"] |= {"threshold": 1.0, "min_gain": 0.0}
    brief["quality_attributes"]["batch"] = {
        "input_ready": input_ready,
        "deadline": deadline,
        "max_bad_row_share": share,
    }
    (folder / "brief.yaml").write_text(yaml.safe_dump(brief))
    return folder / "brief.yaml"


def test_done_is_exit_code_0_and_leaves_a_report(
    settings: BatchSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score"]) == 0
    assert main(["score", "--since", "2013-12-20"]) == 0

    said = capsys.readouterr().out
    assert "scored       288 rows of 4 partitions" in said
    assert "done before  2 partitions" in said
    assert said.endswith("done\n")
    written = sorted(path.name for path in (settings.artifacts / "report").iterdir())
    assert written == ["metrics.prom", "report.html", "report.json"]


def test_too_much_bad_input_is_exit_code_1(
    settings: BatchSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rows_of(settings.panel, "2013-12-18").with_columns(pl.lit("LAX").alias("airport"))
    rows.write_parquet(settings.panel / "day=2013-12-18" / "panel.parquet")
    (settings.panel / "day=2013-12-19" / "panel.parquet").unlink()

    assert main(["score"]) == 1

    said = capsys.readouterr().out
    assert "72 x airport is none of EWR, JFK, LGA" in said
    assert "day=2013-12-19: holds no Parquet file" in said


def test_a_refused_model_is_exit_code_2(
    tmp_path: Path,
    settings: BatchSettings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("APP_MODEL", str(tmp_path / "gone"))

    assert main(["score"]) == 2
    assert "gone is not a whole bundle" in capsys.readouterr().err
    assert not (settings.artifacts / "predictions").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_WORKERS", "0"),
        ("APP_ENGINE", "spark"),
        ("APP_TIMEZONE", "Mars/Base"),
        ("APP_PANEL", "gone"),
        ("APP_BRIEF", "gone.yaml"),
    ],
)
def test_a_wrong_setting_is_exit_code_2(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)

    assert main(["score"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_missed_deadline_is_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    brief_with(tmp_path, "00:00:00", "00:00:01", 0.01)
    monkeypatch.setenv("APP_DUE", "clock")

    assert main(["score"]) == 3
    assert "deadline missed" in capsys.readouterr().out


def test_an_interrupt_is_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("{{ package_name }}.batch.score", interrupted)

    assert main(["score"]) == 130
    assert "goes on from here" in capsys.readouterr().err


def test_a_plan_says_how_long_and_leaves_nothing(
    settings: BatchSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan"]) == 0
    assert "288 in 4 partitions" in capsys.readouterr().out
    assert main(["plan", "--rows", "9_000_000_000_000", "--partitions", "2"]) == 1
    assert "doesn't fit" in capsys.readouterr().out
    assert not settings.artifacts.exists()


def test_a_plan_tells_rows_from_partitions(settings: BatchSettings, brief: Brief) -> None:
    """Three measurements: a first one that warms up, then small partitions, then large ones."""
    moments = iter([0.0, 9.0, 10.0, 10.4, 20.0, 20.4 + 16_383 * 4 / 100_000])

    two = settings.model_copy(update={"workers": 2})
    result = plan(two, brief, rows=1_000_000, partitions=10, timer=lambda: next(moments))

    assert result.seconds_per_partition == pytest.approx(0.1)
    assert result.rows_per_second == pytest.approx(100_000)
    assert result.duration.total_seconds() == pytest.approx(11)


def test_a_plan_measures_what_is_really_scored(
    settings: BatchSettings, brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = []
    real = Scorer.__call__

    def watched(self: Scorer, partition: Partition) -> Outcome:
        outcomes.append(real(self, partition))
        return outcomes[-1]

    monkeypatch.setattr(Scorer, "__call__", watched)
    plan(settings, brief)

    assert not any(outcome.reused for outcome in outcomes)
    assert {outcome.record.scored for outcome in outcomes} == {1, 16_384}


def test_rows_alone_are_spread_over_partitions_like_those_of_the_panel(
    settings: BatchSettings, brief: Brief
) -> None:
    assert plan(settings, brief, rows=72_000).partitions == 1000


def test_a_plan_needs_something_to_measure(settings: BatchSettings, brief: Brief) -> None:
    for file in settings.panel.glob("*/panel.parquet"):
        file.write_bytes(b"")

    with pytest.raises(UserError, match="nothing can be measured"):
        plan(settings, brief)


def test_a_plan_fits_when_it_is_within_the_window(settings: BatchSettings, brief: Brief) -> None:
    result = plan(settings, brief, rows=1)

    assert result.fits == (result.duration <= result.window)
    assert result.window >= timedelta(minutes=1)


def test_inspect_prints_the_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect"]) == 0
    assert "# Model card" in capsys.readouterr().out


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Brief"


def test_alerts_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "monitoring").mkdir()
    monkeypatch.chdir(tmp_path)

    assert main(["alerts"]) == 0
    assert yaml.safe_load((tmp_path / "monitoring/alerts.yaml").read_text())["groups"]


@pytest.mark.parametrize("words", [["score", "--since", "soon"], ["plan", "--rows", "0"], []])
def test_a_wrong_command_line_is_exit_code_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)

    assert caught.value.code == 2
