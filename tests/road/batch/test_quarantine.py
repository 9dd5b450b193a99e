from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from road.batch.batch import score
from road.batch.report import Verdict

from tests.road.batch.conftest import DAYS, ROWS, Change, Clock, Repo, day, make_rows, tree, with_batch

DAY = day(1)


def at(row: int, column: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Set one value of a panel."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        given = pl.lit(value, dtype=rows.schema[column])
        here = pl.int_range(pl.len()) == row
        return rows.with_columns(pl.when(here).then(given).otherwise(column).alias(column))

    return change


def quarantined(repository: Repo) -> pl.DataFrame:
    return pl.read_parquet(repository.settings.artifacts / f"quarantine/{DAY}/rows.parquet")


@pytest.mark.parametrize(
    ("fault", "reasons"),
    [
        (at(3, "shop", "west"), ["shop is none of north, south"]),
        (at(3, "shop", None), ["shop is missing"]),
        (at(3, "staff", None), ["staff is missing"]),
        (at(3, "staff", -1), ["staff is outside 0 to 50"]),
        (at(3, "warmth", float("inf")), ["warmth is outside -40 to 60"]),
        (at(3, "warmth", 1000.0), ["warmth is outside -40 to 60"]),
        (at(3, "hour", None), ["hour is not of the day", "hour is missing"]),
    ],
)
def test_a_bad_row_is_taken_out_alone_and_says_why(
    repository: Repo,
    clock: Clock,
    change: Change,
    fault: Callable[[pl.DataFrame], pl.DataFrame],
    reasons: list[str],
) -> None:
    rows = fault(make_rows(1))
    change(DAY, rows)

    report = score(repository, now=clock)

    assert report.reasons == dict.fromkeys(reasons, 1)
    assert (report.counts.quarantined, report.counts.scored) == (1, ROWS * DAYS - 1)
    taken = quarantined(repository)
    assert taken["reasons"].to_list() == ["; ".join(reasons)]
    assert taken.drop("reasons").equals(rows[3].select(taken.drop("reasons").columns))


def test_rows_of_another_day_and_rows_that_come_twice_are_taken_out(
    repository: Repo, clock: Clock, change: Change
) -> None:
    rows = make_rows(1)
    late = rows.head(1).with_columns(pl.col("hour") + timedelta(days=1))
    change(DAY, pl.concat([rows, rows.tail(1), late]))

    report = score(repository, now=clock)

    assert report.reasons == {"shop and hour come twice": 2, "hour is not of the day": 1}


@pytest.mark.parametrize("value", [None, float("nan")])
def test_a_missing_value_is_no_fault_where_the_model_takes_it(
    repository: Repo, clock: Clock, change: Change, value: float | None
) -> None:
    change(DAY, at(3, "warmth", value)(make_rows(1)))

    assert score(repository, now=clock).counts.quarantined == 0


def test_a_row_with_several_faults_names_all_and_counts_once(repository: Repo, clock: Clock, change: Change) -> None:
    rows = at(3, "shop", "west")(make_rows(1))
    change(DAY, at(3, "staff", 99)(rows))

    report = score(repository, now=clock)

    assert report.counts.quarantined == 1
    (reasons,) = quarantined(repository)["reasons"].to_list()
    assert set(reasons.split("; ")) == set(report.reasons)


def empty_of_rows(folder: Path) -> None:
    make_rows(1).clear().write_parquet(folder / "panel.parquet")


def without_a_column(folder: Path) -> None:
    make_rows(1).drop("staff").write_parquet(folder / "panel.parquet")


def of_other_types(folder: Path) -> None:
    make_rows(1).with_columns(pl.col("staff", "hour").cast(pl.String)).write_parquet(folder / "panel.parquet")


def of_two_minds(folder: Path) -> None:
    make_rows(1).drop("warmth").write_parquet(folder / "part-2.parquet")


def torn(folder: Path) -> None:
    content = (folder / "panel.parquet").read_bytes()
    (folder / "panel.parquet").write_bytes(content[: len(content) // 2])


def harmed(folder: Path) -> None:
    content = bytearray((folder / "panel.parquet").read_bytes())
    content[4:400] = bytes(396)
    (folder / "panel.parquet").write_bytes(bytes(content))


def without_files(folder: Path) -> None:
    (folder / "panel.parquet").unlink()


def of_no_day(folder: Path) -> None:
    folder.rename(folder.with_name("day=2026-03-99"))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (empty_of_rows, "holds no rows"),
        (without_a_column, "staff: the column is missing"),
        (of_other_types, "hour: has type String, wanted datetime; staff: has type String, wanted number"),
        (of_two_minds, "holds files with other columns than each other"),
        (torn, "is no whole Parquet file"),
        (harmed, "is no whole Parquet file"),
        (without_files, "holds no Parquet or CSV file"),
        (of_no_day, "'day=2026-03-99' names no day"),
    ],
)
def test_a_bad_partition_is_taken_out_as_a_whole_and_the_run_fails(
    repository: Repo, clock: Clock, fault: Callable[[Path], None], reason: str
) -> None:
    fault(repository.settings.panel / DAY)

    report = score(repository, now=clock)

    (bad,) = report.bad_partitions
    assert bad.reason.startswith(reason)
    place = repository.settings.artifacts / "quarantine" / bad.partition
    assert (place / "reason.txt").read_text() == f"{bad.reason}\n"
    assert report.counts.scored == ROWS * (DAYS - 1)
    assert report.verdict is Verdict.TOO_MUCH_BAD


def test_a_bad_partition_is_known_the_next_time_and_scored_once_it_is_mended(repository: Repo, clock: Clock) -> None:
    torn(repository.settings.panel / DAY)
    score(repository, now=clock)
    bad = tree(repository.settings.artifacts)

    again = score(repository, now=clock)
    assert again.counts.reused == DAYS
    assert tree(repository.settings.artifacts) == bad

    make_rows(1).write_parquet(repository.settings.panel / DAY / "panel.parquet")
    mended = score(repository, now=clock)
    assert mended.verdict is Verdict.DONE
    assert not any((repository.settings.artifacts / f"quarantine/{DAY}").iterdir())


def test_a_partition_that_went_bad_leaves_no_old_predictions(repository: Repo, clock: Clock) -> None:
    score(repository, now=clock)
    torn(repository.settings.panel / DAY)

    score(repository, now=clock)

    assert not any((repository.settings.artifacts / f"predictions/{DAY}").iterdir())


@pytest.mark.parametrize(("bad_rows", "verdict"), [(2, Verdict.DONE), (3, Verdict.TOO_MUCH_BAD)])
def test_the_brief_says_how_much_may_be_bad(
    repository: Repo, clock: Clock, change: Change, bad_rows: int, verdict: Verdict
) -> None:
    rows = make_rows(1)
    for row in range(bad_rows):
        rows = at(row, "staff", -1)(rows)
    change(DAY, rows)

    brief = with_batch(repository.brief, bad=2 / (ROWS * DAYS))
    report = score(replace(repository, brief=brief), now=clock)

    assert report.verdict is verdict
