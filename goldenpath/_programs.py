"""Runs a program to its end, or ends it with all that it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(
    command: list[str], *, cwd: Path | str | None, env: Mapping[str, str], stdin: bytes | None = None, seconds: float
) -> tuple[int, bytes, bytes]:
    """Return a program's exit code, output and error output; raise subprocess.TimeoutExpired past the limit.

    Past the limit, and where we are stopped ourselves, it is killed with all that it has started: a child that holds a
    pipe would be waited for. A session of its own has no terminal either, so that nothing can wait there for an answer.
    """
    process: subprocess.Popen[bytes] | None = None
    source = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    pipe = subprocess.PIPE
    try:
        with _stops_wait():
            process = subprocess.Popen(
                command, cwd=cwd, env=dict(env), stdin=source, stdout=pipe, stderr=pipe, start_new_session=True
            )
        out, err = process.communicate(stdin, timeout=seconds)
    except BaseException:
        if process:
            with process, contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.returncode, out, err


@contextlib.contextmanager
def _stops_wait() -> Iterator[None]:
    """Let a Ctrl-C wait until the block is over: who is stopped while a program starts doesn't know yet what to kill.

    Only what a function of ours answers can wait; only a main thread gets it.
    """
    came: list[int] = []
    here = threading.current_thread() is threading.main_thread()
    handlers = {stop: handler for stop in _STOPS if here and callable(handler := signal.getsignal(stop))}
    for stop in handlers:
        signal.signal(stop, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for stop, handler in handlers.items():
            signal.signal(stop, handler)
    for number in came:
        signal.raise_signal(number)
