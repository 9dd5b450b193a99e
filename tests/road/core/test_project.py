from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from road.core.documents import schema_text
from road.core.errors import UserError
from road.core.project import HashSplit, Project, Time, TimeSplit, read_project

ROAD = Path(__file__).resolve().parents[3] / "blueprints/_road/template/road"
WHOLE = """\
version: 1
task: forecasting
keys: [shop, hour]
time: {column: hour, step: 1h, history: 120d}
target: {column: sales, unit: things an hour, minimum: 0}
columns:
  shop: {type: category, values: [north, south]}
  hour: {type: datetime}
  sales: {type: number, range: [0, 60]}
  wind: {type: number, range: [0, 100], nullable: true}
split: {by: time, test: 8w}
features: shop.features:build
"""


def read(folder: Path, text: str) -> Project:
    path = folder / "project.yaml"
    path.write_text(text)
    return read_project(path)


def test_a_declaration_is_read(tmp_path: Path) -> None:
    project = read(tmp_path, WHOLE)

    assert project.columns["wind"].range == (0.0, 100.0)
    assert project.time is not None
    assert project.time.step == timedelta(hours=1)
    assert project.split == TimeSplit(by="time", test=timedelta(weeks=8))


def test_the_smallest_declaration_is_a_version(tmp_path: Path) -> None:
    project = read(tmp_path, "version: 1\n")

    assert not project.keys
    with pytest.raises(UserError, match="no target"):
        project.wanted_target()
    with pytest.raises(UserError, match="no time"):
        project.wanted_time()


def test_the_schema_file_is_that_of_the_code() -> None:
    assert (ROAD / "project.schema.json").read_text() == schema_text(Project), "write it anew: schema project"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("task: fore", "taks: fore", "2: taks: there is no such key; did you mean task?"),
        ("version: 1", "version: 2", "1: version: Input should be 1"),
        ("unit: things", "unti: things", "5: target.unti: there is no such key; did you mean unit?"),
        ("step: 1h", "step: 1 hour", "4: time.step: write a whole number and w, d, h, m or s, such as 56d"),
        ("type: datetime}", "type: datetime, range: [0, 1]}", "8: columns.hour: a datetime has no range"),
        ("range: [0, 60]", "range: [60, 0]", "9: columns.sales: range goes from 60 down to 0"),
        (", values: [north, south]", "", "7: columns.shop: a category names its values"),
        ("keys: [shop, hour]", "keys: [shop, our]", "1: the document: columns doesn't list our"),
        ("test: 8w", "tset: 8w", "11: split.tset: there is no such key"),
        ("by: time", "by: tme", "11: split: by is 'tme', wanted is one of time, hash, group; did you mean time?"),
        (
            "values: [north, south]",
            "values: [north], unknown: east",
            "7: columns.shop: unknown is 'east', which is none",
        ),
        ("values: [north, south]", "values: [north, north]", "7: columns.shop: values names one of them twice"),
        ("shop.features:build", "shop.features", "12: features: 'shop.features' names no Python: write package."),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WHOLE

    with pytest.raises(UserError) as error:
        read(tmp_path, WHOLE.replace(old, new))

    assert f"project.yaml:{said}" in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        read(tmp_path, WHOLE.replace("step: 1h", "step: x").replace("minimum: 0", "minimum: none"))

    assert [line.split(":")[1] for line in str(error.value).splitlines()[1:]] == ["4", "5"]


def test_a_mistake_in_a_list_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"project\.yaml:13: checks\.1: 'two' names no Python"):
        read(tmp_path, WHOLE + "checks: [a.b:c, two]\n")


@pytest.mark.parametrize(
    ("text", "written"), [("8w", "56d"), ("56d", "56d"), ("36h", "36h"), ("90m", "90m"), ("120m", "2h"), ("61s", "61s")]
)
def test_a_duration_is_written_so_that_it_can_be_read_again(text: str, written: str) -> None:
    time = Time.model_validate({"column": "hour", "step": text})

    assert time.model_dump(mode="json")["step"] == written
    assert Time.model_validate_json(time.model_dump_json()) == time


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("features: [{lag: sales}]\n", "13: features.0: this is no transform: name one of date_parts, log, "),
        ("features: [{log: shop}]\n", "features: shop_log is made of shop, which is no number in columns"),
        ("features: [{log: sales}, {log: sales}]\n", "features: sales_log would stand there twice"),
        ("features: [{bins: sales, edges: [3, 2]}]\n", "13: features.0.bins: edges ascend, each once"),
        ("features: [{date_parts: hour, part: [day]}]\n", "13: features.0.date_parts: there is no such key"),
    ],
)
def test_a_transform_that_can_not_be_is_told(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        read(tmp_path, WHOLE.replace("features: shop.features:build\n", "") + "\n" + lines)

    assert said in str(error.value)


def test_row_wise_features_are_declared(tmp_path: Path) -> None:
    features = "features: [{date_parts: hour, parts: [month]}, {log: wind}]\n"

    project = read(tmp_path, WHOLE.replace("features: shop.features:build\n", features))

    assert [name for each in project.transforms for name in each.gives()] == ["hour_month", "wind_log"]


@pytest.mark.parametrize(
    ("split", "read_as"),
    [
        ("{by: hash, on: [shop, hour], test: 0.2}", HashSplit(by="hash", on=("shop", "hour"), test=0.2)),
        ("{by: group, on: shop, test: 0.5}", HashSplit(by="group", on=("shop",), test=0.5)),
        ("{by: time, test: 1w, gap: 1d}", TimeSplit(by="time", test=timedelta(weeks=1), gap=timedelta(days=1))),
        ("shop.splits:split", "shop.splits:split"),
    ],
)
def test_a_split_is_declared_or_named(tmp_path: Path, split: str, read_as: object) -> None:
    project = read(tmp_path, WHOLE.replace("{by: time, test: 8w}", split))

    assert project.split == read_as
