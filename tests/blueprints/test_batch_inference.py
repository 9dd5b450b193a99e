from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from goldenpath.cli.main import main

TOP = Path(__file__).resolve().parents[2]
BLUEPRINTS = TOP / "blueprints"


@pytest.mark.parametrize("road", ["batch-inference", "realtime-serving"])
def test_the_settings_let_in_the_shipped_model_and_no_other(road: str) -> None:
    settings = (BLUEPRINTS / road / "parts/settings.toml.jinja").read_text(encoding="utf-8")
    (digest,) = re.findall(r'"models/departures#sha256=([0-9a-f]{64})"', settings)

    (sums,) = [path.read_bytes() for path in (BLUEPRINTS / "_departures/template/models").glob("*/SHA256SUMS")]

    assert hashlib.sha256(sums).hexdigest() == digest, "after scripts/sample_bundle.py, put the new digest here"


def test_the_roads_run_the_same_versions_of_what_they_share() -> None:
    def pins(name: str) -> dict[str, set[str]]:
        lines = (BLUEPRINTS / name / "constraints.txt").read_text(encoding="utf-8").splitlines()
        found: dict[str, set[str]] = {}
        for line in (line for line in lines if "==" in line):
            found.setdefault(re.split("==", line)[0], set()).add(line)
        return found

    training, batch = pins("training"), pins("batch-inference")

    assert len(batch) > 20
    assert {name: batch[name] for name in batch if training.get(name) != batch[name]} == {}


@pytest.mark.parametrize(
    "answers",
    [
        [],
        ["input_ready=08:59", "deadline=09:00", "max_bad_row_share=0"],
        ["input_ready=23:30"],  # due an hour later, past midnight
    ],
)
def test_the_project_keeps_its_promises_whatever_is_demanded_of_it(answers: list[str], tmp_path: Path) -> None:
    words = [word for answer in answers for word in ("--data", answer)]
    repo = tmp_path / "repo"
    assert main(["new", "batch-inference", str(repo), "--defaults", "--no-lock", "--no-git", *words]) == 0
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("APP_", "COV_", "PYTEST_"))}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests"],
        cwd=repo,
        env={**kept, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shipped_panel_is_what_the_features_of_training_give(tmp_path: Path) -> None:
    training, panel = tmp_path / "training", tmp_path / "panel"
    assert main(["new", "training", str(training), "--defaults", "--no-lock", "--no-git"]) == 0
    shipped = BLUEPRINTS / "batch-inference/template/data/{% if example %}panel{% endif %}"
    script = BLUEPRINTS / "batch-inference/template/scripts/{% if example %}derive_panel.py{% endif %}"
    words = [sys.executable, str(script), "data/departures.parquet", str(panel), "--since", "2013-12-27"]

    subprocess.run(words, cwd=training, env={**os.environ, "PYTHONPATH": "src"}, check=True)

    found = [{path.relative_to(top): path.read_bytes() for path in top.rglob("*.parquet")} for top in (shipped, panel)]
    assert found[0] == found[1]
