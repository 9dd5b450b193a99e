"""The deadline: when predictions are due, and when they will be done at this pace."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Literal

from road.core.brief import Batch, Brief
from road.core.errors import UserError

INPUT_READY = "quality_attributes.batch.input_ready"
DEADLINE = "quality_attributes.batch.deadline"
TIGHT = 0.8  # share of the time from start to deadline from which it is called tight
_FEWEST_PARTITIONS = 3  # the first ones are slower: files and the model aren't in memory yet
_FEWEST_SECONDS = 1.0
_DAY = timedelta(days=1)
_LATE_IN_A_ROW = 3  # a neighbour's short burst of work is no reason to give up


class Standing(StrEnum):
    """How a run stands to its deadline."""

    UNKNOWN = "unknown"
    ON_TIME = "on time"
    TIGHT = "tight"
    WILL_MISS = "will miss"
    MISSED = "missed"


@dataclass(slots=True, kw_only=True)
class Pace:
    """What was measured so far: rows, partitions, and the seconds that workers spent on them."""

    workers: int
    rows: int = 0
    partitions: int = 0
    busy_seconds: float = 0.0

    def add(self, rows: int, seconds: float) -> None:
        """Count a partition that was scored; one that was there already says nothing."""
        self.rows += rows
        self.partitions += 1
        self.busy_seconds += seconds

    @property
    def rows_per_second(self) -> float | None:
        """Throughput of all workers together; None until enough was measured."""
        enough = self.partitions >= _FEWEST_PARTITIONS or self.busy_seconds >= _FEWEST_SECONDS
        if not enough or not self.rows or self.busy_seconds <= 0:
            return None
        return self.rows / self.busy_seconds * self.workers

    def finish(self, now: datetime, rows_left: int) -> datetime | None:
        """When the rows that are left will be done; None until enough was measured."""
        rate = self.rows_per_second
        if rows_left <= 0:
            return now
        return None if rate is None else now + timedelta(seconds=rows_left / rate)


@dataclass(slots=True, kw_only=True)
class Watch:
    """Judges a run again and again; it takes several late forecasts to call a miss."""

    started: datetime
    due: datetime
    _late: int = field(default=0)

    def judge(self, now: datetime, finish: datetime | None) -> Standing:
        """How the run stands now, with the finish that is forecast."""
        if now > self.due:
            return Standing.MISSED
        if finish is None:
            return Standing.UNKNOWN
        self._late = self._late + 1 if finish > self.due else 0
        if self._late >= _LATE_IN_A_ROW:
            return Standing.WILL_MISS
        tight = self.started + (self.due - self.started) * TIGHT
        return Standing.TIGHT if finish > tight else Standing.ON_TIME


def window(brief: Brief) -> timedelta:
    """The time from the arrival of the input to the deadline, which may lie past midnight."""
    batch = _demands(brief)
    length = _of_day(batch.deadline) - _of_day(batch.input_ready)
    if not length:
        raise UserError(f"brief.yaml: {DEADLINE} is the same time of day as {INPUT_READY}")
    return length % _DAY


def due_at(brief: Brief, mode: Literal["window", "clock"], zone: tzinfo, started: datetime) -> datetime:
    """When a run is due: by the clock, or a window's length after its start.

    By the clock it is due on the day on which it starts. Where the window goes over midnight, a run that starts nearer
    to the next input than to the deadline before it is due on the day after.
    """
    length, batch = window(brief), _demands(brief)
    if mode == "window":
        return started + length
    local = started.astimezone(zone)
    ready, deadline = _of_day(batch.input_ready), _of_day(batch.deadline)
    over_midnight = deadline < ready and _of_day(local.time()) >= (ready + deadline) / 2
    day = local.date() + _DAY if over_midnight else local.date()
    return datetime.combine(day, batch.deadline, tzinfo=zone).astimezone(started.tzinfo)


def _demands(brief: Brief) -> Batch:
    batch = brief.quality_attributes.batch
    if batch is None:
        raise UserError("brief.yaml has no quality_attributes.batch: when are predictions due?")
    return batch


def _of_day(moment: time) -> timedelta:
    return datetime.combine(datetime.min, moment) - datetime.min
