"""Compares rows that were served with the model's reference, and with what a batch run scored."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from road.core.errors import UserError
from road.core.location import load_bundle
from road.core.manifest import Column, Manifest
from road.core.reference import Distribution
from road.serving.config import ServingSettings
from road.serving.prediction_log import PREDICTION, PROBABILITY

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The shift of one column (PSI): from the reference, and from the batch run."""

    name: str
    reference: float | None
    batch: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All columns."""

    rows: int
    batch_rows: int | None
    lines: tuple[Line, ...]

    @property
    def worst(self) -> float:
        """The largest shift."""
        shifts = [shift for line in self.lines for shift in (line.reference, line.batch)]
        return max(shift for shift in shifts if shift is not None)

    def text(self, limit: float) -> str:
        """A table for a person; what is over the limit is marked."""
        batch = "" if self.batch_rows is None else f", {self.batch_rows} of the batch run"
        rows = [f"{self.rows} rows served{batch}", f"{'':24}{'reference':>10}{'batch':>10}"]
        for line in self.lines:
            over = any(v is not None and v > limit for v in (line.reference, line.batch))
            rows.append(
                f"{line.name:24}{_text(line.reference):>10}{_text(line.batch):>10}"
                f"{'  over ' + format(limit, 'g') if over else ''}"
            )
        return "\n".join(rows)


def compare(settings: ServingSettings, log: Path, batch: Path | None) -> Report:
    """Compare a prediction log with the model's reference and, if given, a batch run's output.

    `UserError` when either has fewer rows than `drift_min_rows`: what few rows show is noise.
    """
    manifest = load_bundle(settings.model).manifest
    served = _read(log, settings.drift_min_rows)
    scored = None if batch is None else _read(batch, settings.drift_min_rows)
    lines = []
    for column, reference in _compared(manifest):
        values = _values(served, column)
        if values is None:
            raise UserError(f"{log} has no column {column.name}: it is no log of this model")
        others = None if scored is None else _values(scored, column)
        lines.append(
            Line(
                name=column.name,
                reference=reference.psi(values) if reference else None,
                batch=Distribution.of(others).psi(values) if others is not None else None,
            )
        )
    return Report(
        rows=served.height,
        batch_rows=None if scored is None else scored.height,
        lines=tuple(lines),
    )


def _compared(manifest: Manifest) -> Iterator[tuple[Column, Distribution | None]]:
    """The columns of the model's matrix, and the value that is predicted, each with its reference."""
    inputs = {column.name: column for column in manifest.inputs}
    for name in manifest.graph.columns:
        yield inputs.get(name, Column(name=name, kind="number")), manifest.features.get(name)
    value = PREDICTION if manifest.output.kind == "number" else PROBABILITY
    yield Column(name=value, kind="number"), manifest.predictions


def _read(path: Path, min_rows: int) -> "pl.DataFrame":
    import polars as pl

    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise UserError(f"{path} holds no Parquet file")
    try:
        frames = [pl.read_parquet(file, hive_partitioning=False) for file in files]
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UserError(f"{path} can't be read: {error}") from error
    frame = pl.concat(frames, how="diagonal_relaxed")
    if frame.height < min_rows:
        raise UserError(f"{path} has too few rows ({frame.height}, wants {min_rows}) for a shift")
    return frame


def _values(frame: "pl.DataFrame", column: Column) -> NDArray[np.float64] | None:
    if column.name not in frame.columns:
        return None
    values = frame[column.name].to_list()
    if column.kind == "category":
        codes = {value: float(code) for code, value in enumerate(column.values)}
        return np.array([codes.get(value, np.nan) for value in values])
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
