"""An optional log of rows and predictions in Parquet files: bounded, rotated, never in the way.

A request puts its rows in a queue and goes on; a thread writes them. When the thread can't keep
up, rows are dropped and counted rather than requests held.
"""

import logging
import queue
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from road.core.manifest import Column, Manifest
from road.core.predictions import Predictions
from road.serving.config import ServingSettings

if TYPE_CHECKING:
    from road.serving.model import Model

log = logging.getLogger(__name__)

PREDICTION, PROBABILITY = "prediction", "probability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The rows of one request."""

    time: float
    request: str
    version: str
    manifest: Manifest
    matrix: NDArray[np.float32]
    predictions: Predictions


class PredictionLog:
    """Takes rows and writes them in the background."""

    def __init__(self, settings: ServingSettings) -> None:
        """Start the thread that writes."""
        self._folder = settings.prediction_log or Path("predictions")
        self._rows = settings.prediction_log_rows
        self._seconds = settings.prediction_log_seconds
        self._files = settings.prediction_log_files
        self._queue: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._waiting = 0
        self._written = 0
        self.dropped = 0
        self._thread = threading.Thread(target=self._work, name="prediction-log", daemon=True)
        self._thread.start()

    def put(
        self,
        model: "Model",
        request: str,
        matrix: NDArray[np.float32],
        predictions: Predictions,
    ) -> None:
        """Take rows, or drop and count them when too many wait; returns at once."""
        if self._waiting - self._written + len(matrix) > self._rows:
            self.dropped += len(matrix)
            return
        self._waiting += len(matrix)
        self._queue.put(
            Entry(
                time=time.time(),
                request=request,
                version=model.version,
                manifest=model.manifest,
                matrix=matrix,
                predictions=predictions,
            )
        )

    def close(self) -> None:
        """Write what is waiting and stop."""
        self._queue.put(None)
        self._thread.join(timeout=10)

    def _work(self) -> None:
        held: list[Entry] = []
        due = time.monotonic() + self._seconds
        last = False
        while not last:
            entry, last = self._next(due)
            if entry is not None:
                held.append(entry)
            if held and (last or self._is_due(held, due)):
                self._flush(held)
                held = []
            if time.monotonic() >= due:
                due = time.monotonic() + self._seconds

    def _next(self, due: float) -> tuple[Entry | None, bool]:
        try:
            entry = self._queue.get(timeout=max(0.0, due - time.monotonic()))
        except queue.Empty:
            return None, False
        return entry, entry is None

    def _is_due(self, held: list[Entry], due: float) -> bool:
        return time.monotonic() >= due or 2 * sum(len(e.matrix) for e in held) >= self._rows

    def _flush(self, held: list[Entry]) -> None:
        try:
            write(self._folder, held)
            self._rotate()
        except OSError as error:
            self.dropped += sum(len(entry.matrix) for entry in held)
            log.warning("predictions not logged", extra={"reason": str(error)})
        self._written += sum(len(entry.matrix) for entry in held)

    def _rotate(self) -> None:
        files = sorted(self._folder.glob("predictions-*.parquet"))
        for old in files[: max(0, len(files) - self._files)]:
            old.unlink(missing_ok=True)


def write(folder: Path, entries: list[Entry]) -> Path:
    """Write entries to a new file, aside and then in place, and give its path."""
    import polars as pl  # a second to import, and only this thread needs it

    folder.mkdir(parents=True, exist_ok=True)
    # A model that took the place of another may make other features.
    frame = pl.concat([_frame(entry) for entry in entries], how="diagonal_relaxed")
    path = folder / f"predictions-{time.time_ns()}.parquet"
    aside = path.with_suffix(".tmp")
    frame.write_parquet(aside)
    aside.replace(path)
    return path


def _frame(entry: Entry) -> "pl.DataFrame":  # type: ignore[name-defined]  # noqa: F821
    """The matrix with categories by their names, and what was said of each row."""
    import polars as pl

    categories = {column.name: column for column in entry.manifest.inputs if column.kind == "category"}
    columns: dict[str, pl.Series] = {}
    for at, name in enumerate(entry.manifest.graph.columns):
        values = entry.matrix[:, at]
        if name in categories:
            columns[name] = pl.Series(_named(categories[name], values), dtype=pl.String)
        else:
            columns[name] = pl.Series(values).fill_nan(None)
    said = entry.predictions
    told = {PREDICTION: said.values} if said.labels is None else {PREDICTION: said.labels, PROBABILITY: said.values}
    return pl.DataFrame({**columns, **told}).with_columns(
        pl.lit(entry.request).alias("request_id"),
        pl.lit(entry.version).alias("model_version"),
        pl.from_epoch(pl.lit(int(entry.time * 1e6)), time_unit="us").alias("predicted_at"),
    )


def _named(column: Column, codes: NDArray[np.float32]) -> list[str | None]:
    return [None if np.isnan(code) else column.values[int(code)] for code in codes]
