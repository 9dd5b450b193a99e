"""`begin` names a bundle and a panel, and declares what rows must hold; what people wrote is kept."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from road.batch.cli import main
from road.core import commands
from road.core.bundle import Bundle
from road.core.manifest import Column
from road.core.project import read_project
from road.core.transforms import DateParts

from tests.road.batch.conftest import DAYS, PROJECT, ROWS, Repo, day, make_rows, with_model
from tests.road.briefs import write_brief

SETTINGS = '# how it runs\nlog_level = "info"\npanel = "gone" # where rows are\nmodel = "TODO"\n'
BARE = "# what this is about\nversion: 1\n\ncommands: [] # ours\n"
OPEN = {"metric": "TODO", "direction": "TODO", "threshold": "TODO", "baseline": "TODO"}


@pytest.fixture
def place(repository: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a new repository, which names neither model nor panel and whose brief has open places."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.toml").write_text(SETTINGS)
    (tmp_path / "project.yaml").write_text(BARE)
    write_brief(tmp_path, **OPEN)
    Path("bundle").symlink_to(repository.settings.model)
    return tmp_path


def declared() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path("project.yaml").read_text())
    return found


def test_a_new_repository_scores_after_one_command(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["begin", "--bundle", "bundle", "--key", "shop", "--key", "hour", "panel"]) == 0
    said = capsys.readouterr().out
    assert main(["score"]) == 0

    digest = Bundle.load(place / "bundle").digest
    settings = (place / "settings.toml").read_text()
    assert settings == SETTINGS.replace("TODO", f"bundle#sha256={digest}").replace("gone", "panel")
    assert (place / "project.yaml").read_text().startswith("# what this is about\nversion: 1\n")
    assert "commands: [] # ours" in (place / "project.yaml").read_text()
    assert declared() == {
        "version": 1,
        "commands": [],
        "keys": ["shop", "hour"],
        "time": {"column": "hour"},
        "partitions": {"name": "day", "of": "day"},
        "columns": {
            "shop": {"type": "category", "values": ["north", "south"]},
            "hour": {"type": "datetime"},
            "staff": {"type": "number"},
            "warmth": {"type": "number", "nullable": True},
        },
    }
    assert f"{DAYS} partitions with {DAYS * ROWS} rows; {ROWS} of {ROWS} rows of {day(0)} keep the contract" in said
    assert "next        `plan` and `score`" in said


def test_the_brief_takes_over_what_the_model_was_held_to(place: Path) -> None:
    assert main(["begin", "--bundle", "bundle"]) == 0

    evaluation = Bundle.load(place / "bundle").manifest.evaluation
    asked = yaml.safe_load((place / "brief.yaml").read_text())["objective"]["requirement"]
    assert {name: asked[name] for name in OPEN} == {name: getattr(evaluation, name) for name in OPEN}


def test_what_people_agreed_on_is_shown_and_kept(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_brief(place, threshold=1.5)
    before = (place / "brief.yaml").read_text()

    kept = main(["begin", "--bundle", "bundle"])
    after, said = (place / "brief.yaml").read_text(), capsys.readouterr().out
    forced = main(["begin", "--bundle", "bundle", "--force"])

    assert (kept, forced) == (1, 0)
    assert after == before
    assert "-    threshold: 1.5\n+    threshold: 2.0" in said
    assert yaml.safe_load((place / "brief.yaml").read_text())["objective"]["requirement"]["threshold"] == 2.0


def test_open_places_are_told_with_their_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (place / "brief.yaml").read_text().replace("owner: Head of shops", "owner: TODO")
    (place / "brief.yaml").write_text(text.replace("min_gain: 0.05", "min_gain: 0.05\n    proposed: true"))
    line = 1 + next(at for at, each in enumerate(text.splitlines()) if "owner: TODO" in each)

    assert main(["begin", "--bundle", "bundle"]) == 0

    said = capsys.readouterr().out
    assert f"open        brief.yaml:{line}: objective.owner\n" in said
    assert "objective.requirement.proposed: agree on the threshold" in said
    assert "next        fill in what is open" in said


def test_a_declaration_that_says_otherwise_is_kept(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["begin", "--bundle", "bundle", "panel"])
    edited = (place / "project.yaml").read_text().replace("{type: number}", "{type: number, range: [0, 9]} # ours")
    (place / "project.yaml").write_text(edited)
    capsys.readouterr()

    assert main(["begin", "--bundle", "bundle", "panel"]) == 1
    assert (place / "project.yaml").read_text() == edited
    assert "project.yaml is kept" in capsys.readouterr().out
    assert main(["begin", "--bundle", "bundle", "panel", "--force"]) == 0
    assert declared()["columns"]["staff"] == {"type": "number"}


def test_the_second_time_nothing_changes(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["begin", "--bundle", "bundle", "--key", "shop", "--key", "hour", "panel"]
    main(words)
    names = ("project.yaml", "settings.toml", "brief.yaml")
    before = [(place / name).read_bytes() for name in names]
    capsys.readouterr()

    assert main(words) == 0
    assert main(["begin", "--bundle", "bundle"]) == 0

    assert [(place / name).read_bytes() for name in names] == before
    assert capsys.readouterr().out.count("says so already") == 2 * len(names)


@pytest.mark.usefixtures("place")
def test_keys_and_days_may_come_later() -> None:
    assert main(["begin", "--bundle", "bundle"]) == 0
    first = declared()
    assert main(["begin", "--bundle", "bundle", "--key", "note", "panel"]) == 0

    assert "keys" not in first
    assert declared()["keys"] == ["note"]
    assert declared()["columns"]["note"] == "ignore"
    assert declared()["partitions"] == {"name": "day", "of": "day"}
    assert main(["score"]) == 0


def test_a_project_of_other_data_is_replaced_by_force_alone(place: Path) -> None:
    other = {
        **PROJECT,
        "keys": ["till", "at"],
        "time": {"column": "at"},
        "columns": {"till": {"type": "category", "values": ["a"]}, "at": {"type": "datetime"}, "note": "ignore"},
    }
    (place / "project.yaml").write_text(yaml.safe_dump(other, sort_keys=False))

    assert main(["begin", "--bundle", "bundle", "panel"]) == 1
    assert declared()["keys"] == ["till", "at"]
    assert main(["begin", "--bundle", "bundle", "panel", "--force"]) == 0

    found = declared()
    assert "keys" not in found
    assert found["time"] == {"column": "hour"}
    assert list(found["columns"]) == ["note", "hour", "shop", "staff", "warmth"]
    assert main(["score"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--bundle", "gone"], "gone is not a whole bundle"),
        (["--bundle", "bundle", "gone"], "gone is no folder"),
        (
            ["--bundle", "bundle", "--key", "shp", "panel"],
            "--key shp: the panel has no such column; did you mean shop?",
        ),
        (["--bundle", "bundle", "poor"], "poor: rows can't be scored with this model: staff: the column is missing"),
        (["--bundle", "bundle", "torn"], "torn can't be scored: rows is no whole Parquet file"),
    ],
)
def test_what_can_not_be_begun_with_is_told_and_nothing_is_written(
    place: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    for name in ("poor", "torn"):
        (place / name).mkdir()
    make_rows(0).drop("staff").write_parquet(place / "poor/rows.parquet")
    (place / "torn/rows.parquet").write_bytes(b"PAR1")

    assert main(["begin", *words]) == 2

    assert said in capsys.readouterr().err
    assert ((place / "settings.toml").read_text(), (place / "project.yaml").read_text()) == (SETTINGS, BARE)


def test_rows_that_do_not_keep_the_contract_are_counted(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = make_rows(0).with_columns(shop=pl.when(pl.int_range(pl.len()) > 0).then("shop").otherwise(pl.lit("west")))
    rows.write_parquet(place / f"panel/{day(0)}/panel.parquet")

    assert main(["begin", "--bundle", "bundle", "panel"]) == 0

    said = capsys.readouterr().out
    assert f"{ROWS - 1} of {ROWS} rows" in said
    assert "1 x shop is none of north, south" in said


def test_csv_is_begun_with_as_parquet_is(place: Path) -> None:
    rows = make_rows(0).with_columns(code=pl.Series([f"00{row}" for row in range(ROWS)]), row=pl.int_range(pl.len()))
    rows.write_csv(place / "rows.csv")

    assert main(["begin", "--bundle", "bundle", "--key", "code", "--key", "row", "--key", "hour", "rows.csv"]) == 0
    assert main(["score"]) == 0

    columns = declared()["columns"]
    written = pl.read_parquet(place / "artifacts/predictions/rows/predictions.parquet")
    assert (columns["code"], columns["row"], columns["hour"]) == ("ignore", {"type": "number"}, {"type": "datetime"})
    assert written["code"].to_list() == rows["code"].to_list()
    assert written["row"].to_list() == rows["row"].to_list()
    assert written["hour"][0] == datetime(2026, 3, 1)


def test_names_and_values_that_yaml_reads_otherwise_stand_in_quotes(repository: Repo, place: Path) -> None:
    inputs = [
        Column(name="on", kind="category", values=["no", "1", "a: b"], unknown="no", nullable=True),
        Column(name="size in m", kind="number", range=(-0.5, 1e6)),
        Column(name="seen at", kind="datetime", nullable=True),
    ]
    other = with_model(repository, place, inputs, [DateParts(date_parts="seen at", parts=("hour",))])

    assert main(["begin", "--bundle", other.settings.model]) == 0

    columns = read_project(place / "project.yaml").columns
    assert columns["on"].values == ("no", "1", "a: b")
    assert (columns["on"].unknown, columns["on"].nullable) == ("no", True)
    assert columns["size in m"].range == (-0.5, 1e6)
    assert columns["seen at"].type == "datetime"


def test_an_alias_is_followed(place: Path) -> None:
    registry = place / "registry"
    digest = Bundle.load(place / "bundle").digest
    (registry / "versions").mkdir(parents=True)
    (registry / "versions" / digest[:16]).symlink_to((place / "bundle").resolve())
    (registry / "aliases.json").write_text(f'{{"champion": {{"digest": "{digest}"}}}}')

    assert main(["begin", "--bundle", "registry#champion", "panel"]) == 0

    assert tomllib.loads((place / "settings.toml").read_text())["model"] == "registry#champion"
    assert main(["score"]) == 0
