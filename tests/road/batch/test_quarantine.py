from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from {{ package_name }}.batch import score
from {{ package_name }}.brief import Brief
from {{ package_name }}.config import BatchSettings
from {{ package_name }}.report import Verdict

from .conftest import DAYS, Change, Clock, rows_of, tree, with_batch

DAY = "2013-12-19"


def at(row: int, column: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Set one value of a panel."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        dtype = rows.schema[column]
        here = pl.int_range(pl.len()) == row
        return rows.with_columns(
            pl.when(here).then(pl.lit(value, dtype=dtype)).otherwise(column).alias(column)
        )

    return change


def quarantined(settings: BatchSettings) -> pl.DataFrame:
    return pl.read_parquet(settings.artifacts / f"quarantine/day={DAY}/rows.parquet")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (at(3, "airport", "LAX"), "airport is none of EWR, JFK, LGA"),
        (at(3, "airport", None), "airport is none of EWR, JFK, LGA"),
        (at(3, "lag_7d", None), "lag_7d is missing"),
        (at(3, "same_weekday_mean", float("nan")), "same_weekday_mean is missing"),
        (at(3, "week_mean_total", float("inf")), "week_mean_total is outside 0 to 1440"),
        (at(3, "lag_1d", -1), "lag_1d is outside 0 to 60"),
        (at(3, "yesterday_temp", 1000.0), "yesterday_temp is outside -60 to 130"),
        (at(3, "hour", None), "hour is not of the day"),
    ],
)
def test_a_bad_row_is_taken_out_alone_and_says_why(
    settings: BatchSettings,
    brief: Brief,
    clock: Clock,
    change: Change,
    fault: Callable[[pl.DataFrame], pl.DataFrame],
    reason: str,
) -> None:
    change(DAY, fault(rows_of(settings.panel, DAY)))

    report = score(settings, brief, now=clock)

    assert report.reasons == {reason: 1}
    assert (report.counts.quarantined, report.counts.scored) == (1, 72 * DAYS - 1)
    assert quarantined(settings)["reasons"].to_list() == [reason]


def test_rows_of_another_day_and_rows_that_come_twice_are_taken_out(
    settings: BatchSettings, brief: Brief, clock: Clock, change: Change
) -> None:
    rows = rows_of(settings.panel, DAY)
    late = rows.head(1).with_columns(pl.col("hour") + timedelta(days=1))
    change(DAY, pl.concat([rows, rows.tail(1), late]))

    report = score(settings, brief, now=clock)

    assert report.reasons == {"airport and hour come twice": 2, "hour is not of the day": 1}


def test_missing_weather_is_no_fault_where_the_model_takes_it(
    settings: BatchSettings, brief: Brief, clock: Clock, change: Change
) -> None:
    change(DAY, at(3, "yesterday_temp", None)(rows_of(settings.panel, DAY)))

    assert score(settings, brief, now=clock).counts.quarantined == 0


def test_a_row_with_several_faults_names_all_and_counts_once(
    settings: BatchSettings, brief: Brief, clock: Clock, change: Change
) -> None:
    rows = at(3, "airport", "LAX")(rows_of(settings.panel, DAY))
    change(DAY, at(3, "lag_1d", 99)(rows))

    report = score(settings, brief, now=clock)

    assert report.counts.quarantined == 1
    (reasons,) = quarantined(settings)["reasons"].to_list()
    assert set(reasons.split("; ")) == set(report.reasons)


def empty_of_rows(folder: Path) -> None:
    rows = pl.read_parquet(folder / "panel.parquet", hive_partitioning=False)
    rows.clear().write_parquet(folder / "panel.parquet")


def without_a_column(folder: Path) -> None:
    rows = pl.read_parquet(folder / "panel.parquet", hive_partitioning=False)
    rows.drop("lag_7d").write_parquet(folder / "panel.parquet")


def of_other_types(folder: Path) -> None:
    rows = pl.read_parquet(folder / "panel.parquet", hive_partitioning=False)
    rows.with_columns(pl.col("lag_7d", "hour").cast(pl.String)).write_parquet(
        folder / "panel.parquet"
    )


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
    folder.rename(folder.with_name("day=2013-12-99"))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (empty_of_rows, "holds no rows"),
        (without_a_column, "columns are missing: lag_7d"),
        (of_other_types, "hour is String, wanted datetime; lag_7d is String, wanted number"),
        (torn, "is no whole Parquet file"),
        (harmed, "is no whole Parquet file"),
        (without_files, "holds no Parquet file"),
        (of_no_day, "'day=2013-12-99' names no day"),
    ],
)
def test_a_bad_partition_is_taken_out_as_a_whole_and_the_run_fails(
    settings: BatchSettings, brief: Brief, clock: Clock, fault: Callable[[Path], None], reason: str
) -> None:
    fault(settings.panel / f"day={DAY}")

    report = score(settings, brief, now=clock)

    (bad,) = report.bad_partitions
    assert bad.reason.startswith(reason)
    place = settings.artifacts / "quarantine" / bad.partition
    assert (place / "reason.txt").read_text() == f"{bad.reason}\n"
    assert report.counts.scored == 72 * (DAYS - 1)
    assert report.verdict is Verdict.TOO_MUCH_BAD


def test_a_bad_partition_is_known_the_next_time_and_scored_once_it_is_mended(
    settings: BatchSettings, brief: Brief, clock: Clock
) -> None:
    whole = (settings.panel / f"day={DAY}/panel.parquet").read_bytes()
    torn(settings.panel / f"day={DAY}")
    score(settings, brief, now=clock)
    bad = tree(settings.artifacts)

    again = score(settings, brief, now=clock)
    assert again.counts.reused == DAYS
    assert tree(settings.artifacts) == bad

    (settings.panel / f"day={DAY}/panel.parquet").write_bytes(whole)
    mended = score(settings, brief, now=clock)
    assert mended.verdict is Verdict.DONE
    assert not any((settings.artifacts / f"quarantine/day={DAY}").iterdir())


def test_a_partition_that_went_bad_leaves_no_old_predictions(
    settings: BatchSettings, brief: Brief, clock: Clock
) -> None:
    score(settings, brief, now=clock)
    torn(settings.panel / f"day={DAY}")

    score(settings, brief, now=clock)

    assert not any((settings.artifacts / f"predictions/day={DAY}").iterdir())


@pytest.mark.parametrize(("bad_rows", "verdict"), [(2, Verdict.DONE), (3, Verdict.TOO_MUCH_BAD)])
def test_the_brief_says_how_much_may_be_bad(
    settings: BatchSettings,
    brief: Brief,
    clock: Clock,
    change: Change,
    bad_rows: int,
    verdict: Verdict,
) -> None:
    rows = rows_of(settings.panel, DAY)
    for row in range(bad_rows):
        rows = at(row, "lag_1d", -1)(rows)
    change(DAY, rows)

    report = score(settings, with_batch(brief, bad=2 / (72 * DAYS)), now=clock)

    assert report.verdict is verdict
