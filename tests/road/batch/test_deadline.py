from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from road.batch.batch import score
from road.batch.deadline import Pace, Standing, Watch, due_at, window
from road.batch.report import Verdict
from road.batch.scoring import Outcome, Scorer
from road.core.errors import UserError

from tests.road.batch.conftest import DAYS, ROWS, START, Clock, Repo, told, tree, with_batch

HOUR = timedelta(hours=1)


def measured(rows_per_second: float) -> Pace:
    pace = Pace(workers=2)
    for _ in range(3):
        pace.add(int(rows_per_second), 2.0)
    return pace


def test_the_window_runs_from_the_start(repository: Repo) -> None:
    brief = with_batch(repository.brief, "08:00", "09:30")

    assert due_at(brief, "window", UTC, START) == START + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("started", "due"),
    [
        (datetime(2014, 1, 1, 13, tzinfo=UTC), datetime(2014, 1, 1, 14, tzinfo=UTC)),
        (datetime(2014, 1, 1, 20, tzinfo=UTC), datetime(2014, 1, 1, 14, tzinfo=UTC)),
        (datetime(2014, 7, 1, 12, tzinfo=UTC), datetime(2014, 7, 1, 13, tzinfo=UTC)),
        (datetime(2014, 1, 2, 3, tzinfo=UTC), datetime(2014, 1, 1, 14, tzinfo=UTC)),
    ],
)
def test_by_the_clock_a_run_is_due_at_the_local_time_of_its_day(
    repository: Repo, started: datetime, due: datetime
) -> None:
    brief = with_batch(repository.brief, "08:00", "09:00")

    assert due_at(brief, "clock", ZoneInfo("America/New_York"), started) == due


def test_a_deadline_at_the_time_of_the_input_is_refused(repository: Repo) -> None:
    with pytest.raises(UserError, match="is the same time of day"):
        window(with_batch(repository.brief, "09:00", "09:00"))


def test_a_deadline_may_lie_past_midnight(repository: Repo) -> None:
    assert window(with_batch(repository.brief, "22:00", "03:00")) == 5 * HOUR


@pytest.mark.parametrize(
    ("started", "due"),
    [
        ("2026-03-09T22:00", "2026-03-10T03:00"),
        ("2026-03-10T00:30", "2026-03-10T03:00"),
        ("2026-03-10T03:30", "2026-03-10T03:00"),  # too late
        ("2026-03-10T12:00", "2026-03-10T03:00"),
        ("2026-03-10T21:50", "2026-03-11T03:00"),  # too early
        ("2026-03-28T22:00", "2026-03-29T03:00"),  # the clock is put forward in this night
    ],
)
def test_by_the_clock_a_window_over_midnight_ends_on_the_next_day(repository: Repo, started: str, due: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    brief = with_batch(repository.brief, "22:00", "03:00")
    start = datetime.fromisoformat(started).replace(tzinfo=zone).astimezone(UTC)

    assert due_at(brief, "clock", zone, start) == datetime.fromisoformat(due).replace(tzinfo=zone)


def test_a_brief_without_a_deadline_is_refused(repository: Repo) -> None:
    quality = repository.brief.quality_attributes.model_copy(update={"batch": None})

    with pytest.raises(UserError, match=r"no quality_attributes\.batch"):
        window(repository.brief.model_copy(update={"quality_attributes": quality}))


def test_the_pace_is_that_of_all_workers() -> None:
    assert measured(1000).rows_per_second == 1000


def test_too_little_gives_no_forecast() -> None:
    pace = Pace(workers=2)
    pace.add(100, 0.1)

    assert pace.finish(START, 1000) is None


def test_the_finish_follows_from_the_pace() -> None:
    assert measured(1000).finish(START, 60_000) == START + timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "standing"), [(30, Standing.ON_TIME), (50, Standing.TIGHT), (61, Standing.TIGHT)])
def test_a_run_is_warned_before_it_is_late(minutes: int, standing: Standing) -> None:
    watch = Watch(started=START, due=START + HOUR)

    assert watch.judge(START, START + timedelta(minutes=minutes)) is standing


def test_only_three_late_forecasts_in_a_row_make_a_miss() -> None:
    watch = Watch(started=START, due=START + HOUR)
    late, early = START + 2 * HOUR, START + HOUR / 2
    forecasts = [late, late, early, late, late, late]

    standings = [watch.judge(START, forecast) for forecast in forecasts]

    assert Standing.WILL_MISS not in standings[:5]
    assert standings[5] is Standing.WILL_MISS


def test_past_the_deadline_is_missed_whatever_the_forecast() -> None:
    watch = Watch(started=START, due=START + HOUR)

    assert watch.judge(START + 2 * HOUR, None) is Standing.MISSED


def slowed(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let each partition seem to have taken so long."""
    real = Scorer.__call__

    def slow(self: Scorer, partition: object) -> Outcome:
        outcome = real(self, partition)  # type: ignore[arg-type]
        return Outcome(record=outcome.record, reused=outcome.reused, seconds=seconds)

    monkeypatch.setattr(Scorer, "__call__", slow)


def test_a_run_that_will_miss_gives_up_while_there_is_time(
    repository: Repo,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    slowed(monkeypatch, seconds=24 * 3600)
    serial = told(repository, engine="serial")

    report = score(serial, now=clock)

    assert report.verdict is Verdict.DEADLINE_MISSED
    assert report.standing is Standing.WILL_MISS
    assert report.finished < report.due < (report.forecast or START)
    assert 0 < report.left < DAYS
    said = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert said == ["deadline: tight", "deadline: will miss"]


def test_what_was_scored_before_giving_up_is_kept(
    repository: Repo, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = told(repository, engine="serial")
    with monkeypatch.context() as patch:
        slowed(patch, seconds=24 * 3600)
        given_up = score(serial, now=clock)

    report = score(serial, now=clock)

    assert report.verdict is Verdict.DONE
    assert report.counts.reused == given_up.counts.partitions


def test_a_run_can_be_told_to_finish_late(repository: Repo, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    slowed(monkeypatch, seconds=24 * 3600)

    late = told(repository, on_miss="finish")
    clock.step = 2 * HOUR
    report = score(late, now=clock)

    assert report.verdict is Verdict.DEADLINE_MISSED
    assert (report.left, report.counts.scored) == (0, ROWS * DAYS)


def test_a_run_that_begins_too_late_scores_nothing(repository: Repo, clock: Clock) -> None:
    late = told(repository, due="clock", timezone="Asia/Tokyo")

    report = score(late, now=clock)

    assert report.verdict is Verdict.DEADLINE_MISSED
    assert report.left == DAYS
    assert tree(repository.settings.artifacts) == {}


def test_a_partition_that_hangs_does_not_hide_the_deadline(
    repository: Repo, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("road.batch.engines._TICK", 0.01)
    real = Scorer.__call__

    def hanging(self: Scorer, partition: object) -> Outcome:
        time.sleep(0.3)
        return real(self, partition)  # type: ignore[arg-type]

    monkeypatch.setattr(Scorer, "__call__", hanging)
    clock.step = HOUR / 3

    report = score(repository, now=clock)

    assert report.standing is Standing.MISSED
    assert report.left == DAYS
