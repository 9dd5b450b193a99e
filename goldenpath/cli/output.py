"""What the command line says: data on stdout, talk on stderr, text of others escaped."""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import TextIO


def escape(text: str) -> str:
    """Return a text with everything that a terminal could take as a command written out as a hex escape."""
    return "".join(character if _is_harmless(character) else _written_out(character) for character in text)


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


def _is_harmless(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _written_out(character: str) -> str:
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 - one byte
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - as Python writes it
