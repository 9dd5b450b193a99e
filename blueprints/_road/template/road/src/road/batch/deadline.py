"""The deadline: when predictions are due, and when they will be done at this pace."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Literal

from road.core.brief import Brief
from road.core.errors import UserError

INPUT_READY = "quality_attributes.batch.input_ready"
DEADLINE = "quality_attributes.batch.deadline"
TIGHT = 0.8  # share of the time from start to deadline from which it is called tight
_FEWEST_PARTITIONS = 3  # the first ones are slower: files and the model aren't in memory yet
_FEWEST_SECONDS = 1.0
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
    """The time from the arrival of the input to the deadline."""
    batch = brief.quality_attributes.batch
    if batch is None:
        raise UserError("brief.yaml has no quality_attributes.batch: when are predictions due?")
    day = datetime.min
    length = datetime.combine(day, batch.deadline) - datetime.combine(day, batch.input_ready)
    if length <= timedelta(0):
        raise UserError(f"brief.yaml: {DEADLINE} must be later in the day than {INPUT_READY}")
    return length


def due_at(brief: Brief, mode: Literal["window", "clock"], zone: tzinfo, started: datetime) -> datetime:
    """When a run is due: by the clock of its day, or a window's length after its start."""
    length = window(brief)
    batch = brief.quality_attributes.batch
    if mode == "window" or batch is None:
        return started + length
    day = started.astimezone(zone).date()
    return datetime.combine(day, batch.deadline, tzinfo=zone).astimezone(started.tzinfo)
