"""Says beforehand how long rows will take, by scoring some for real in a folder of its own.

A partition costs time beside its rows: opening, hashing, flushing to the disk. So two sizes are
measured, and the cost of a partition is told apart from the cost of a row.
"""

import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import polars as pl

from road.batch.admission import admit
from road.batch.config import BatchSettings
from road.batch.deadline import window
from road.batch.engines import ENGINES
from road.batch.partitions import BadPartitionError, Partition, find_partitions, read_content
from road.batch.rules import Rules
from road.batch.scoring import Scorer
from road.core.contract import Check
from road.core.errors import UserError
from road.core.project import Column
from road.core.repository import Repository

_TURN = "_turn"  # one more key: which copy of the sample a row is of
_SMALL, _LARGE = 1, 16_384  # rows of the partitions that are measured
_LEAST = 0.5  # share of the time of a large partition that its rows take at least, however noisy the machine is
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
    repository: Repository[BatchSettings],
    *,
    rows: int | None = None,
    partitions: int | None = None,
    timer: Timer = time.perf_counter,
) -> Plan:
    """Measure on this machine, and reckon for the rows given, by default for the whole panel."""
    settings, project = repository.settings, repository.project
    bundle = admit(repository)
    rules = Rules.of(project, bundle.manifest)
    found = find_partitions(settings.panel, project.partitions)
    here = sum(partition.rows for partition in found)
    rows = here if rows is None else rows
    if partitions is None:
        partitions = max(1, round(rows * len(found) / max(here, 1)))
    sample = _sample(found, rules)
    with tempfile.TemporaryDirectory(prefix="plan-") as place:
        scorer = Scorer(bundle=bundle, rules=_for_copies(rules), output=Path())
        measure = _Measure(settings=settings, scorer=scorer, place=Path(place), timer=timer)
        measure.seconds(sample, 1)  # the first one finds nothing in memory
        small = measure.seconds(sample, _SMALL)
        large = measure.seconds(sample, _LARGE)
    per_row = max(large - small, large * _LEAST) / (_LARGE - _SMALL)
    return Plan(
        rows=rows,
        partitions=partitions,
        seconds_per_partition=small,
        rows_per_second=1 / per_row,
        window=window(repository.brief),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    settings: BatchSettings
    scorer: Scorer
    place: Path
    timer: Timer

    def seconds(self, sample: pl.DataFrame, rows: int) -> float:
        """Score partitions of so many rows, as a run does, and give the time that one took."""
        copies = _COPIES * self.settings.workers
        with tempfile.TemporaryDirectory(dir=self.place) as scratch:
            folder = Path(scratch)
            partitions = _copies(folder, sample, rows, copies)
            scorer = replace(self.scorer, output=folder / "output")
            engine = ENGINES[self.settings.engine]
            started = self.timer()
            for _ in engine(scorer, partitions, self.settings.workers):
                pass
            return (self.timer() - started) / copies


def _sample(partitions: list[Partition], rules: Rules) -> pl.DataFrame:
    for partition in partitions:
        try:
            return rules.read(read_content(partition)).good
        except BadPartitionError:
            continue
    raise UserError("no partition of the panel can be read, so nothing can be measured")


def _for_copies(rules: Rules) -> Rules:
    """The same work, but for rows that come many times, in partitions that are no days."""
    contract = rules.contract
    if contract.keys:
        columns = {**contract.columns, _TURN: Column(type="number")}
        contract = replace(contract, keys=(*contract.keys, _TURN), columns=columns)
    return replace(
        rules,
        contract=contract,
        columns=(*rules.columns, _TURN),
        day_of=None,
        checks=tuple(map(_unheeded, rules.checks)),
    )


def _unheeded(check: Check) -> Check:
    """Carry a check out, whatever it says: it was written for a partition as it is."""

    def carried_out(frame: pl.DataFrame) -> Iterable[str]:
        check(frame)
        return ()

    return carried_out


def _copies(folder: Path, sample: pl.DataFrame, rows: int, copies: int) -> list[Partition]:
    """Write so many equal partitions, in which the sample is repeated; to the ledger each is another."""
    turns = range(-(-rows // sample.height))
    panel = pl.concat(sample.with_columns(pl.lit(turn).alias(_TURN)) for turn in turns).head(rows)
    found = []
    for copy in range(copies):
        file = folder / "panel" / f"copy={copy}" / "panel.parquet"
        file.parent.mkdir(parents=True)
        panel.write_parquet(file)
        found.append(Partition(name=file.parent.name, files=(file,), rows=panel.height))
    return found
