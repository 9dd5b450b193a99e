"""Decides who may wait: a bounded queue, predictions aside when they are long, and a deadline."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus

import numpy as np
from numpy.typing import NDArray

from .config import ServingSettings
from .model import Model
from .problems import Problem


class Admission:
    """Counts requests that are accepted and not yet answered, and turns away what is too many.

    One thread answers requests, so the queue is what has been read from the sockets in one turn
    of the event loop and not been begun, together with the predictions that run aside. Bodies
    that come bit by bit have a bound of their own, so that slow clients take no one's place.
    """

    def __init__(self, settings: ServingSettings) -> None:
        """Start with nothing waiting."""
        self._limit = settings.queue
        self._retry_after = settings.retry_after_seconds
        self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="predict")
        self.deadline = settings.deadline_ms / 1000
        self.read = 0
        self.aside = 0
        self._reading = 0
        self.rejected = 0
        self.draining = False

    @property
    def full(self) -> bool:
        """Whether the next request has to be turned away."""
        return self.read + self.aside >= self._limit

    def arrive(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count a request that was read; called by the protocol before the request is begun."""
        if self.read == 0:
            loop.call_soon(self._begin)
        self.read += 1

    def turn_away(self) -> Problem:
        """Count and give the answer for a request that finds the queue full."""
        self.rejected += 1
        return self.busy()

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
        if self._reading >= self._limit:
            raise self.turn_away()
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1

    async def predict(
        self, model: Model, matrix: NDArray[np.float32], started: float
    ) -> NDArray[np.float64]:
        """Predict at once when that is quick, else aside; `Problem` when full or too late.

        `started` is when the request began, by `time.perf_counter`.
        """
        if len(matrix) <= model.inline_rows:
            return model.run(matrix)
        if self.aside >= self._limit:
            raise self.turn_away()
        loop = asyncio.get_running_loop()
        self.aside += 1
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

    def _begin(self) -> None:
        """Everything read so far is begun in this turn of the loop."""
        self.read = 0

    def _leave(self, loop: asyncio.AbstractEventLoop, _: Future[NDArray[np.float64]]) -> None:
        def leave() -> None:
            self.aside -= 1

        # A prediction that nobody waits for any more may end after the loop has.
        if not loop.is_closed():
            loop.call_soon_threadsafe(leave)


def too_late() -> Problem:
    """The answer for a request that missed its deadline."""
    return Problem(HTTPStatus.GATEWAY_TIMEOUT, "The deadline for an answer has passed.")
