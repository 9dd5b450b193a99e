"""Invented projects without a series: parcels, whether each comes late, by which road it goes, and what it costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from road.core.brief import Brief
from road.core.project import Project
from road.core.repository import Repository
from road.training.config import Training, TrainingSettings

from tests.road.briefs import BRIEF

ROWS = 600
COLUMNS: dict[str, Any] = {
    "parcel": {"type": "number"},
    "sent": {"type": "datetime"},
    "weight": {"type": "number", "range": [0, 100]},
    "length": {"type": "number", "nullable": True},
    "depot": {"type": "category", "values": ["east", "west", "far"], "unknown": "far", "nullable": True},
    "late": {"type": "category", "values": ["false", "true"]},
    "way": {"type": "category", "values": ["air", "rail", "road"]},
    "cost": {"type": "number"},
}
TARGETS: dict[str, dict[str, Any]] = {
    "binary": {"column": "late", "positive": "true"},
    "multiclass": {"column": "way"},
    "regression": {"column": "cost", "minimum": 0},
}
METRICS = {
    "binary": {"metric": "roc_auc", "direction": "higher", "threshold": 0.8, "baseline": "prior"},
    "multiclass": {"metric": "f1", "direction": "higher", "threshold": 0.6, "baseline": "majority"},
    "regression": {"metric": "r2", "direction": "higher", "threshold": 0.7, "baseline": "mean"},
}
QUICK = {"max_iter": 15, "learning_rate": 0.3}


def make_parcels(rows: int = ROWS) -> pl.DataFrame:
    """Give parcels: heavy ones of the west come late, long ones go by rail, light ones by air."""
    chance = np.random.default_rng(4)
    weight, length = chance.uniform(0, 60, rows), chance.uniform(10, 200, rows)
    depot = chance.choice(np.array(["east", "west"], dtype=object), rows)
    start = datetime(2026, 1, 5)
    frame = pl.DataFrame(
        {
            "parcel": np.arange(rows),
            "sent": [start + timedelta(hours=3 * at) for at in range(rows)],
            "weight": weight,
            "length": length,
            "depot": depot,
            "late": weight + 20 * (depot == "west") + chance.normal(0, 8, rows) > 45,
            "way": np.where(length > 140, "rail", np.where(weight < 20, "air", "road")),
            "cost": 2 + weight * 0.3 + length * 0.05 + chance.normal(0, 1, rows),
        }
    )
    gap = pl.col("parcel") % 9 == 0
    return frame.with_columns(
        length=pl.when(~gap).then("length"), depot=pl.when(pl.col("parcel") % 7 != 0).then("depot")
    )


def declared(task: str, /, **changes: Any) -> Project:
    """Give the declaration of a task; the columns that other tasks predict are ignored."""
    others = {target["column"]: "ignore" for name, target in TARGETS.items() if name != task}
    content = {
        "version": 1,
        "task": task,
        "keys": ["parcel"],
        "target": TARGETS[task],
        "columns": {**COLUMNS, **others},
        "features": [{"log": "weight"}, {"date_parts": "sent", "parts": ["weekday", "hour"]}],
    }
    return Project.model_validate({key: value for key, value in {**content, **changes}.items() if value is not None})


def asking_for(task: str, **changes: Any) -> Brief:
    """Give a brief that asks for what a task can reach."""
    requirement = {"prediction": "What becomes of a parcel.", "min_gain": 0.05, **METRICS[task], **changes}
    return Brief.model_validate({**BRIEF, "objective": {**BRIEF["objective"], "requirement": requirement}})


def repository_of(folder: Path, task: str, frame: pl.DataFrame | None = None, **changes: Any) -> Training:
    """Give a repository with parcels; `changes` are those of the brief's requirement."""
    (make_parcels() if frame is None else frame).write_parquet(folder / "parcels.parquet")
    settings = TrainingSettings(
        brief=folder / "brief.yaml",
        data=str(folder / "parcels.parquet"),
        artifacts=folder / "artifacts",
        tracking=False,
        parameters=QUICK,
    )
    return Repository(settings=settings, brief=asking_for(task, **changes), project=declared(task))
