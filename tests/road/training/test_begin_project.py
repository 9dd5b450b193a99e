from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from road.core.documents import Loader
from road.core.project import Project, read_project
from road.training.begin_profile import Profile, Wishes, profile
from road.training.begin_project import managed, only_adds, project_text

from tests.road.training.begins import BARE, patients

HOOKED = """\
version: 1
task: forecasting
keys: [shop, hour]
time: {column: hour, step: 1h}
target: {column: sales, minimum: 0}
columns:
  shop: {type: category, values: [a, b]}
  hour: {type: datetime}
  sales: {type: number}
features: team.features:build
inputs:
  lag: {type: number}
split: {by: time, test: 8d} # the newest
model: team.model:model
baselines: {before: lag}
commands: [team.commands:add] # ours
"""


def found(frame: pl.DataFrame | None = None, **wishes: Any) -> Profile:
    return profile(patients() if frame is None else frame, Wishes(target="returns", **wishes))


def read(folder: Path, text: str) -> Project:
    (folder / "project.yaml").write_text(text, encoding="utf-8")
    return read_project(folder / "project.yaml")


def content(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(text, Loader)  # noqa: S506 - the road's, which is a safe one
    return loaded


def test_a_new_declaration_says_what_it_is_and_is_read_by_the_road(tmp_path: Path) -> None:
    text, gone = project_text(BARE, found(keys=("patient",)))

    project = read(tmp_path, text)
    assert project.task == "binary"
    assert project.columns["pulse"].nullable
    assert gone == []
    assert text.startswith("# What this is about.\nversion: 1\ntask: binary\nkeys: [patient] # name a row\n")
    assert "`begin` writes the rest" not in text
    assert "  note: ignore # 400 different texts in 400 rows\n" in text
    for said in ("# What the data must hold", "# Made of a row's own values", "# The rows that training never sees"):
        assert f"\n\n{said}" in text


def test_written_twice_it_is_the_same_text() -> None:
    once, _ = project_text(BARE, found())

    assert project_text(once, found()) == (once, [])


def test_what_people_wrote_stays_when_other_rows_come() -> None:
    text, _ = project_text(BARE, found())
    edited = text.replace("  age: {", "  # As of admission.\n  age: {").replace(
        "\nsplit", "\nmodel: team.model:ours # ours\nsplit"
    )

    again, gone = project_text(edited, found(patients().with_columns(pl.col("age") * 10, new=pl.col("age") % 7)))

    assert "  # As of admission.\n  age: {type: number, range: [0, 1320]}" in again
    assert "model: team.model:ours # ours" in again
    assert "  new: {type: number, range: [0, 9]}" in again
    assert gone == []


def test_a_column_that_is_gone_goes_from_the_declaration() -> None:
    text, _ = project_text(BARE, found())

    assert "  ward:" not in project_text(text, found(patients().drop("ward")))[0]


def test_what_was_about_other_data_is_taken_out_and_named(tmp_path: Path) -> None:
    text, gone = project_text(HOOKED, found())

    assert sorted(gone) == ["baselines", "features", "inputs", "model"]
    assert "commands: [team.commands:add] # ours" in text
    assert "# the newest" not in text
    assert read(tmp_path, text).time is None


def test_the_hooks_of_the_same_target_stay() -> None:
    same = patients().rename({"returns": "sales"}).with_columns(sales=pl.col("stay"))

    text, gone = project_text(HOOKED, profile(same, Wishes(target="sales", task="regression")))

    assert gone == []
    assert content(text)["inputs"] == {"lag": {"type": "number"}}
    assert content(text)["model"] == "team.model:model"


@pytest.mark.parametrize(
    "value", ["1", "yes", "null", "1:30", "2026-01-31", "a, b", "- x", "#", "é", "1e3", "~", '"', "0x1F"]
)
def test_values_and_names_that_yaml_reads_otherwise_come_back_as_they_were(tmp_path: Path, value: str) -> None:
    frame = patients().with_columns(
        pl.when(pl.col("ward") == "east").then(pl.lit(value)).otherwise("ward").alias(value)
    )

    project = read(tmp_path, project_text(BARE, found(frame))[0])

    assert value in project.columns
    assert value in project.columns[value].values


def test_what_begin_writes_is_told_apart_from_what_people_add() -> None:
    text, _ = project_text(BARE, found())

    assert managed(content(text)) == managed(content(text + "model: team.model:ours\n# A comment.\n"))
    assert managed(content(text)) != managed(content(text.replace("test: 0.2", "test: 0.3")))


def test_only_what_loses_nothing_merely_adds() -> None:
    after = content(project_text(BARE, found())[0])

    assert only_adds(content(BARE), after)
    assert only_adds({"version": 1, "task": "regression", "columns": {"note": "ignore"}}, after)
    assert not only_adds({"columns": {"age": "ignore"}}, after)
    assert not only_adds({"keys": ["patient"]}, after)
