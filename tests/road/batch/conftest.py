"""An invented panel: what each shop sells in each hour, in partitions of a day, and a model that adds up its inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml
from road.batch.config import BatchSettings
from road.core.brief import Batch, Brief, read_brief
from road.core.bundle import Bundle, write_bundle
from road.core.encoding import matrix_columns
from road.core.manifest import Column, Output
from road.core.project import Project, read_project
from road.core.reference import Distribution, describe
from road.core.repository import Repository
from road.core.transforms import AnyTransform

from tests.road.briefs import write_brief
from tests.road.bundles import make_classifier, make_manifest, make_model

START = datetime(2026, 3, 9, 7, tzinfo=UTC)
FIRST = date(2026, 3, 1)
DAYS = 4
ROWS = 24  # of a partition
INPUTS = [
    Column(name="shop", kind="category", values=["north", "south"]),
    Column(name="staff", kind="number"),
    Column(name="warmth", kind="number", nullable=True),
]
MEASURED: dict[str, Any] = {"metric": "mae", "value": 1.0, "threshold": 2.0, "baseline_value": 2.0}
PROJECT: dict[str, Any] = {
    "version": 1,
    "keys": ["shop", "hour"],
    "time": {"column": "hour"},
    "partitions": {"name": "day", "of": "day"},
    "columns": {
        "shop": {"type": "category", "values": ["north", "south"]},
        "hour": {"type": "datetime"},
        "staff": {"type": "number", "range": [0, 50]},
        "warmth": {"type": "number", "range": [-40, 60], "nullable": True},
        "note": {"type": "ignore"},
    },
}

Repo = Repository[BatchSettings]
Change = Callable[[str, pl.DataFrame], None]


def day(number: int) -> str:
    """Give the name of a partition, counted from 0."""
    return f"day={FIRST + timedelta(days=number)}"


def make_rows(number: int) -> pl.DataFrame:
    """Give the rows of a day."""
    start = datetime(FIRST.year, FIRST.month, FIRST.day) + timedelta(days=number)
    hours = [start + timedelta(hours=hour) for hour in range(ROWS // 2)]
    return pl.DataFrame(
        {
            "shop": ["north"] * (ROWS // 2) + ["south"] * (ROWS // 2),
            "hour": hours * 2,
            "staff": pl.Series([(row * 7 + number) % 20 for row in range(ROWS)], dtype=pl.Int16),
            "warmth": pl.Series([row / 2 + number for row in range(ROWS)], dtype=pl.Float64),
            "note": [f"row {row}" for row in range(ROWS)],
            "unknown": ["x"] * ROWS,
        }
    )


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a bundle whose reference is the panel itself."""
    rows = pl.concat(make_rows(number) for number in range(DAYS))
    codes = (rows["shop"] == "south").cast(pl.Float32).to_numpy()
    matrix = np.column_stack([codes, rows["staff"].to_numpy(), rows["warmth"].to_numpy()]).astype(np.float32)
    names = [column.name for column in INPUTS]
    reference = {"features": describe(names, matrix), "predictions": Distribution.of(matrix.sum(axis=1))}
    manifest = make_manifest(INPUTS)
    measured = manifest.evaluation.model_copy(update=MEASURED)
    folder = tmp_path_factory.mktemp("models") / "sales"
    write_bundle(folder, manifest.model_copy(update={**reference, "evaluation": measured}), make_model(len(INPUTS)))
    return folder


@pytest.fixture(scope="session")
def bundle(model_folder: Path) -> Bundle:
    return Bundle.load(model_folder)


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    """Write the panel, to be changed at will."""
    for number in range(DAYS):
        target = tmp_path / "panel" / day(number)
        target.mkdir(parents=True)
        make_rows(number).write_parquet(target / "panel.parquet")
    return tmp_path / "panel"


@pytest.fixture
def repository(tmp_path: Path, panel: Path, model_folder: Path) -> Repo:
    return Repository(
        settings=BatchSettings(panel=panel, artifacts=tmp_path / "artifacts", model=str(model_folder)),
        brief=read_brief(write_brief(tmp_path)),
        project=declared(tmp_path),
    )


def declared(folder: Path, **changes: object) -> Project:
    """Write a declaration that differs from ours, and read it; None takes a key out."""
    content = {key: value for key, value in {**PROJECT, **changes}.items() if value is not None}
    path = folder / "project.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return read_project(path)


def with_model(
    repository: Repo,
    folder: Path,
    inputs: list[Column],
    transforms: Sequence[AnyTransform] = (),
    output: Output | None = None,
) -> Repo:
    """Give the repository with a model of these inputs, which adds up its matrix or, for a class, judges the sum."""
    output = output or Output(name="sales")
    columns = matrix_columns(inputs, transforms)
    manifest = make_manifest(inputs)
    changes: dict[str, object] = {
        "transforms": list(transforms),
        "output": output,
        "graph": manifest.graph.model_copy(update={"columns": columns}),
        "features": dict.fromkeys(columns, manifest.predictions),
        "evaluation": manifest.evaluation.model_copy(update=MEASURED),
    }
    width = len(columns)
    model = make_model(width) if output.kind == "number" else make_classifier(width, output.width)
    write_bundle(folder / "with-model", manifest.model_copy(update=changes), model)
    return told(repository, model=str(folder / "with-model"))


def told(repository: Repo, **settings: object) -> Repo:
    """Give the repository with other settings."""
    return replace(repository, settings=repository.settings.model_copy(update=settings))


def with_batch(brief: Brief, input_ready: str = "08:00", deadline: str = "09:00", bad: float = 0.01) -> Brief:
    """Give the brief with other demands on a batch."""
    batch = Batch.model_validate({"input_ready": input_ready, "deadline": deadline, "max_bad_row_share": bad})
    quality = brief.quality_attributes.model_copy(update={"batch": batch})
    return brief.model_copy(update={"quality_attributes": quality})


@pytest.fixture
def change(panel: Path) -> Change:
    """Give `change(partition, rows)`, which replaces a partition's rows."""

    def write(partition: str, rows: pl.DataFrame) -> None:
        rows.write_parquet(panel / partition / "panel.parquet")

    return write


class Clock:
    """A clock that goes on by the same step each time that it is looked at."""

    def __init__(self, step: timedelta = timedelta(milliseconds=1)) -> None:
        self.moment = START
        self.step = step

    def __call__(self) -> datetime:
        self.moment += self.step
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


def tree(root: Path) -> dict[str, bytes]:
    """Read every file that a run leaves for others, but for its report, which holds the time."""
    kept = ("predictions", "quarantine", "ledger")
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for name in kept
        for path in sorted((root / name).rglob("*"))
        if path.is_file()
    }
