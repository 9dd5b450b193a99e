"""How work grows with what it is given: what tests bound, since seconds only tell how fast a machine is.

`growth` compares processor time at a size with that at a sixteenth of it: on any machine linear work takes 16 times as
long, quadratic work 256 times. `calls_at_most` bounds a count that is the same on every machine.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import math
import signal
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from goldenpath._deadline import OverdueError, deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

STEP = 16
LINEAR = 64.0
"""The most that linear work may grow by: as far above linear as it is below quadratic."""

_ROUNDS = 5
_TIMED = 0.003  # seconds that are far over the noise of the clock: shorter work is repeated until they are filled
_HANG = 60.0  # seconds: only ends what has no end, at the small sizes
_NEVER = 1e6


def growth(work: Callable[[T], object], make: Callable[[int], T], size: int) -> float:
    """Return how many times as much processor time work takes on `make(size)` as on `make(size // STEP)`.

    Below that, at a quarter of the size, it must be linear too, else its growth there is returned: work that is cut at
    some length stops growing. Growth is infinite for work that is ended because it takes more than linear work can.
    Within the work no time limit of goldenpath holds but ours.
    """
    below = _growth(work, make, size // 4)
    return _growth(work, make, size) if below <= LINEAR else below


@contextlib.contextmanager
def calls_at_most(most: int) -> Iterator[None]:
    """Fail once the block has called more functions, Python's and C's, than that."""
    called = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal called
        called += event in {"call", "c_call"}
        if called > most:
            raise AssertionError(f"more than {most} functions are called")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
    assert called <= most  # where the block has swallowed the failure


def _growth(work: Callable[[T], object], make: Callable[[int], T], size: int) -> float:
    """Return the growth up to a size: of several rounds the best counts, and the first good one is the last."""
    best = math.inf
    for _ in range(_ROUNDS):
        small = _cost(work, make, size // STEP, _HANG)
        large = _cost(work, make, size, 0.5 + LINEAR * small) if small < math.inf else math.inf
        if large == math.inf:
            return math.inf
        best = min(best, large / small)
        if best <= LINEAR:
            break
    return best


def _cost(work: Callable[[T], object], make: Callable[[int], T], size: int, limit: float) -> float:
    """Return the processor time in seconds of the shortest of some runs, infinity for work that reaches the limit."""
    caches = _caches()
    spent: list[float] = []
    while sum(spent) < _TIMED:
        given = make(size)
        for cache in caches:
            cache.cache_clear()
        with _collecting_no_garbage(), _ended_after(limit) as rung:
            start = time.thread_time()
            with contextlib.suppress(OverdueError):
                work(given)
            spent.append(time.thread_time() - start)
        if rung:
            return math.inf
    return min(spent)


@contextlib.contextmanager
def _ended_after(seconds: float) -> Iterator[list[int]]:
    """Raise OverdueError in the block, again and again, once it has computed for so long; give what has rung.

    What has rung is told by itself: this alarm's clock and another may differ by half on a busy machine.
    """
    rung: list[int] = []

    def ring(number: int, _: object) -> None:
        rung.append(number)
        raise OverdueError("grows too much")

    before = signal.signal(signal.SIGPROF, ring)
    try:
        with deadline(_NEVER):  # an outer limit takes the place of those in the work
            signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
            try:
                yield rung
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, before)


def _caches() -> list[functools._lru_cache_wrapper[object]]:
    """Return goldenpath's bounded caches, emptied so that no run is spared what an earlier one has worked out."""
    modules = [module for name, module in sys.modules.items() if name.startswith("goldenpath.")]
    found = [value for module in modules for value in vars(module).values()]
    return [
        value
        for value in found
        if isinstance(value, functools._lru_cache_wrapper) and value.cache_parameters()["maxsize"]
    ]


@contextlib.contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """Keep the collector away: what it costs depends on all that the process holds."""
    gc.collect(0)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
