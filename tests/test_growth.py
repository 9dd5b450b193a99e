"""What is linear is told from what isn't, on a busy machine too."""

from __future__ import annotations

import contextlib
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from goldenpath._deadline import OverdueError, deadline
from goldenpath.facts import requirement
from tests.growth import LINEAR, calls_at_most, growth

if TYPE_CHECKING:
    from collections.abc import Callable


def _text(size: int) -> str:
    return "a" * size


def _each_letter(text: str) -> int:
    return sum(1 for _ in text)


def _each_pair(text: str) -> int:
    return sum(1 for _ in text for _ in text)


def _ask(times: int) -> None:
    for _ in range(times):
        _text(1).upper()


@pytest.mark.parametrize(
    ("work", "size"),
    [
        (len, 1_000_000),
        (_each_letter, 400_000),
        (re.compile("a+b?").match, 4_000_000),
    ],
    ids=["constant", "linear", "linear expression"],
)
def test_what_is_linear_or_less_passes(work: Callable[[str], object], size: int) -> None:
    assert growth(work, _text, size) <= LINEAR


@pytest.mark.parametrize(
    ("work", "size"),
    [
        (_each_pair, 1600),
        (lambda text: _each_pair(text[:600]), 2400),
        (re.compile("a*b").search, 8000),
        (re.compile("(a+)+b").search, 40),
    ],
    ids=["quadratic", "up to a length", "quadratic expression", "exponential expression"],
)
def test_what_is_more_than_linear_fails(work: Callable[[str], object], size: int) -> None:
    assert growth(work, _text, size) > LINEAR


def test_what_swallows_its_end_fails_too() -> None:
    def work(text: str) -> None:
        with contextlib.suppress(OverdueError):
            re.search("(a+)+b", text)

    assert growth(work, _text, 40) > LINEAR


def test_no_other_time_limit_ends_the_work() -> None:
    def work(text: str) -> int:
        with deadline(0.000_001):
            return _each_letter(text)

    assert growth(work, _text, 400_000) <= LINEAR


def test_what_was_worked_out_before_is_no_excuse() -> None:
    with patch.object(requirement, "remembered", lru_cache(maxsize=64)(_each_pair), create=True):
        assert growth(requirement.remembered, _text, 2400) > LINEAR  # type: ignore[attr-defined]


def test_calls_are_counted_the_same_everywhere() -> None:
    with calls_at_most(500):
        _ask(100)
    with pytest.raises(AssertionError, match="more than 50 functions"), calls_at_most(50):
        _ask(100)

    assert sys.getprofile() is None


def test_who_swallows_that_it_calls_too_much_fails_too() -> None:
    with pytest.raises(AssertionError), calls_at_most(50), contextlib.suppress(AssertionError):
        _ask(100)
