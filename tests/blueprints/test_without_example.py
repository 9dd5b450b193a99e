"""A repo that comes without the worked example: nothing of it is there, and no statement stands that nobody made."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldenpath import _yaml
from goldenpath.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

WORDS = re.compile(r"(?i)departures?|airports?|(?<!n[ _])flights?\b|\bEWR\b|\bJFK\b|weather|de-icing|crews?\b|runway")
MADE_FOR_DEPARTURES = (
    "no single person",
    "No rule for automated decisions",
    "nobody can be recognised in it",
    "Rows count",
)
ALL = [
    *(("training", {"task": task}) for task in ("binary", "multiclass", "regression")),
    *((name, {"example": "false"}) for name in ("training", "batch-inference", "realtime-serving")),
    ("training", {"task": "forecasting", "example": "false", "framework": "pytorch"}),
]
OF_PEOPLE = {"personal_data": "true", "privacy_position": "Contract of care: kept for ten years"}


def render(name: str, answers: dict[str, str], folder: Path) -> Path:
    words = [word for key, value in answers.items() for word in ("--data", f"{key}={value}")]
    assert main(["new", name, str(folder), "--defaults", "--no-lock", "--no-git", *words]) == 0
    return folder


@pytest.fixture(scope="module", params=ALL, ids=lambda each: "-".join([each[0], *each[1].values()]))
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a repo without the example, in which nothing was begun."""
    name, answers = request.param
    return render(name, answers, tmp_path_factory.mktemp("bare") / "repo")


def run(repo: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with our own environment, which has the road and all that it needs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("APP_", "COV_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, *command],
        cwd=repo,
        env={**kept, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_of_the_example_is_there(bare: Path) -> None:
    files = [path for path in bare.rglob("*") if path.is_file() and "road" not in path.relative_to(bare).parts]
    said = {str(path.relative_to(bare)): WORDS.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {path: words for path, words in said.items() if words} == {}
    assert len(files) < 40


def test_positions_are_open_until_somebody_takes_them(bare: Path) -> None:
    concerns = _yaml.load((bare / "brief.yaml").read_text(encoding="utf-8"))["concerns"]

    assert [name for name, each in concerns.items() if each["position"].startswith("TODO")] == [
        *("privacy", "ethics", "regulation")
    ]


@pytest.mark.parametrize("name", ["training", "batch-inference", "realtime-serving"])
def test_with_personal_data_the_legal_basis_is_asked_and_the_rest_is_open(name: str, tmp_path: Path) -> None:
    repo = render(name, {"example": "false", **OF_PEOPLE}, tmp_path / "repo")
    concerns = _yaml.load((repo / "brief.yaml").read_text(encoding="utf-8"))["concerns"]

    assert concerns["privacy"]["position"] == OF_PEOPLE["privacy_position"]
    assert concerns["ethics"]["position"].startswith("TODO")
    assert concerns["regulation"]["position"].startswith("TODO")


@pytest.mark.parametrize("name", ["training", "batch-inference", "realtime-serving"])
def test_what_is_said_of_departures_is_said_of_no_person(name: str, tmp_path: Path) -> None:
    usual = (render(name, {}, tmp_path / "usual") / "brief.yaml").read_text(encoding="utf-8")
    people = (render(name, OF_PEOPLE, tmp_path / "people") / "brief.yaml").read_text(encoding="utf-8")

    assert any(said in usual for said in MADE_FOR_DEPARTURES)
    assert [said for said in MADE_FOR_DEPARTURES if said in people] == []


def test_what_is_answered_stands_in_the_brief(tmp_path: Path) -> None:
    answers = {"ethics_position": "Nurses decide; a call harms nobody", "regulation_position": "Data protection law"}

    concerns = _yaml.load(
        (render("training", {"task": "binary", **answers}, tmp_path / "repo") / "brief.yaml").read_text()
    )["concerns"]

    assert concerns["ethics"]["position"] == answers["ethics_position"]
    assert concerns["regulation"]["position"] == answers["regulation_position"]


def test_before_it_is_begun_the_tests_pass_and_say_what_they_wait_for(bare: Path) -> None:
    done = run(bare, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider", "tests/test_project.py")

    assert done.returncode == 0, done.stdout
    assert "run `begin`" in done.stdout
    assert " passed" in done.stdout


def test_its_python_is_clean_and_formatted(bare: Path) -> None:
    assert run(bare, "-m", "ruff", "check", "--no-cache").stdout == "All checks passed!\n"
    assert run(bare, "-m", "ruff", "format", "--check", "--no-cache").returncode == 0


def test_the_example_is_a_forecast_and_of_no_other_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--defaults", "--no-lock", "--no-git", "--data", "task=binary", "--data", "example=true")

    assert main(["new", "training", str(tmp_path / "repo"), *words]) == 2

    assert "The example is a forecast" in capsys.readouterr().err


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a training repo that was begun with rows of an invented shop, in the order of time."""
    folder = tmp_path_factory.mktemp("begun")
    shop(folder).write_parquet(folder / "days.parquet")
    repo = render("training", {"task": "regression"}, folder / "repo")
    words = ("--target", "sales", "--task", "regression", "--time", "day")
    done = run(repo, "-m", "road.training", "begin", str(folder / "days.parquet"), *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return repo


def shop(folder: Path) -> pl.DataFrame:
    assert folder.is_dir()
    chance = np.random.default_rng(5)
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2025, 2, 3), eager=True).cast(pl.Datetime("us"))
    heat, price = chance.normal(15, 6, len(days)).round(1), chance.choice([1.0, 1.2, 1.5, 2.0], len(days))
    sales = (200 + 6 * heat - 60 * price + chance.normal(0, 4, len(days))).round(1)
    return pl.DataFrame({"day": days, "heat": heat, "price": price, "sales": sales})


HOOKS = """
import polars as pl
from pydantic import BaseModel
from sklearn.dummy import DummyRegressor


class NoParameters(BaseModel):
    pass


def constant(parameters: NoParameters, seed: int) -> DummyRegressor:
    return DummyRegressor()


def looks_ahead(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("day").with_columns(next=pl.col("sales").shift(-1).fill_null(0.0))
"""
AHEAD = "features: repo.hooks:looks_ahead\ninputs:\n  heat: {type: number}\n  next: {type: number}\n"


def test_once_it_is_begun_all_its_tests_pass(begun: Path) -> None:
    done = run(begun, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")

    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"price: {type: number, range: [": "price: {type: number, nullable: true, range: ["}, "only_what_has_gaps"),
        ({"heat: {type: number, range: [": "heat: {type: number, x: ["}, "the_contract_refuses"),
        ({"\n# The rows": f"\n{AHEAD}\n# The rows"}, "features_look_at_nothing_later"),
        ({"\n# The rows": "\nmodel: repo.hooks:constant\n\n# The rows"}, "a_training_passes_the_gate"),
        ({"sales:": "sales_again: {type: number, range: [0, 1000]}\n  sales:"}, "no_input_gives_the_target_away"),
    ],
    ids=["gaps that aren't there", "no range", "a feature from the future", "a constant model", "a leaked target"],
)
def test_what_would_mislead_fails_the_repos_own_tests(
    begun: Path, change: dict[str, str], failed: str, tmp_path: Path
) -> None:
    repo = tmp_path / "repo"
    subprocess.run(["cp", "-r", begun, repo], check=True)
    (repo / "src/repo/hooks.py").write_text(HOOKS, encoding="utf-8")
    text = (repo / "project.yaml").read_text(encoding="utf-8")
    for old, new in change.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    text = re.sub(r"x: \[[^\]]*\]", "nullable: false", text)
    (repo / "project.yaml").write_text(text, encoding="utf-8")
    if "sales_again" in text:
        (repo / "data/manifest.json").unlink()
        rows: Any = pl.read_parquet(repo / "data/days.parquet").with_columns(sales_again=pl.col("sales"))
        rows.write_parquet(repo / "data/days.parquet")

    done = run(repo, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")

    assert done.returncode == 1, done.stdout
    assert failed in done.stdout.rpartition("short test summary")[2]
