"""How tests wait for what other processes do: by looking again and again, with a limit that only ends a hang."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HANG = 120.0
"""Seconds after which nothing is waited for any more."""


def wait_for(condition: Callable[[], object], *, seconds: float = HANG) -> None:
    """Return once the condition holds; fail where it never does."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Tell whether a process is there and hasn't ended: one whose end nobody has asked for yet has."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in {"", "Z"}
