"""Holds the project to its promises: panel, model, brief and alerts go together."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from road.batch import is_enforced
from road.core.brief import Brief, read_brief

PANEL = Path("data/panel")
KEYS = ["airport", "hour"]
CLOSE = 1e-5


def run(command: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this repository, with these settings and those of settings.toml."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    words = [sys.executable, "-m", "road.batch", command]
    return subprocess.run(  # noqa: S603 - our own interpreter
        words, cwd=cwd, env=kept | settings, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def brief() -> Brief:
    return read_brief(Path("brief.yaml"))


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Score the whole panel with the model of the settings."""
    folder = tmp_path_factory.mktemp("artifacts")
    done = run("score", Path(), APP_PANEL=str(PANEL), APP_ARTIFACTS=str(folder), APP_DUE="window")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    return pl.read_parquet(PANEL / "*" / "*.parquet", hive_partitioning=False)


@pytest.fixture(scope="module")
def predictions(artifacts: Path) -> pl.DataFrame:
    files = artifacts / "predictions" / "*" / "predictions.parquet"
    return pl.read_parquet(files, hive_partitioning=False)


def test_the_panel_is_scored_whole_and_on_time(artifacts: Path, panel: pl.DataFrame) -> None:
    report: dict[str, Any] = json.loads((artifacts / "report" / "report.json").read_bytes())

    assert (report["verdict"], report["left"]) == ("done", 0)
    assert report["counts"]["scored"] == panel.height
    assert report["reasons"] == {}
    assert report["finished"] < report["due"]


def test_every_row_has_one_prediction(panel: pl.DataFrame, predictions: pl.DataFrame) -> None:
    assert predictions.select(KEYS).sort(KEYS).equals(panel.select(KEYS).sort(KEYS))
    assert predictions["prediction"].is_finite().all()


def test_a_row_gets_the_prediction_that_training_made_of_it(
    panel: pl.DataFrame, predictions: pl.DataFrame
) -> None:
    examples: list[Any] = json.loads(Path("models/examples.json").read_bytes())
    names = list(examples[0]["row"])
    known = pl.DataFrame([{**each["row"], "expected": each["prediction"]} for each in examples])
    known = known.cast({name: panel.schema[name] for name in names})

    both = panel.join(known, on=names, nulls_equal=True).join(predictions, on=KEYS)

    assert both.height > 0, "no row of the panel is an example"
    apart = (both["prediction"] - both["expected"]).abs() / (1 + both["expected"])
    assert apart.to_list() == pytest.approx([0] * both.height, abs=CLOSE)


def test_the_package_is_there_for_hooks(brief: Brief) -> None:
    assert importlib.import_module(brief.project.replace("-", "_"))


def test_every_number_of_the_brief_is_enforced(brief: Brief) -> None:
    idle = [path for path in brief.demands() if not is_enforced(path)]

    assert idle == [], "enforce these, or take them out of the brief"


def test_the_alerts_are_those_of_the_brief(tmp_path: Path) -> None:
    for name in ("brief.yaml", "project.yaml", "settings.toml"):
        shutil.copy(name, tmp_path)

    done = run("alerts", tmp_path)

    assert done.returncode == 0, done.stderr
    made = (tmp_path / "monitoring" / "alerts.yaml").read_text()
    assert made == Path("monitoring/alerts.yaml").read_text(), "run `make alerts`"


def test_decisions_and_evidence_exist(brief: Brief) -> None:
    concerns = brief.concerns
    named = [each.evidence for each in (concerns.privacy, concerns.ethics)]
    named += [concerns.regulation.evidence, concerns.security.evidence, *brief.decisions]

    assert [path for path in named if not Path(path).is_file()] == []
