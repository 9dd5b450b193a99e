"""The latest rows and predictions, and how far they are from the bundle's reference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from road.core.manifest import Manifest
from road.core.reference import shifts


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Population stability index of each feature and of the predictions, over so many rows."""

    rows: int
    features: dict[str, float]
    predictions: float | None


class Window:
    """A ring of the latest rows; adding to it costs a copy of the row."""

    def __init__(self, manifest: Manifest, rows: int, min_rows: int) -> None:
        """Make room for some rows; below `min_rows` an index would be noise, and none is given."""
        self._manifest = manifest
        columns = manifest.graph.columns
        self._names = tuple(name for name in columns if name in manifest.features)
        self._at = [at for at, name in enumerate(columns) if name in manifest.features]
        self._min_rows = min_rows
        self._rows = np.empty((rows, len(columns)), dtype=np.float32)
        self._values = np.empty(rows, dtype=np.float64)
        self._next = 0
        self._filled = 0

    def add(self, matrix: NDArray[np.float32], values: NDArray[np.float64]) -> None:
        """Keep rows of the matrix with their predicted values; the oldest ones make room."""
        size, count = len(self._rows), len(matrix)
        if count > size:
            matrix, values, count = matrix[-size:], values[-size:], size
        if count == 1:  # nearly every request, and half the time for it
            self._rows[self._next], self._values[self._next] = matrix[0], values[0]
            self._move(1)
            return
        first = min(count, size - self._next)
        self._rows[self._next : self._next + first] = matrix[:first]
        self._values[self._next : self._next + first] = values[:first]
        if first < count:
            self._rows[: count - first] = matrix[first:]
            self._values[: count - first] = values[first:]
        self._move(count)

    def _move(self, count: int) -> None:
        size = len(self._rows)
        self._next = (self._next + count) % size
        self._filled = min(size, self._filled + count)

    def shift(self) -> Shift:
        """Compare what is in the window with the reference."""
        filled = self._filled
        if filled < self._min_rows:
            return Shift(rows=filled, features={}, predictions=None)
        rows = self._rows[:filled][:, self._at].copy()
        return Shift(
            rows=filled,
            features=shifts(self._manifest.features, self._names, rows),
            predictions=self._manifest.predictions.psi(self._values[:filled]),
        )
