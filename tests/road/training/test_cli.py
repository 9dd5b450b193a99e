import json
from pathlib import Path

import pytest
import yaml

from {{ package_name }} import commands
from {{ package_name }}.cli import main
from {{ package_name }}.runs import latest_run

from .efforts import HOPELESS, POOR


@pytest.fixture(autouse=True)
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep artifacts out of the repository, train quickly, and be content with less."""
    brief = yaml.safe_load(Path("brief.yaml").read_text())
    brief["objective"]["requirement"] |= {"threshold": 1.0, "min_gain": 0.0}
    (tmp_path / "brief.yaml").write_text(yaml.safe_dump(brief))
    monkeypatch.setenv("APP_BRIEF", str(tmp_path / "brief.yaml"))
    monkeypatch.setenv("APP_ARTIFACTS", str(tmp_path / "artifacts"))
    monkeypatch.setenv("APP_PARAMETERS", POOR.model_dump_json())
    monkeypatch.setenv("APP_TRACKING", "false")
    monkeypatch.setattr(commands, "configure", lambda *_: None)


def test_train_promote_status_reproduce_inspect(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    artifacts = tmp_path / "artifacts"

    assert main(["status"]) == 1
    assert main(["train"]) == 0
    run = latest_run(artifacts)
    assert run is not None
    assert main(["promote"]) == 0
    assert main(["status"]) == 0
    assert main(["reproduce", run.id]) == 0
    assert main(["inspect", str(artifacts / "runs" / run.id / "bundle")]) == 0

    said = capsys.readouterr().out
    assert "pass  objective.requirement.threshold" in said
    assert "promoted: wape" in said
    assert "metrics agree" in said
    assert "# Model card" in said
    metrics = (artifacts / "metrics.prom").read_text()
    assert "training_gate_passed{" in metrics
    assert "training_champion_trained_timestamp_seconds{" in metrics


def test_a_failed_gate_is_exit_code_1_and_no_candidate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("APP_BRIEF", "brief.yaml")
    monkeypatch.setenv("APP_PARAMETERS", HOPELESS.model_dump_json())

    assert main(["train"]) == 1
    assert "FAIL  objective.requirement.threshold" in capsys.readouterr().out
    assert not (tmp_path / "artifacts" / "registry").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("APP_DATA", "gone.parquet"), ("APP_BRIEF", "gone.yaml"), ("APP_SEED", "many")],
)
def test_bad_input_is_exit_code_2(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)

    assert main(["train"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_validate_says_how_many_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate"]) == 0
    assert "26280 rows keep the contract" in capsys.readouterr().out


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Brief"


def test_alerts_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "monitoring").mkdir()
    monkeypatch.chdir(tmp_path)

    assert main(["alerts"]) == 0
    assert yaml.safe_load((tmp_path / "monitoring/alerts.yaml").read_text())["groups"]
