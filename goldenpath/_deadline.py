"""A limit on the computing that the patterns and the code of others may take: past it they are told, not waited for.

Counted is this process's own time on the processor, so that a busy machine changes no result. The limit reaches into a
regular expression that backtracks without end: Python's engine looks for signals while it searches. Only a main thread
gets signals; in another nothing is limited.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_AGAIN = 0.5  # seconds after which what was swallowed is raised again
_limit: float = 0.0


class OverdueError(GoldenpathError):
    """Something took longer than it may."""


def deadline(seconds: float, *, again: bool = False) -> AbstractContextManager[None]:
    """Raise OverdueError in the block once it has computed for so long; a block within another has the outer limit.

    `again` says that no code but our own has run since the last one, so that nobody can have taken the signal: to look
    costs as much as all the rest.
    """
    return _Deadline(seconds, again=again)


class _Deadline:
    """One block's limit: a class, since a file or a policy takes less time than a generator."""

    __slots__ = ("_again", "_armed", "_seconds")

    def __init__(self, seconds: float, *, again: bool) -> None:
        self._seconds = seconds
        self._again = again
        self._armed = False

    def __enter__(self) -> None:
        if not _limit and threading.current_thread() is threading.main_thread():
            self._armed = True
            _arm(self._seconds, again=self._again)

    def __exit__(self, *_: object) -> None:
        if not self._armed:
            return
        try:
            _disarm()
        except OverdueError:  # rung on the way out
            _disarm()
            raise


def _arm(seconds: float, *, again: bool) -> None:
    global _limit  # noqa: PLW0603 - there is one timer in a process
    if not again and signal.getsignal(signal.SIGVTALRM) is not _ring:
        signal.signal(signal.SIGVTALRM, _ring)
    _limit = seconds
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)


def _disarm() -> None:
    global _limit  # noqa: PLW0603 - as above
    _limit = 0.0
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _ring(*_: object) -> None:
    if _limit:
        raise OverdueError(
            f"takes more than {_limit:g} s of computing",
            hint="A pattern that repeats what repeats, as (a+)+ does, may never come to an end.",
        )
