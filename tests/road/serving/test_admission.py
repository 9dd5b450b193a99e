import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from numpy.typing import NDArray

from {{ package_name }} import admission
from {{ package_name }}.app import create_app
from {{ package_name }}.brief import Brief
from {{ package_name }}.config import ServingSettings
from {{ package_name }}.protocol import is_whole
from {{ package_name }}.service import Service

from .conftest import MODEL

Rows = list[dict[str, Any]]
Use = Callable[[AsyncClient], Awaitable[list[Response]]]


def slow_service(brief: Brief, seconds: float, **settings: Any) -> Service:
    """A service whose model takes its time, and so runs aside."""
    service = Service(ServingSettings(model=str(MODEL), watch_seconds=0, **settings), brief)
    model = service.champion.model
    predict = model.run

    def run(matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        time.sleep(seconds)
        return predict(matrix)

    model.run = run  # type: ignore[method-assign]
    model.inline_rows = 0
    return service


def use(service: Service, do: Use) -> list[Response]:
    async def run() -> list[Response]:
        transport = ASGITransport(create_app(service))
        async with AsyncClient(transport=transport, base_url="http://server") as client:
            return await do(client)

    return asyncio.run(run())


def ask_together(rows: Rows, count: int) -> Use:
    async def do(client: AsyncClient) -> list[Response]:
        asked = [client.post("/predict", json={"rows": rows[:1]}) for _ in range(count)]
        return list(await asyncio.gather(*asked))

    return do


def test_a_slow_prediction_holds_up_no_probe(brief: Brief, rows: Rows) -> None:
    waited: list[float] = []

    async def do(client: AsyncClient) -> list[Response]:
        slow = asyncio.create_task(client.post("/predict", json={"rows": rows[:1]}))
        for _ in range(5):
            started = time.perf_counter()
            assert (await client.get("/health/live")).status_code == 200
            waited.append(time.perf_counter() - started)
            await asyncio.sleep(0.05)
        assert not slow.done()
        return [await slow]

    (answer,) = use(slow_service(brief, 0.8), do)

    assert answer.status_code == 200
    assert max(waited) < 0.3


def test_more_than_the_queue_holds_is_turned_away_at_once(brief: Brief, rows: Rows) -> None:
    service = slow_service(brief, 0.1, queue=3)

    answers = use(service, ask_together(rows, 8))

    refused = [answer for answer in answers if answer.status_code == 503]
    assert [answer.status_code for answer in answers].count(200) == 3
    assert len(refused) == service.admission.rejected == 5
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert max(answer.elapsed.total_seconds() for answer in refused) < 0.1
    assert service.admission.aside == 0


def test_a_deadline_ends_the_waiting(brief: Brief, rows: Rows) -> None:
    service = slow_service(brief, 0.3, deadline_ms=100)

    answers = use(service, ask_together(rows, 2))

    assert [answer.status_code for answer in answers] == [504, 504]
    assert max(answer.elapsed.total_seconds() for answer in answers) < 0.3


def test_bodies_that_are_still_coming_are_bounded(brief: Brief) -> None:
    service = Service(ServingSettings(model=str(MODEL), watch_seconds=0, queue=2), brief)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(0.2)
        yield b"}"

    async def do(client: AsyncClient) -> list[Response]:
        asked = [client.post("/predict", content=slowly()) for _ in range(5)]
        return list(await asyncio.gather(*asked))

    answers = use(service, do)

    assert sorted(answer.status_code for answer in answers) == [422, 422, 503, 503, 503]


def test_bodies_that_come_in_parts_find_the_queue_as_full_as_others(brief: Brief) -> None:
    settings = ServingSettings(model=str(MODEL), watch_seconds=0, queue=8, short_queue=2)
    service = Service(settings, brief)
    service.admission.overloaded = True

    async def do(client: AsyncClient) -> list[Response]:
        go_on = asyncio.Event()

        async def in_parts() -> AsyncIterator[bytes]:
            yield b"{"
            await go_on.wait()
            yield b"}"

        asked = [asyncio.create_task(client.post("/predict", content=in_parts())) for _ in range(5)]
        await asyncio.sleep(0.2)
        go_on.set()
        return list(await asyncio.gather(*asked))

    answers = use(service, do)

    assert sorted(answer.status_code for answer in answers) == [422, 422, 503, 503, 503]
    assert service.admission.rejected == 3


class Turns:
    """As much of a loop as is needed to say when it turns."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def call_soon(self, callback: Callable[..., None], *args: object) -> None:
        self.due.insert(0, partial(callback, *args))

    def call_later(self, _: float, callback: Callable[..., None], *args: object) -> None:
        self.due.append(partial(callback, *args))

    def turn(self) -> None:
        due, self.due = self.due, []
        for callback in due:
            callback()


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)


def fill(held: admission.Admission, loop: Any, turned_away: int) -> None:
    """One turn of the loop that finds eight requests, and some more than it has room for."""
    for _ in range(8):
        held.arrive(loop)
    for _ in range(turned_away):
        held.overflow(loop)


@pytest.mark.parametrize(
    ("busy", "turned_away", "limit"),
    [(0.9, 20, 2), (0.5, 20, 8), (0.9, 2, 8)],
    ids=["too much is asked", "a burst", "hardly ever"],
)
def test_the_queue_is_short_while_more_is_asked_than_can_be_answered(
    busy: float, turned_away: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    loop: Any = Turns()
    held = admission.Admission(ServingSettings(model=str(MODEL), queue=8, short_queue=2))
    fill(held, loop, 1)
    for _ in range(5):
        fill(held, loop, 0)
    for _ in range(turned_away):
        held.overflow(loop)

    review = loop.due.pop()
    loop.turn()  # the predictions
    clock.now = busy
    loop.turn()  # what follows them: the server is idle from here on
    clock.now = 1.0
    review()
    during = held.limit
    loop.turn()

    assert (during, held.limit) == (limit, 8)


def test_the_queue_is_short_at_once_until_it_is_known_why_it_was_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Clock(monkeypatch)
    loop: Any = Turns()
    quick = admission.Admission(ServingSettings(model=str(MODEL), queue=8, short_queue=2))
    slow = admission.Admission(ServingSettings(model=str(MODEL), queue=8, short_queue=2))
    slow.aside = 8

    quick.overflow(loop)
    slow.overflow(loop)

    assert (quick.limit, slow.limit) == (2, 8)


def test_a_slow_model_is_judged_by_as_many_requests_as_a_quick_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    loop: Any = Turns()
    held = admission.Admission(ServingSettings(model=str(MODEL), queue=8, short_queue=2))
    held.aside = 8
    fill(held, loop, 3)
    loop.due = loop.due[-1:]

    clock.now = 1.0
    loop.turn()
    early = held.limit
    fill(held, loop, 20)
    clock.now = 2.0
    loop.due.pop()()

    assert (early, held.limit) == (8, 2)


PLAIN = b"POST /predict HTTP/1.1\r\nhost: x\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (PLAIN, True),
        (PLAIN[:-1], False),
        (PLAIN + b"G", False),
        (PLAIN.replace(b"Content-Length: 2", b"a: b"), False),
        (PLAIN.replace(b"host: x", b"content-length: 2"), False),
        (PLAIN.replace(b"host: x", b"transfer-encoding: chunked"), False),
        (PLAIN.replace(b"host: x", b"expect: 100-continue"), False),
        (PLAIN.replace(b"host: x", b"connection: close"), False),
        (PLAIN.replace(b": 2", b": 2, 2"), False),
        (PLAIN.replace(b": 2", b": +2"), False),
        (PLAIN.replace(b": 2", b": "), False),
        (b"POST /predict HTTP/1.1\r\n", False),
    ],
)
def test_only_what_is_plain_and_whole_is_turned_away_unparsed(data: bytes, *, whole: bool) -> None:
    assert is_whole(data) is whole
