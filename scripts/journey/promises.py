"""What the journey promises, and whether it was kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True, kw_only=True)
class Journey:
    """What was promised and whether it was kept."""

    place: Path
    broken: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def stage(self, title: str) -> None:
        """Say what comes next."""
        print(f"\n\033[1m== {time.perf_counter() - self.started:5.1f} s  {title}\033[0m", flush=True)

    def promise(self, text: str, *, kept: bool) -> None:
        """Say whether a promise was kept."""
        print(f"{'ok  ' if kept else 'OFF '} {text}", flush=True)
        if not kept:
            self.broken.append(text)
