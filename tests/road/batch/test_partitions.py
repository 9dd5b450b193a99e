"""How a panel is cut, with and without a declaration."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from road.batch.batch import score
from road.batch.partitions import find_partitions
from road.core.errors import UserError
from road.core.project import Partitions

from tests.road.batch.conftest import PROJECT, ROWS, Change, Clock, Repo, day, declared, make_rows, told

DECLARED = Partitions(name="day", of="day")


def undeclared(repository: Repo, folder: Path, **changes: object) -> Repo:
    """Give the repository of a project that says nothing of partitions."""
    project = declared(folder, partitions=None, **changes)
    return replace(repository, project=project)


def names(panel: Path, partitions: Partitions | None) -> list[str]:
    return [partition.name for partition in find_partitions(panel, partitions)]


def test_folders_of_another_name_and_files_are_no_partitions(panel: Path) -> None:
    for name in ("week=2026-03-01", "_day=2026-03-01", ".day=2026-03-01", "days"):
        (panel / name).mkdir()
    (panel / "day=2026-03-31").touch()

    assert names(panel, DECLARED) == [day(number) for number in range(4)]


def test_without_a_declaration_each_folder_with_a_value_is_a_partition(panel: Path) -> None:
    (panel / "region=south").mkdir()
    (panel / "notes").mkdir()

    assert names(panel, None) == [*(day(number) for number in range(4)), "region=south"]


def test_without_folders_each_file_is_a_partition(tmp_path: Path) -> None:
    for name in ("b.parquet", "a.parquet", "_c.parquet", "readme.txt"):
        make_rows(0).write_parquet(tmp_path / name)

    found = find_partitions(tmp_path, None)

    assert [(partition.name, partition.rows) for partition in found] == [("a", ROWS), ("b", ROWS)]


def test_folders_beside_files_are_no_panel(panel: Path) -> None:
    make_rows(0).write_parquet(panel / "more.parquet")

    with pytest.raises(UserError, match="which of them"):
        find_partitions(panel, None)


@pytest.mark.parametrize("partitions", [DECLARED, None])
@pytest.mark.parametrize("there", [True, False])
def test_a_panel_without_partitions_is_an_error_of_the_user(
    tmp_path: Path, partitions: Partitions | None, *, there: bool
) -> None:
    if there:
        (tmp_path / "empty").mkdir()

    with pytest.raises(UserError, match="empty"):
        find_partitions(tmp_path / "empty", partitions)


def test_days_are_chosen_among_declared_partitions_alone(panel: Path) -> None:
    with pytest.raises(UserError, match="no days to choose from by --since and --until"):
        find_partitions(panel, None, since=date(2026, 3, 2))


def test_rows_of_any_day_are_scored_where_partitions_are_no_days(
    repository: Repo, clock: Clock, change: Change, tmp_path: Path
) -> None:
    change(day(0), make_rows(2))

    strict = score(told(repository, artifacts=tmp_path / "strict"), now=clock)
    free = score(undeclared(repository, tmp_path), now=clock)

    assert strict.reasons == {"hour is not of the day": ROWS}
    assert free.reasons == {}


def test_the_time_is_asked_for_also_where_it_is_no_key(
    repository: Repo, clock: Clock, change: Change, tmp_path: Path
) -> None:
    change(day(0), make_rows(0).unique("shop", maintain_order=True).with_columns(hour=None))
    project = declared(tmp_path, keys=["shop"])

    report = score(replace(repository, project=project), now=clock)

    assert report.bad_partitions[0].reason == "hour: has type Null, wanted datetime"
    assert report.reasons == {"shop comes twice": 3 * ROWS}


def test_the_declared_name_is_that_of_the_folders_and_of_the_time(
    repository: Repo, clock: Clock, tmp_path: Path
) -> None:
    columns = {("sold_at" if name == "hour" else name): column for name, column in PROJECT["columns"].items()}
    names = {"keys": ["shop", "sold_at"], "time": {"column": "sold_at"}, "columns": columns}
    project = declared(tmp_path, **names, partitions={"name": "date", "of": "day"})
    panel = tmp_path / "other"
    for number in (0, 1):
        (panel / f"date=2026-03-0{number + 1}").mkdir(parents=True)
        rows = make_rows(0).rename({"hour": "sold_at"})
        rows.write_parquet(panel / f"date=2026-03-0{number + 1}" / "rows.parquet")

    report = score(replace(told(repository, panel=panel), project=project), now=clock)

    assert (report.first, report.last) == ("date=2026-03-01", "date=2026-03-02")
    assert report.reasons == {"sold_at is not of the day": ROWS}


def test_days_need_a_time_that_has_some(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    project = declared(tmp_path, time={"column": "staff"})

    with pytest.raises(UserError, match="partitions are of a day, but staff is no datetime"):
        score(replace(repository, project=project), now=clock)


def test_rows_without_keys_are_written_with_what_they_were_predicted_from(
    repository: Repo, clock: Clock, tmp_path: Path
) -> None:
    panel = tmp_path / "files"
    panel.mkdir()
    rows = pl.concat([make_rows(0), make_rows(0)]).drop("hour")
    rows.write_parquet(panel / "march.parquet")
    keyless = undeclared(told(repository, panel=panel), tmp_path, keys=None, time=None)

    report = score(keyless, now=clock)

    written = pl.read_parquet(keyless.settings.artifacts / "predictions/march/predictions.parquet")
    assert (report.counts.scored, report.reasons) == (2 * ROWS, {})
    assert written.columns == ["shop", "staff", "warmth", "prediction"]
    assert written.drop("prediction").equals(rows.select("shop", "staff", "warmth"))
