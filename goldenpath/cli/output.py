"""What the command line says beside its data: talk and progress, on stderr."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

from goldenpath._text import escape, json_text


def talk(text: str) -> None:
    """Say something to the person, on stderr."""
    sys.stderr.write(f"{text}\n")


class Progress:
    """Steps told on stderr: live where it is a terminal, quiet in CI and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty() and not os.environ.get("CI")

    def step(self, text: str) -> None:
        """Tell what is being done now."""
        if self._live:
            self._stream.write(f"\r\x1b[K{escape(text)} ...")
            self._stream.flush()

    def done(self) -> None:
        """Take the last step off the screen."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def print_json(value: Any) -> None:
    """Write a value as JSON to stdout."""
    sys.stdout.write(json_text(value))
