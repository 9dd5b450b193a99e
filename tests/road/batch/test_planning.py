from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from road.batch.partitions import Partition
from road.batch.planning import plan
from road.batch.scoring import Outcome, Scorer
from road.core.errors import UserError

from tests.road.batch.conftest import DAYS, ROWS, Repo, declared, make_rows, told


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    """Give the list into which each outcome of a partition comes."""
    found = []
    real = Scorer.__call__

    def watched(self: Scorer, partition: Partition) -> Outcome:
        found.append(real(self, partition))
        return found[-1]

    monkeypatch.setattr(Scorer, "__call__", watched)
    return found


def test_a_plan_tells_rows_from_partitions(repository: Repo) -> None:
    """Three measurements: a first one that warms up, then small partitions, then large ones."""
    moments = iter([0.0, 9.0, 10.0, 10.4, 20.0, 20.4 + 16_383 * 4 / 100_000])

    two = told(repository, workers=2)
    result = plan(two, rows=1_000_000, partitions=10, timer=lambda: next(moments))

    assert result.seconds_per_partition == pytest.approx(0.1)
    assert result.rows_per_second == pytest.approx(100_000)
    assert result.duration.total_seconds() == pytest.approx(11)


def test_a_busy_machine_makes_no_row_free(repository: Repo) -> None:
    """The small partitions were held up and came out slower than the large ones."""
    moments = iter([0.0, 9.0, 10.0, 18.0, 20.0, 22.0])

    result = plan(repository, rows=1_000_000_000, partitions=1, timer=lambda: next(moments))

    assert result.rows_per_second < 100_000
    assert not result.fits


DECLARATIONS: dict[str, dict[str, object]] = {
    "days": {},
    "no days": {"partitions": None},
    "no time": {"partitions": None, "time": None, "keys": ["shop", "staff"]},
    "no keys": {"partitions": None, "time": None, "keys": None},
    "a key of any value": {"keys": ["note"]},
    "nothing": {"partitions": None, "time": None, "keys": None, "columns": None},
}


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_plan_measures_what_is_really_scored(
    repository: Repo, outcomes: list[Outcome], tmp_path: Path, name: str
) -> None:
    project = declared(tmp_path, **DECLARATIONS[name])

    plan(replace(repository, project=project))

    assert not any(outcome.reused for outcome in outcomes)
    assert {outcome.record.scored for outcome in outcomes} == {1, 16_384}


def test_checks_of_whole_partitions_are_carried_out_and_not_heeded(
    repository: Repo, outcomes: list[Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "heights = []\ndef check(frame):\n    heights.append(frame.height)\n    return ['too few rows']\n"
    (tmp_path / "checks_of_plans.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    project = declared(tmp_path, checks=["checks_of_plans:check"])

    plan(replace(repository, project=project))

    assert {outcome.record.scored for outcome in outcomes} == {1, 16_384}
    assert set(__import__("checks_of_plans").heights) == {1, 16_384}


def test_rows_alone_are_spread_over_partitions_like_those_of_the_panel(repository: Repo) -> None:
    assert plan(repository, rows=ROWS * 1000).partitions == 1000


def test_the_first_partition_that_can_be_read_is_the_sample(repository: Repo, outcomes: list[Outcome]) -> None:
    first, *others = sorted(repository.settings.panel.glob("*/panel.parquet"))
    first.write_bytes(b"")
    for other in others:
        make_rows(0).with_columns(pl.lit("west").alias("shop")).write_parquet(other)

    plan(repository)

    assert {outcome.record.rows for outcome in outcomes} == {1, 16_384}
    assert {outcome.record.scored for outcome in outcomes} == {0}


def test_a_plan_needs_something_to_measure(repository: Repo) -> None:
    for file in repository.settings.panel.glob("*/panel.parquet"):
        file.write_bytes(b"")

    with pytest.raises(UserError, match="nothing can be measured"):
        plan(repository)


def test_a_plan_fits_when_it_is_within_the_window(repository: Repo) -> None:
    moments = iter([0.0, 0.0, 0.0, 4.0, 4.0, 8.0 + 16_383 * 4 / 1000] * 2)

    one = plan(told(repository, workers=2), rows=3_000_000, partitions=DAYS, timer=lambda: next(moments))
    other = plan(told(repository, workers=2), rows=4_000_000, partitions=DAYS, timer=lambda: next(moments))

    assert one.window == timedelta(hours=1)
    assert (one.fits, other.fits) == (True, False)
