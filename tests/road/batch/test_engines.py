from __future__ import annotations

from collections.abc import Iterator

import pytest
from road.batch.engines import ENGINES
from road.batch.ledger import Record
from road.batch.partitions import Partition
from road.batch.scoring import Outcome

WORKERS = 2


def outcome_of(partition: Partition) -> Outcome:
    record = Record(
        partition=partition.name,
        input_sha256="",
        bundle="",
        configuration="",
        rows=1,
        scored=1,
        reasons={},
        outputs={},
        features={},
        predictions=[],
    )
    return Outcome(record=record, reused=False, seconds=0.0)


def partitions(taken: list[str], count: int) -> Iterator[Partition]:
    """Give partitions, and note which were taken."""
    for number in range(count):
        taken.append(f"part={number}")
        yield Partition(name=taken[-1], files=(), rows=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_partition_has_one_outcome(engine: str) -> None:
    taken: list[str] = []

    found = list(ENGINES[engine](outcome_of, partitions(taken, 50), WORKERS))

    assert sorted(outcome.record.partition for outcome in found if outcome) == sorted(taken)
    assert len(taken) == 50


@pytest.mark.parametrize("engine", ENGINES)
def test_only_a_few_partitions_are_taken_ahead(engine: str) -> None:
    taken: list[str] = []
    results = ENGINES[engine](outcome_of, partitions(taken, 50), WORKERS)

    for given in range(1, 20):
        next(results)
        assert len(taken) <= given + 3 * 2 * WORKERS
    results.close()  # type: ignore[attr-defined]

    assert len(taken) < 50


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_work_raises_ends_the_run(engine: str) -> None:
    def broken(partition: Partition) -> Outcome:
        if partition.name == "part=3":
            raise ValueError(partition.name)
        return outcome_of(partition)

    with pytest.raises(ValueError, match="part=3"):
        list(ENGINES[engine](broken, partitions([], 50), WORKERS))
