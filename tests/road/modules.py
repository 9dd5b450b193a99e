"""Forgets the modules that a test imported from a project of its own: the next one's may have the same names."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def forgotten(folder: Path) -> Iterator[None]:
    """Leave sys.path and sys.modules as they were: without what stands below a folder."""
    path = [*sys.path]
    yield
    sys.path[:] = path
    for name, module in [*sys.modules.items()]:
        places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        if any(str(place).startswith(f"{folder}/") for place in places):
            del sys.modules[name]
