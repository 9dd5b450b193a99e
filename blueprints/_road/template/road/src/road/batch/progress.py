"""A line on the terminal that says how far a run is; where there is no terminal, nothing."""

import sys
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TextIO

_WIDTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """How far a run is."""

    rows: int
    total: int
    rows_per_second: float | None
    finish: datetime | None
    due: datetime


class Bar:
    """Draws the moments of a run over each other, on a terminal alone."""

    def __init__(self, zone: tzinfo, stream: TextIO | None = None) -> None:
        """Draw to a stream, by default to stderr."""
        self._stream = stream or sys.stderr
        self._zone = zone
        self._drawn = False

    def show(self, moment: Moment) -> None:
        """Draw a moment over the one before."""
        if self._stream.isatty():
            self._drawn = True
            self._stream.write(f"\r{line(moment, self._zone)}\x1b[K")
            self._stream.flush()

    def close(self) -> None:
        """End the line, so that what follows starts on a new one."""
        if self._drawn:
            self._stream.write("\n")


def line(moment: Moment, zone: tzinfo) -> str:
    """The text of a moment, at most 80 columns wide."""
    share = min(moment.rows / moment.total, 1.0) if moment.total else 1.0
    full = int(share * _WIDTH)
    bar = "#" * full + "-" * (_WIDTH - full)
    rate = f"{moment.rows_per_second:,.0f} rows/s" if moment.rows_per_second else "measuring"
    done = f"done {moment.finish.astimezone(zone):%H:%M:%S}" if moment.finish else "done ?"
    due = f"due {moment.due.astimezone(zone):%H:%M}"
    return f"[{bar}] {share:4.0%}  {rate}, {done}, {due}"
