"""What the tests of formats share: what they answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = 4096
"""Bytes of a file that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What a file is: its kind, why, whether loading it can run code, and the library whose it is (`detail`)."""

    kind: str
    reason: str
    executes: bool = False
    detail: str | None = None


def marked(mark: bytes, kind: str, name: str) -> Callable[[bytes], Format | None]:
    """Return a test for files that begin with a mark."""

    def test(head: bytes) -> Format | None:
        return Format(kind=kind, reason=f"begins as {name}") if head.startswith(mark) else None

    return test
