"""Decides who may wait: a bounded queue, predictions aside when they are long, and a deadline.

A burst may fill the whole queue. While the server is never idle and requests are turned away none
the less, more is asked than can be answered, and waiting helps nobody: the queue is kept short
then, so that who is let in is answered nearly as quickly as ever.
"""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus

import numpy as np
from numpy.typing import NDArray

from road.serving.config import ServingSettings
from road.serving.model import Model
from road.serving.problems import Problem

_REVIEW_SECONDS = 0.02
_BUSY = 0.8  # share of the time with something to do, from which a server has no reserve
_ENOUGH = 20  # requests to judge by; slow models have fewer between two looks
_MANY = 0.1  # share turned away, from which it isn't by chance


class Admission:
    """Counts requests that are accepted and not yet answered, and turns away what is too many.

    One thread answers requests, so the queue is what has been read from the sockets in one turn
    of the event loop and not been begun, together with the predictions that run aside. Bodies
    that come bit by bit have a bound of their own, so that slow clients take no one's place.
    """

    def __init__(self, settings: ServingSettings) -> None:
        """Start with nothing waiting."""
        self._queue = settings.queue
        shortest = max(settings.short_queue, 2 * settings.threads)  # no thread is to be idle
        self._short_queue = min(shortest, settings.queue)
        self._retry_after = settings.retry_after_seconds
        self._threads = settings.threads
        self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="predict")
        self.deadline = settings.deadline_ms / 1000
        self.read = 0
        self.aside = 0
        self._reading = 0
        self._admitted = 0
        self._reviewing = False
        self._busy_since: float | None = None
        self._busy = 0.0
        self.rejected = 0
        self.overloaded = False
        self.draining = False

    @property
    def limit(self) -> int:
        """How many may wait now."""
        return self._short_queue if self.overloaded else self._queue

    @property
    def full(self) -> bool:
        """Whether the next request has to be turned away."""
        return self.read + self.aside >= self.limit

    def arrive(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count a request that was read; called by the protocol before the request is begun."""
        if self.read == 0:
            loop.call_soon(self._begin, loop)
            self._keep_busy()
        self.read += 1
        self._admitted += 1

    def enter(self) -> None:
        """Count a request whose body came bit by bit when it is whole; `Problem` when full."""
        loop = asyncio.get_running_loop()
        if self.full and not self.draining:
            self.overflow(loop)
            raise self.busy()
        self.arrive(loop)

    def overflow(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count a request that finds the queue full, and see in a while whether it stays so.

        Until then the queue is short, unless predictions run aside: those that wait for a thread
        would keep a short queue full for long, after no more than a burst.
        """
        self.rejected += 1
        if not self._reviewing:
            self._reviewing = True
            self.overloaded = self.aside == 0
            self._keep_busy()
            self._review_later(loop)

    def busy(self) -> Problem:
        """The answer for a request that finds the queue full."""
        return Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The server is busy; try again later.",
            retry_after=self._retry_after,
        )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Count a body that is still coming; `Problem` when too many are."""
        if self._reading >= self._queue:
            self.rejected += 1
            raise self.busy()
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1

    async def predict(self, model: Model, matrix: NDArray[np.float32], started: float) -> NDArray[np.float32]:
        """Give the graph's answer: at once when that is quick, else aside; `Problem` when full or too late.

        `started` is when the request began, by `time.perf_counter`.
        """
        if len(matrix) <= model.inline_rows:
            return model.run(matrix)
        loop = asyncio.get_running_loop()
        if self.aside >= self.limit:
            self.overflow(loop)
            raise self.busy()
        self.aside += 1
        self.read = max(0, self.read - 1)  # one that came bit by bit no longer waits here
        job = self._pool.submit(model.run, matrix)
        job.add_done_callback(lambda job: self._leave(loop, job))
        try:
            async with asyncio.timeout(self.deadline + started - time.perf_counter()):
                return await asyncio.wrap_future(job)
        except TimeoutError:
            raise too_late() from None

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Everything read so far is begun in this turn of the loop, and done before the next."""
        self.read = 0
        if self._reviewing:
            loop.call_soon(self._end)

    def _end(self) -> None:
        """Stop counting time as busy, unless more was read meanwhile."""
        if self.read == 0 and self._busy_since is not None:
            self._busy += time.perf_counter() - self._busy_since
            self._busy_since = None

    def _keep_busy(self) -> None:
        """Count time as busy from now on, if somebody looks at it.

        By the clock rather than by the processor time used: while another process or another
        machine on the same host has the processor, requests wait just as well.
        """
        if self._reviewing and self._busy_since is None:
            self._busy_since = time.perf_counter()

    def _busy_until(self, now: float) -> float:
        return self._busy + (0.0 if self._busy_since is None else now - self._busy_since)

    def _review_later(self, loop: asyncio.AbstractEventLoop) -> None:
        now = time.perf_counter()
        since = (self.rejected, self._admitted, now, self._busy_until(now))
        loop.call_later(_REVIEW_SECONDS, self._review, loop, *since)

    def _review(
        self,
        loop: asyncio.AbstractEventLoop,
        rejected: int,
        admitted: int,
        began: float,
        worked: float,
    ) -> None:
        """Decide whether the queue is to be short, by what happened since the last look."""
        turned_away, let_in = self.rejected - rejected, self._admitted - admitted
        now = time.perf_counter()
        busy = self._busy_until(now) - worked > _BUSY * (now - began)
        busy = busy or self.aside >= self._threads
        if busy and turned_away + let_in < _ENOUGH:
            loop.call_later(_REVIEW_SECONDS, self._review, loop, rejected, admitted, began, worked)
            return
        self.overloaded = busy and turned_away > _MANY * (turned_away + let_in)
        self._reviewing = turned_away > 0
        if self._reviewing:
            self._review_later(loop)
        else:
            self._busy_since = None

    def _leave(self, loop: asyncio.AbstractEventLoop, _: Future[NDArray[np.float32]]) -> None:
        def leave() -> None:
            self.aside -= 1

        # A prediction that nobody waits for any more may end after the loop has.
        if not loop.is_closed():
            loop.call_soon_threadsafe(leave)


def too_late() -> Problem:
    """The answer for a request that missed its deadline."""
    return Problem(HTTPStatus.GATEWAY_TIMEOUT, "The deadline for an answer has passed.")
