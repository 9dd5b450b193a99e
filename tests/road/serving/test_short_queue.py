"""When the queue is long and when it is short, by a loop and a clock that the test turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from road.serving.admission import Admission
from road.serving.config import ServingSettings


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


def admission() -> Admission:
    return Admission(ServingSettings(model="none", queue=8, short_queue=2))


def fill(held: Admission, loop: Any, turned_away: int) -> None:
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
    held = admission()
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


def test_the_queue_is_short_at_once_until_it_is_known_why_it_was_full(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    loop: Any = Turns()
    quick, slow = admission(), admission()
    slow.aside = 8

    quick.overflow(loop)
    slow.overflow(loop)

    assert (quick.limit, slow.limit) == (2, 8)


def test_a_slow_model_is_judged_by_as_many_requests_as_a_quick_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    loop: Any = Turns()
    held = admission()
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
