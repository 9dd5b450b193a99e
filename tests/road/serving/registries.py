"""Makes registries as training keeps them, with models that can be told apart."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.road.serving.models import INPUTS, add_bundle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from road.core.manifest import Column


def add_model(registry: Path, factor: float, inputs: Sequence[Column] = INPUTS) -> str:
    """Add a model that gives `factor` times the sum of a row, and give its digest."""
    aside = registry / "aside"
    digest = add_bundle(aside, factor, inputs)
    folder = registry / "versions" / digest[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
    return digest


def point(registry: Path, digest: str) -> None:
    """Make a model the champion, as training does: aside, then in place."""
    trained = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    entry = {"digest": digest, "run": "r", "trained": trained, "seconds": 1.0}
    aside = registry / ".aliases.json"
    aside.write_text(json.dumps({"candidate": entry, "champion": entry}))
    aside.replace(registry / "aliases.json")
