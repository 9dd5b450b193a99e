from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
import yaml
from road.core import commands
from road.training.cli import main
from road.training.config import Training
from road.training.runs import latest_run, read_run

from tests.road.briefs import write_brief
from tests.road.training.shops import PROJECT

if TYPE_CHECKING:
    from road.core.commands import Commands

Said = pytest.CaptureFixture[str]
SETTINGS = """
data = "sales.parquet"
tracking = false

[parameters]
trees = 12
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, panel: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a repository: brief, project, settings and data, and no artifacts yet."""
    write_brief(tmp_path)
    panel.write_parquet(tmp_path / "sales.parquet")
    (tmp_path / "project.yaml").write_text(yaml.safe_dump(PROJECT, sort_keys=False))
    (tmp_path / "settings.toml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    return tmp_path


def test_train_promote_status_reproduce_inspect(capsys: Said) -> None:
    artifacts = Path("artifacts")

    assert main(["status"]) == 1
    assert main(["train"]) == 0
    run = latest_run(artifacts)
    assert run is not None
    assert main(["promote"]) == 0
    assert main(["promote"]) == 1
    assert main(["status"]) == 0
    assert main(["reproduce", run.id]) == 0
    assert main(["inspect", str(artifacts / "runs" / run.id / "bundle")]) == 0
    assert main(["inspect", "artifacts/registry#champion"]) == 0

    said = capsys.readouterr().out
    assert "no champion yet: train, then promote" in said
    assert "pass  objective.requirement.threshold" in said
    assert "promoted: mae" in said
    assert "not promoted: the candidate is the champion already" in said
    assert "metrics agree" in said
    assert said.count("# Model card: shop-sales") == 2
    metrics = (artifacts / "metrics.prom").read_text()
    assert "training_gate_passed{" in metrics
    assert "training_champion_trained_timestamp_seconds{" in metrics


def test_runs_are_listed_and_two_of_them_compared(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    assert main(["runs"]) == 0
    assert capsys.readouterr().out == "no run yet: train first\n"
    main(["train"])
    monkeypatch.setenv("APP_PARAMETERS__TREES", "3")
    main(["train"])
    first, second = sorted(path.name for path in Path("artifacts/runs").iterdir())
    capsys.readouterr()

    assert main(["runs"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["run", "started", "metric", "baseline", "gate", "bundle"]
    assert [line.split()[0] for line in lines] == [first, second]
    assert read_run(Path("artifacts"), second).digest[:16] in lines[1]

    assert main(["runs", first, second]) == 0
    said = capsys.readouterr().out
    told = {line[:32].strip(): line[32:].split() for line in said.splitlines()}
    assert told["parameter trees"] == ["12", "3"]
    assert {"mae", "bundle"} < set(told)
    assert "seed" not in told
    assert "more facts are the same" in said

    assert main(["runs", first]) == 2
    assert main(["runs", first, "gone"]) == 2
    assert "there is no run gone; known: " in capsys.readouterr().err


def test_what_is_told_stops_nothing(place: Path, capsys: Said) -> None:
    write_brief(place, threshold=0.01, proposed=True)

    assert main(["train"]) == 0
    assert "told  objective.requirement.threshold: " in capsys.readouterr().out
    assert main(["promote"]) == 0


def test_a_failed_gate_is_exit_code_1_and_no_candidate(place: Path, capsys: Said) -> None:
    write_brief(place, threshold=0.01)

    assert main(["train"]) == 1
    assert "FAIL  objective.requirement.threshold" in capsys.readouterr().out
    assert not Path("artifacts/registry").exists()


def test_a_champion_that_is_too_old_is_exit_code_1(capsys: Said) -> None:
    main(["train"])
    main(["promote"])
    file = Path("artifacts/registry/aliases.json")
    aliases = json.loads(file.read_text())
    aliases["champion"]["trained"] = "2020-01-01T00:00:00Z"
    file.write_text(json.dumps(aliases))

    assert main(["status"]) == 1
    assert "the champion is older than 30 days" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "value"), [("APP_PARAMETERS__TREES", "9"), ("APP_PARAMETERS", '{"trees": 9}')])
def test_a_parameter_comes_from_the_environment(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    main(["train"])

    (run,) = Path("artifacts/runs").iterdir()
    assert read_run(Path("artifacts"), run.name).parameters == {"trees": 9}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("APP_DATA", "gone.parquet", "gone.parquet can't be read"),
        ("APP_BRIEF", "gone.yaml", "gone.yaml can't be read"),
        ("APP_SEED", "many", "settings are wrong: seed: "),
        ("APP_SEDE", "3", "APP_SEDE is no setting; did you mean APP_SEED?"),
        ("APP_PARAMETERS__TREE", "9", "parameters.tree: there is no such parameter; did you mean trees?"),
        ("APP_PARAMETERS__TREES", "few", "parameters.trees: Input should be a valid integer"),
        ("APP_PARAMETERS", '{"leaves": 3}', "parameters.leaves: there is no such parameter"),
    ],
)
def test_bad_input_is_exit_code_2(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    monkeypatch.setenv(name, value)

    assert main(["train"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert not Path("artifacts").exists()


def test_validate_says_how_many_rows(capsys: Said) -> None:
    assert main(["validate"]) == 0
    assert capsys.readouterr().out == "sales.parquet: 1440 rows keep the contract\n"


def test_alerts_are_written() -> None:
    assert main(["alerts"]) == 0
    assert yaml.safe_load(Path("monitoring/alerts.yaml").read_text())["groups"]


def add_count(known: Commands) -> None:
    """Give the project's own command."""
    known.add("count", _count, "Count the rows.").add_argument("--twice", action="store_true")


def _count(options: argparse.Namespace, repository: Training) -> int:
    height = pl.read_parquet(repository.settings.data).height
    sys.stdout.write(f"{height * 2 if options.twice else height}\n")
    return 0


def test_a_command_of_the_project_s_own_stands_beside_them(place: Path, capsys: Said) -> None:
    declared = {**PROJECT, "commands": ["tests.road.training.test_cli:add_count"]}
    (place / "project.yaml").write_text(yaml.safe_dump(declared, sort_keys=False))

    assert main(["count", "--twice"]) == 0
    assert main(["validate"]) == 0
    assert capsys.readouterr().out == "2880\nsales.parquet: 1440 rows keep the contract\n"


def test_the_module_is_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "road.training", "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert "reproduce" in done.stdout
