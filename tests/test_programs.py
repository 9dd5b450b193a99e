"""A program is run to its end, or ended with all that it has started."""

from __future__ import annotations

import signal
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath import _programs
from tests.waiting import HANG, is_alive, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENV = {"PATH": "/usr/bin:/bin"}
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def _stoppable() -> Iterator[None]:
    """Let each stop be answered with KeyboardInterrupt, as in a run of goldenpath."""
    before = {stop: signal.signal(stop, signal.default_int_handler) for stop in STOPS}
    yield
    for stop, handler in before.items():
        signal.signal(stop, handler)


def test_its_code_and_what_it_says_are_returned(tmp_path: Path) -> None:
    found = _programs.run(["sh", "-c", "cat; pwd >&2; exit 3"], cwd=tmp_path, env=ENV, stdin=b"given", seconds=HANG)

    assert found == (3, b"given", f"{tmp_path}\n".encode())


@pytest.mark.usefixtures("_stoppable")
@pytest.mark.parametrize("stop", STOPS)
def test_a_stop_while_it_starts_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stop: signal.Signals) -> None:
    pids = []

    class Popen(subprocess.Popen[bytes]):
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            pids.append(self.pid)
            signal.raise_signal(stop)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    with pytest.raises(KeyboardInterrupt):
        _programs.run(["sleep", "600"], cwd=tmp_path, env=ENV, seconds=HANG)
    monkeypatch.undo()

    wait_for(lambda: not is_alive(pids[0]))
    assert {signal.getsignal(stop) for stop in STOPS} == {signal.default_int_handler}


def test_in_another_thread_it_runs_too(tmp_path: Path) -> None:
    codes = []

    def work() -> None:
        codes.append(_programs.run(["true"], cwd=tmp_path, env=ENV, seconds=HANG)[0])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert codes == [0]
