"""A panel of CSV is scored as one of Parquet is; what is no value of its type takes its row out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from road.batch.batch import score
from road.batch.partitions import find_partitions
from road.core.errors import UserError

from tests.road.batch.conftest import DAYS, ROWS, Clock, Repo, day, declared, make_rows, told

FORM = "%d.%m.%Y %H:%M"


def as_csv(panel: Path, number: int, **options: Any) -> Path:
    """Write a day of the panel as CSV in place of its Parquet file."""
    (panel / day(number) / "panel.parquet").unlink(missing_ok=True)
    path = panel / day(number) / "panel.csv"
    make_rows(number).write_csv(path, **options)
    return path


def predictions(repository: Repo) -> dict[str, pl.DataFrame]:
    files = sorted((repository.settings.artifacts / "predictions").glob("*/predictions.parquet"))
    return {file.parent.name: pl.read_parquet(file) for file in files}


def test_csv_gives_what_parquet_gives(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    score(repository, now=clock)
    expected = predictions(repository)
    as_csv(repository.settings.panel, 0)
    as_csv(repository.settings.panel, 1, separator=";", datetime_format=FORM)
    as_csv(repository.settings.panel, 2, separator="\t")
    other = told(repository, artifacts=tmp_path / "other")

    report = score(other, now=clock)

    assert (report.counts.scored, report.counts.rows) == (ROWS * DAYS, ROWS * DAYS)
    for name, found in predictions(other).items():
        assert found.equals(expected[name]), name


def test_gaps_of_csv_are_missing_values(repository: Repo, clock: Clock) -> None:
    gaps = ["", "NA", "N/A", "NaN", "null", "None", "?", " "]
    rows = make_rows(0).with_columns(warmth=pl.Series(gaps * (ROWS // len(gaps))))
    as_csv(repository.settings.panel, 0).write_text(rows.write_csv())

    report = score(repository, now=clock)

    assert report.reasons == {}
    assert predictions(repository)[day(0)]["prediction"].is_nan().all()


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("staff", "many", "staff is no number"),
        ("warmth", "12 degrees", "warmth is no number"),
        ("hour", "noon", "hour is no datetime"),
        ("staff", "NA", "staff is missing"),
        ("shop", "west", "shop is none of north, south"),
        ("staff", "99", "staff is outside 0 to 50"),
    ],
)
def test_a_bad_value_takes_its_row_out_and_is_kept_as_it_was(
    repository: Repo, clock: Clock, column: str, text: str, reason: str
) -> None:
    path = as_csv(repository.settings.panel, 0)
    lines = path.read_text().splitlines()
    names = lines[0].split(",")
    values = lines[4].split(",")
    values[names.index(column)] = text
    path.write_text("\n".join([*lines[:4], ",".join(values), *lines[5:]]))

    report = score(repository, now=clock)

    taken = pl.read_parquet(repository.settings.artifacts / f"quarantine/{day(0)}/rows.parquet")
    assert report.reasons == {reason: 1}
    assert (report.counts.scored, report.counts.quarantined) == (ROWS * DAYS - 1, 1)
    assert taken["reasons"].to_list() == [reason]
    if "is no " in reason:
        assert taken[column].to_list() == [text]


def test_rows_of_both_kinds_of_fault_stand_together(repository: Repo, clock: Clock) -> None:
    rows = (
        make_rows(0)
        .cast(pl.String)
        .with_columns(staff=pl.Series(["many", "99", *make_rows(0)["staff"].cast(pl.String)[2:]]))
    )
    as_csv(repository.settings.panel, 0).write_text(rows.write_csv())

    report = score(repository, now=clock)

    taken = pl.read_parquet(repository.settings.artifacts / f"quarantine/{day(0)}/rows.parquet")
    assert report.reasons == {"staff is no number": 1, "staff is outside 0 to 50": 1}
    assert dict(taken.select("reasons", "warmth").rows()) == {
        "staff is no number": rows["warmth"][0],
        "staff is outside 0 to 50": rows["warmth"][1],
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no whole CSV file"),
        (b"shop,hour\n", "holds no rows"),
        (b"shop,shop\na,b\n", "is no whole CSV file: the header names shop twice"),
        (b"shop,hour,staff,warmth\na,b,c,d,e\n", "is no whole CSV file"),
        (b"shop,hour,warmth\na,b,1\n", "staff: the column is missing"),
    ],
)
def test_a_file_that_is_no_such_table_is_a_bad_partition(
    repository: Repo, clock: Clock, content: bytes, reason: str
) -> None:
    as_csv(repository.settings.panel, 0).write_bytes(content)

    (bad,) = score(repository, now=clock).bad_partitions

    assert bad.reason.startswith(reason)


def test_a_key_stays_the_whole_number_or_the_text_that_it_is(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    columns = {**declared(tmp_path).model_dump(mode="json")["columns"], "row": {"type": "number"}}
    columns = {name: {key: value for key, value in column.items() if value} for name, column in columns.items()}
    project = declared(tmp_path, keys=["row", "note"], partitions=None, time=None, columns=columns)
    path = tmp_path / "rows.csv"
    make_rows(0).with_columns(row=pl.int_range(pl.len()) + 2**53 + 1).write_csv(path)
    repository = replace(told(repository, panel=path), project=project)

    score(repository, now=clock)

    found = predictions(repository)["rows"]
    assert found["row"].to_list() == [2**53 + 1 + row for row in range(ROWS)]
    assert found["note"].to_list() == [f"row {row}" for row in range(ROWS)]


def test_one_file_is_a_panel_and_files_beside_each_other_are(tmp_path: Path) -> None:
    make_rows(0).write_csv(tmp_path / "one.csv")
    make_rows(0).write_parquet(tmp_path / "two.parquet")

    together = find_partitions(tmp_path, None)
    alone = find_partitions(tmp_path / "one.csv", None)

    assert [(partition.name, partition.rows) for partition in together] == [("one", ROWS), ("two", ROWS)]
    assert alone == together[:1]


def test_two_files_of_one_name_are_told(tmp_path: Path) -> None:
    make_rows(0).write_csv(tmp_path / "one.csv")
    make_rows(0).write_parquet(tmp_path / "one.parquet")

    with pytest.raises(UserError, match=r"one\.parquet and one\.csv would both be the partition one"):
        find_partitions(tmp_path, None)


def test_a_file_of_another_kind_is_no_panel(tmp_path: Path) -> None:
    (tmp_path / "one.xlsx").touch()

    with pytest.raises(UserError, match="neither a Parquet nor a CSV file"):
        find_partitions(tmp_path / "one.xlsx", None)


def test_a_value_may_stand_in_the_name_of_the_folder_alone(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    panel = tmp_path / "by-shop"
    for name, rows in make_rows(0).partition_by("shop", as_dict=True, include_key=False).items():
        (panel / f"shop={name[0]}").mkdir(parents=True)
        rows.write_parquet(panel / f"shop={name[0]}" / "rows.parquet")
    project = declared(tmp_path, partitions=None)
    repository = replace(told(repository, panel=panel), project=project)

    score(repository, now=clock)

    found = predictions(repository)
    assert set(found["shop=south"]["shop"]) == {"south"}
    assert found["shop=south"].height == ROWS // 2
