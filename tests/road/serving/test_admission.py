from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import numpy as np
import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from numpy.typing import NDArray
from road.serving.app import assemble
from road.serving.service import Service

from tests.road.serving.conftest import Make
from tests.road.serving.models import ROWS

Use = Callable[[AsyncClient], Awaitable[list[Response]]]
QUESTION = {"rows": ROWS[:1]}


class Gate:
    """Where predictions wait until they may go on; counts those that have come."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.arrived = threading.Semaphore(0)

    def hold(self, service: Service) -> Service:
        """Have a service's model wait here, and so predict aside."""
        model = service.champion.model
        predict = model.run

        def run(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
            self.arrived.release()
            self.opened.wait()
            return predict(matrix)

        model.run = run  # type: ignore[method-assign]
        model.inline_rows = 0
        return service


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


def use(service: Service, do: Use) -> list[Response]:
    async def run() -> list[Response]:
        transport = ASGITransport(assemble(service))
        async with AsyncClient(transport=transport, base_url="http://server") as client:
            return await do(client)

    return asyncio.run(run())


def test_a_prediction_that_takes_long_holds_up_no_probe(make: Make, gate: Gate) -> None:
    async def do(client: AsyncClient) -> list[Response]:
        slow = asyncio.create_task(client.post("/predict", json=QUESTION))
        await asyncio.to_thread(gate.arrived.acquire)
        probes = [await client.get("/health/live") for _ in range(5)]
        assert not slow.done()
        gate.opened.set()
        return [await slow, *probes]

    answers = use(gate.hold(Service(make(deadline_ms=1e6))), do)

    assert [answer.status_code for answer in answers] == [200] * 6


def test_more_than_the_queue_holds_is_turned_away_before_anybody_is_answered(make: Make, gate: Gate) -> None:
    service = gate.hold(Service(make(queue=3, deadline_ms=1e6)))

    async def do(client: AsyncClient) -> list[Response]:
        asked = [asyncio.ensure_future(client.post("/predict", json=QUESTION)) for _ in range(8)]
        soon = asyncio.as_completed(asked)
        refused = [await next(soon) for _ in range(5)]
        gate.opened.set()
        return [*refused, *[await one for one in soon]]

    answers = use(service, do)

    assert [answer.status_code for answer in answers] == [503] * 5 + [200] * 3
    assert service.admission.rejected == 5
    assert all(answer.headers["retry-after"] == "1" for answer in answers[:5])
    assert service.admission.aside == 0


def test_a_deadline_ends_the_waiting(make: Make, gate: Gate) -> None:
    async def do(client: AsyncClient) -> list[Response]:
        return list(await asyncio.gather(*(client.post("/predict", json=QUESTION) for _ in range(2))))

    answers = use(gate.hold(Service(make(deadline_ms=10))), do)

    assert [answer.status_code for answer in answers] == [504, 504]
    assert not gate.opened.is_set()


def test_bodies_that_are_still_coming_are_bounded(make: Make) -> None:
    service = Service(make(queue=2))

    async def do(client: AsyncClient) -> list[Response]:
        go_on = asyncio.Event()
        asked = [asyncio.ensure_future(client.post("/predict", content=in_parts(go_on))) for _ in range(5)]
        soon = asyncio.as_completed(asked)
        refused = [await next(soon) for _ in range(3)]
        go_on.set()
        return [*refused, *[await one for one in soon]]

    answers = use(service, do)

    assert [answer.status_code for answer in answers] == [503, 503, 503, 422, 422]


def test_bodies_that_come_in_parts_find_the_queue_as_full_as_others(make: Make) -> None:
    service = Service(make(queue=8, short_queue=2))
    service.admission.overloaded = True

    async def do(client: AsyncClient) -> list[Response]:
        go_on, waiting = asyncio.Event(), asyncio.Semaphore(0)
        asked = [asyncio.ensure_future(client.post("/predict", content=in_parts(go_on, waiting))) for _ in range(5)]
        for _ in asked:
            await waiting.acquire()
        go_on.set()
        return list(await asyncio.gather(*asked))

    answers = use(service, do)

    assert sorted(answer.status_code for answer in answers) == [422, 422, 503, 503, 503]
    assert service.admission.rejected == 3


def test_a_fault_of_the_model_is_no_place_in_the_queue(make: Make) -> None:
    service = Service(make(queue=1))
    service.champion.model.inline_rows = 0
    service.champion.model.run = fail  # type: ignore[method-assign, assignment]

    async def do(client: AsyncClient) -> list[Response]:
        return [await client.post("/predict", json=QUESTION) for _ in range(3)]

    answers = use(service, do)

    assert [answer.status_code for answer in answers] == [500, 500, 500]


def fail(_: Any) -> Any:
    raise RuntimeError


async def in_parts(go_on: asyncio.Event, waiting: asyncio.Semaphore | None = None) -> AsyncIterator[bytes]:
    """Give a body whose end comes when it may, and tell when it is waited for."""
    yield b"{"
    if waiting is not None:
        waiting.release()
    await go_on.wait()
    yield b"}"
