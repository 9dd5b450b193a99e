"""Data of an invented clinic, and the repository that it is begun in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from road.training.cli import main

from tests.road.briefs import write_brief

ROWS = 400
BARE = "# What this is about.\nversion: 1\n\n# `begin` writes the rest.\n"
SETTINGS = 'log_level = "warning"\ndata = "" # where the data is\ntracking = false\n\n[parameters]\n'


def patients() -> pl.DataFrame:
    """Give rows from which `returns` can be learnt, with gaps, names, texts and times."""
    chance = np.random.default_rng(3)
    age, stay = chance.integers(18, 95, ROWS), chance.gamma(2.0, 3.0, ROWS).round(2)
    likely = 1 / (1 + np.exp(-(age - 60) / 8 - (stay - 6) / 3))
    day = datetime(2025, 1, 6)
    return pl.DataFrame(
        {
            "patient": [f"P{at:04}" for at in range(ROWS)],
            "admitted": [day + timedelta(hours=int(at)) for at in chance.integers(0, 5000, ROWS)],
            "ward": chance.choice(["east", "west", "other"], ROWS),
            "age": age,
            "stay": stay,
            "pulse": [None if at % 7 == 0 else float(value) for at, value in enumerate(chance.normal(70, 9, ROWS))],
            "note": [f"said {at} things" for at in range(ROWS)],
            "returns": np.where(chance.random(ROWS) < likely, "yes", "no"),
        }
    )


def make_repository(folder: Path, *, project: str = BARE, **requirement: Any) -> Path:
    """Write a repository that nothing was begun in; its brief holds a threshold that is only proposed."""
    proposed: dict[str, Any] = {"metric": "roc_auc", "direction": "higher", "threshold": 1, "proposed": True}
    write_brief(folder, **(proposed | {"baseline": "prior"} | requirement))
    (folder / "project.yaml").write_text(project, encoding="utf-8")
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def begin(*words: object) -> int:
    """Run the command in the current folder."""
    return main(["begin", *map(str, words)])
