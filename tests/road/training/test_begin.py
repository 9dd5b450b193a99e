from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from road.core.brief import read_brief
from road.core.project import read_project
from road.training.cli import main

from tests.road.training.begins import begin, make_repository, patients
from tests.road.training.shops import make_panel


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return make_repository(folder)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    patients().write_csv(tmp_path / "stays.csv")
    return tmp_path / "stays.csv"


def texts(folder: Path) -> dict[str, str]:
    names = ("project.yaml", "brief.yaml", "settings.toml", "data/README.md", "data/manifest.json")
    return {name: (folder / name).read_text(encoding="utf-8") for name in names if (folder / name).is_file()}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_from_a_file_to_a_champion_no_file_is_edited_by_hand(
    repo: Path, rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert begin(rows, "--target", "returns", "--key", "patient") == 0
    assert main(["validate"]) == 0
    assert main(["train"]) == 0
    assert main(["promote"]) == 0

    said = capsys.readouterr().out
    assert "binary of returns" in said
    assert "ignored: note: 400 different texts in 400 rows" in said
    assert (
        "wrote data/stays.parquet, project.yaml, data/README.md, settings.toml, brief.yaml, data/manifest.json" in said
    )
    assert "next: read project.yaml" in said
    assert "uv run shop-sales train" in said
    assert (repo / "artifacts/registry/aliases.json").is_file()


def test_it_says_what_it_left_open_and_where(repo: Path, rows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(repo / "brief.yaml", "Head of shops", "'TODO: who answers for it?'")
    begin(rows, "--target", "returns")

    said = capsys.readouterr().out
    line = next(at for at, line in enumerate((repo / "brief.yaml").read_text().splitlines(), 1) if "TODO" in line)
    assert f"brief.yaml, line {line}: what only people know" in said
    assert "data/README.md, lines" in said
    assert "brief.yaml, threshold: proposed from the baseline" in said


def test_what_is_written_says_what_was_found(repo: Path, rows: Path) -> None:
    begin(rows, "--target", "returns", "--positive", "no")

    manifest = json.loads((repo / "data/manifest.json").read_text())
    page = (repo / "data/README.md").read_text()
    assert (manifest["file"], manifest["rows"], manifest["source"]) == ("stays.parquet", 400, "stays.csv")
    assert len(manifest["sha256"]) == 64
    assert 'data = "data/stays.parquet" # where the data is\n' in (repo / "settings.toml").read_text()
    assert "| `returns` | category | the target; no, yes |" in page
    assert "missing in 58 rows" in page
    assert "**Source:** stays.csv. TODO" in page
    assert pl.read_parquet(repo / "data/stays.parquet").columns == [
        *("admitted", "ward", "age", "stay", "pulse", "returns")
    ], "what is ignored is not copied"
    target = read_project(repo / "project.yaml").target
    assert target is not None
    assert target.positive == "no"


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("returns", ("roc_auc", "higher", "prior", 0.525)),
        ("ward", ("balanced_accuracy", "higher", "majority", 0.35)),
        ("stay", ("mae", "lower", "median", None)),
    ],
)
def test_the_brief_is_proposed_by_the_task_and_the_rest_of_it_stays(
    repo: Path, rows: Path, target: str, wanted: tuple[Any, ...]
) -> None:
    before = (repo / "brief.yaml").read_text()
    begin(rows, "--target", target)

    asked = read_brief(repo / "brief.yaml").objective.requirement
    assert (asked.metric, asked.direction, asked.baseline) == wanted[:3]
    assert asked.proposed
    assert asked.min_gain == 0.05
    assert asked.threshold == pytest.approx(wanted[3]) if wanted[3] else 1 < asked.threshold < 5
    managed = ("metric:", "direction:", "threshold:", "proposed:", "baseline:", "min_gain:")
    kept = [
        [line for line in text.splitlines() if line.split()[0] not in managed]
        for text in (before, (repo / "brief.yaml").read_text())
    ]
    assert kept[0] == kept[1]


def test_a_forecast_must_beat_the_season_before_and_its_threshold_is_computed(repo: Path, tmp_path: Path) -> None:
    make_panel().write_parquet(tmp_path / "sales.parquet")

    assert begin(tmp_path / "sales.parquet", "--target", "sales", "--time", "hour", "--key", "shop") == 0

    asked = read_brief(repo / "brief.yaml").objective.requirement
    panel = pl.read_parquet(repo / "data/sales.parquet").sort("shop", "hour")
    test = panel.with_columns(before=pl.col("sales").shift(24).over("shop")).filter(
        pl.col("hour") > panel["hour"].max() - pl.duration(days=6)
    )
    wape = test.select((pl.col("sales") - pl.col("before")).abs().sum() / pl.col("sales").sum()).item()
    assert (asked.metric, asked.baseline) == ("wape", "seasonal_naive")
    assert asked.threshold == pytest.approx(wape * 0.95, rel=1e-3)


def test_run_again_nothing_is_written(repo: Path, rows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(rows, "--target", "returns")
    before = texts(repo)
    capsys.readouterr()

    assert begin(rows, "--target", "returns") == 0

    assert texts(repo) == before
    assert "nothing was written" in capsys.readouterr().out


def test_more_rows_change_what_people_left_as_it_was_and_keep_what_they_added(repo: Path, rows: Path) -> None:
    begin(rows, "--target", "returns", "--key", "patient")
    change(repo / "project.yaml", "\n# What the data", "\nchecks: []\n\n# What the data")
    change(repo / "data/README.md", "**What a row is:** TODO.", "**What a row is:** a stay.")
    change(repo / "brief.yaml", "Head of shops", "Head of wards")
    change(repo / "data/manifest.json", '"source": "stays.csv"', '"source": "the wards\' export", "licence": "ours"')
    more = patients().head(60).with_columns(pl.col("patient").str.replace("P", "Q"), age=120)
    pl.concat([patients(), more.cast({"age": pl.Int64})]).write_csv(rows)

    assert begin(rows, "--target", "returns", "--key", "patient") == 0

    found = texts(repo)
    assert "checks: []" in found["project.yaml"]
    assert "a stay." in found["data/README.md"]
    assert "460 rows" in found["data/README.md"]
    assert "Head of wards" in found["brief.yaml"]
    assert {"rows": 460, "source": "the wards' export", "licence": "ours"}.items() <= json.loads(
        found["data/manifest.json"]
    ).items()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("project.yaml", "test: 0.2", "test: 0.3"),
        ("project.yaml", "  age: {type: number", "  age: {nullable: true, type: number"),
        ("settings.toml", "data/stays.parquet", "data/ours.parquet"),
        ("data/README.md", "the target; no, yes", "the target: came back"),
        ("brief.yaml", "metric: roc_auc", "metric: f1"),
    ],
)
def test_what_people_changed_is_shown_and_written_only_by_force(  # noqa: PLR0913, PLR0917 - what is changed, and where
    repo: Path, rows: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str
) -> None:
    begin(rows, "--target", "returns")
    written = texts(repo)
    change(repo / name, old, new)
    before = texts(repo)
    capsys.readouterr()

    assert begin(rows, "--target", "returns") == 1

    said = capsys.readouterr().out
    assert any(line.startswith("-") and new in line for line in said.splitlines())
    assert f"nothing was written: {name} would lose what was changed there by hand" in said
    assert texts(repo) == before
    assert begin(rows, "--target", "returns", "--force") == 0
    assert texts(repo) == written


def test_an_agreed_requirement_stands_and_the_proposal_is_shown(
    repo: Path, rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(rows, "--target", "returns")
    change(repo / "brief.yaml", "proposed: true", "proposed: false")
    change(repo / "brief.yaml", "threshold: 0.525", "threshold: 0.8")
    agreed = texts(repo)

    assert begin(rows, "--target", "returns") == 0

    assert texts(repo) == agreed
    said = capsys.readouterr().out
    assert "brief.yaml keeps its requirement, which is agreed" in said
    assert "+    threshold: 0.525" in said


def test_a_column_that_people_ignore_in_the_declaration_stays_ignored(repo: Path, rows: Path) -> None:
    begin(rows, "--target", "returns", "--key", "patient")
    text = (repo / "project.yaml").read_text()
    line = next(line for line in text.splitlines() if line.startswith("  pulse:"))
    change(repo / "project.yaml", line, "  pulse: ignore # broken sensor")

    assert begin(rows, "--target", "returns", "--key", "patient") == 0

    assert "  pulse: ignore # broken sensor" in (repo / "project.yaml").read_text()
    assert "pulse" not in pl.read_parquet(repo / "data/stays.parquet").columns


def test_as_the_repository_was_made_all_is_written_freely(repo: Path, rows: Path) -> None:
    make_panel().write_parquet(repo / "sales.parquet")
    (repo / "data").mkdir()
    begin("sales.parquet", "--target", "sales", "--time", "hour", "--key", "shop")
    (repo / "data/manifest.json").unlink()
    change(repo / "brief.yaml", "    proposed: true\n", "")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Start\n\nGoldenpath-Blueprint: training 1.0.0"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *words], check=True, cwd=repo)

    assert begin(rows, "--target", "returns") == 0

    asked = read_brief(repo / "brief.yaml").objective.requirement
    assert asked.proposed
    assert asked.metric == "roc_auc"
    assert "sales" not in texts(repo)["project.yaml"]


def test_parquet_that_lies_in_the_data_folder_is_used_where_it_is(repo: Path) -> None:
    (repo / "data").mkdir()
    patients().write_parquet(repo / "data/stays.parquet")
    before = (repo / "data/stays.parquet").read_bytes()

    assert begin("data/stays.parquet", "--target", "returns") == 0
    assert main(["validate"]) == 0

    assert (repo / "data/stays.parquet").read_bytes() == before
    assert sorted(path.name for path in (repo / "data").iterdir()) == ["README.md", "manifest.json", "stays.parquet"]


def test_what_is_refused_leaves_everything_as_it_was(
    repo: Path, rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts(repo)

    assert begin(rows, "--target", "retrns") == 2

    assert "did you mean returns?" in capsys.readouterr().err
    assert texts(repo) == before
    assert not (repo / "data").exists()


def test_the_task_that_the_repository_was_made_for_holds_unless_another_is_asked_for(
    repo: Path, rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(repo / "project.yaml", "version: 1\n", "version: 1\ntask: regression\n")

    assert begin(rows, "--target", "returns") == 2
    assert "regression wants a number" in capsys.readouterr().err
    assert begin(rows, "--target", "returns", "--task", "binary") == 0
    assert "task: binary\n" in texts(repo)["project.yaml"]
