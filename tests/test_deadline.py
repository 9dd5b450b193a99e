"""What computes without end is ended, and nothing else is touched."""

from __future__ import annotations

import re
import signal
import threading

import pytest

from goldenpath._deadline import OverdueError, deadline

HOSTILE = re.compile(r"(a+)+$"), "a" * 32 + "!"  # a minute at least


def test_a_pattern_that_backtracks_without_end_is_ended() -> None:
    pattern, text = HOSTILE

    with pytest.raises(OverdueError, match=r"takes more than 0.1 s of computing"), deadline(0.1):
        pattern.search(text)


def test_what_swallows_the_first_warning_gets_another() -> None:
    pattern, text = HOSTILE

    def stubborn() -> None:
        try:
            pattern.search(text)
        except OverdueError:
            pattern.search(text)

    with pytest.raises(OverdueError), deadline(0.1):
        stubborn()


def test_a_block_within_another_has_the_limit_of_the_outer_one() -> None:
    pattern, text = HOSTILE

    with pytest.raises(OverdueError, match=r"more than 0.1 s"), deadline(0.1), deadline(3600):
        pattern.search(text)


def test_a_block_after_another_one_is_ended_too() -> None:
    pattern, text = HOSTILE
    with deadline(3600):
        pass

    with pytest.raises(OverdueError, match=r"more than 0.1 s"), deadline(0.1, again=True):
        pattern.search(text)


def test_a_signal_that_somebody_else_has_taken_is_taken_back() -> None:
    pattern, text = HOSTILE
    signal.signal(signal.SIGVTALRM, signal.SIG_IGN)

    with pytest.raises(OverdueError), deadline(0.1):
        pattern.search(text)


def test_afterwards_nothing_rings() -> None:
    with deadline(0.1):
        pass

    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_in_another_thread_nothing_is_limited_and_nothing_fails() -> None:
    done = []

    def work() -> None:
        with deadline(0.1):
            done.append(signal.getitimer(signal.ITIMER_VIRTUAL))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == [(0.0, 0.0)]
