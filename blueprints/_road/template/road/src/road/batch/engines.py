"""Where the work of a run is done: one after the other, or on threads of this machine.

The model and the reading of Parquet let go of Python's lock, so threads use all cores. An engine
takes a function and items and gives results as they come; another one joins by a line in ENGINES.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice

from road.batch.partitions import Partition
from road.batch.scoring import Outcome

Work = Callable[[Partition], Outcome]
Engine = Callable[[Work, Iterable[Partition], int], Iterator[Outcome | None]]

_TICK = 0.5  # seconds after which None is given, so that whoever waits can look at the clock


def serial(work: Work, partitions: Iterable[Partition], _: int) -> Iterator[Outcome | None]:
    """Do one after the other in this thread."""
    yield from map(work, partitions)


def threads(work: Work, partitions: Iterable[Partition], workers: int) -> Iterator[Outcome | None]:
    """Do some at once; only a few wait in the queue, so that memory doesn't grow with the panel."""
    todo = iter(partitions)
    pool = ThreadPoolExecutor(workers)
    try:
        pending = {pool.submit(work, item) for item in islice(todo, 2 * workers)}
        while pending:
            done, pending = wait(pending, timeout=_TICK, return_when=FIRST_COMPLETED)
            pending |= {pool.submit(work, item) for item in islice(todo, len(done))}
            yield from (future.result() for future in done)
            if not done:
                yield None
    finally:
        pool.shutdown(cancel_futures=True)  # what has begun is brought to its end


ENGINES: dict[str, Engine] = {"serial": serial, "threads": threads}
