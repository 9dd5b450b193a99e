"""Says beforehand how long rows will take, by scoring some for real in a folder of its own.

A partition costs time beside its rows: opening, hashing, flushing to the disk. So two sizes are
measured, and the cost of a partition is told apart from the cost of a row.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from road.batch.admission import admit
from road.batch.config import BatchSettings
from road.batch.contract import HOUR, KEYS, BadPartitionError
from road.batch.deadline import window
from road.batch.engines import ENGINES
from road.batch.partitions import PREFIX, Partition, find_partitions, read_content, read_rows
from road.batch.scoring import Scorer
from road.core.brief import Brief
from road.core.bundle import Bundle
from road.core.errors import UserError

_SMALL, _LARGE = 1, 16_384  # rows of the partitions that are measured
_COPIES = 2  # partitions for each worker
Timer = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long some rows will take here, and how long they may."""

    rows: int
    partitions: int
    seconds_per_partition: float
    rows_per_second: float
    window: timedelta

    @property
    def duration(self) -> timedelta:
        """The time that it will take."""
        seconds = self.partitions * self.seconds_per_partition + self.rows / self.rows_per_second
        return timedelta(seconds=seconds)

    @property
    def fits(self) -> bool:
        """Whether that is within the brief's window."""
        return self.duration <= self.window


def plan(
    settings: BatchSettings,
    brief: Brief,
    *,
    rows: int | None = None,
    partitions: int | None = None,
    timer: Timer = time.perf_counter,
) -> Plan:
    """Measure on this machine, and reckon for the rows given, by default for the whole panel."""
    bundle = admit(settings, brief)
    found = find_partitions(settings.panel, None, None)
    here = sum(partition.rows for partition in found)
    rows = here if rows is None else rows
    if partitions is None:
        partitions = max(1, round(rows * len(found) / max(here, 1)))
    sample = _sample(found, bundle)
    with tempfile.TemporaryDirectory(prefix="plan-") as place:
        measure = _Measure(settings=settings, bundle=bundle, place=Path(place), timer=timer)
        measure.seconds(sample, 1)  # the first one finds nothing in memory
        small = measure.seconds(sample, _SMALL)
        large = measure.seconds(sample, _LARGE)
    per_row = max(large - small, 1e-9) / (_LARGE - _SMALL)
    return Plan(
        rows=rows,
        partitions=partitions,
        seconds_per_partition=small,
        rows_per_second=1 / per_row,
        window=window(brief),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    settings: BatchSettings
    bundle: Bundle
    place: Path
    timer: Timer

    def seconds(self, sample: pl.DataFrame, rows: int) -> float:
        """Score partitions of so many rows, as a run does, and give the time that one took."""
        copies = _COPIES * self.settings.workers
        with tempfile.TemporaryDirectory(dir=self.place) as scratch:
            folder = Path(scratch)
            partitions = _write(folder / "panel", sample, rows, copies)
            scorer = Scorer(bundle=self.bundle, output=folder / "output")
            engine = ENGINES[self.settings.engine]
            started = self.timer()
            for _ in engine(scorer, partitions, self.settings.workers):
                pass
            return (self.timer() - started) / copies


def _sample(partitions: list[Partition], bundle: Bundle) -> pl.DataFrame:
    for partition in partitions:
        try:
            return read_rows(read_content(partition), list(dict.fromkeys([*KEYS, *bundle.names])))
        except BadPartitionError:
            continue
    raise UserError("no partition of the panel can be read, so nothing can be measured")


def _write(folder: Path, sample: pl.DataFrame, rows: int, copies: int) -> list[Partition]:
    """Repeat the sample; hours are moved by microseconds, so that no row comes twice."""
    times = -(-rows // sample.height)
    moved = [sample.with_columns(pl.col(HOUR) + timedelta(microseconds=turn)) for turn in range(times)]
    panel = pl.concat(moved).head(rows)
    first = sample[HOUR][0].date()
    return [_partition(folder, panel, first, copy) for copy in range(copies)]


def _partition(folder: Path, panel: pl.DataFrame, first: date, copy: int) -> Partition:
    """Each copy is of a day of its own: to the ledger, two of one day would be the same."""
    days = timedelta(days=copy)
    target = folder / f"{PREFIX}{first + days}" / "panel.parquet"
    target.parent.mkdir(parents=True)
    panel.with_columns(pl.col(HOUR) + days).write_parquet(target)
    return Partition(name=target.parent.name, files=(target,), rows=panel.height)
