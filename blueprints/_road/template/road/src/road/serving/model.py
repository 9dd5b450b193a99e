"""A model in memory: verified, held to the brief, warmed up, and ready to predict."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

from road.core.bundle import Bundle
from road.core.errors import UserError
from road.core.gate import judge_model
from road.core.location import Release
from road.core.manifest import Manifest
from road.core.repository import Repository
from road.serving.config import ServingSettings
from road.serving.drift import Window
from road.serving.schema import Schema

_WARM_UP_ROUNDS = 5


class GateError(UserError):
    """The model isn't what the brief asks for."""


class Model:
    """One version of the model with everything that belongs to it; never changed once made."""

    def __init__(self, bundle: Bundle, settings: ServingSettings, trained: datetime | None = None) -> None:
        """Warm up and measure how many rows may be predicted without holding up other requests."""
        self.bundle = bundle
        self.version = bundle.digest[:16]
        self.trained = trained
        self.loaded = time.time()
        self.schema = Schema(bundle.manifest, settings.max_rows)
        self.window = Window(bundle.manifest, settings.drift_rows, settings.drift_min_rows)
        self.inline_rows = inline_rows(self.run, sample(bundle.manifest, settings.max_rows), settings.inline_ms / 1000)

    @classmethod
    def load(cls, release: Release, repository: Repository[ServingSettings]) -> Self:
        """Load a bundle; `BundleError` when it can't be trusted, `GateError` when it isn't good."""
        settings = repository.settings
        bundle = release.load(threads=settings.threads)
        failed = [one for one in judge_model(repository.brief, bundle.manifest.evaluation) if not one.passed]
        if failed:
            raise GateError(f"{release.place}: {failed[0].demand}: {failed[0].message}")
        return cls(bundle, settings, release.trained)

    @property
    def manifest(self) -> Manifest:
        """What the bundle says of itself."""
        return self.bundle.manifest

    def run(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Predict for the rows of a matrix."""
        return self.bundle.run(matrix)


def typical_row(manifest: Manifest) -> dict[str, float | str]:
    """A row as a client sends it: the first category, or the middle of the reference distribution."""
    row: dict[str, float | str] = {}
    for column in manifest.inputs:
        edges = manifest.features[column.name].edges if column.name in manifest.features else []
        number = float(f"{edges[len(edges) // 2]:.6g}") if edges else 0.0
        row[column.name] = column.values[0] if column.kind == "category" else number
    return row


def sample(manifest: Manifest, rows: int) -> NDArray[np.float32]:
    """Typical rows as the model takes them: the first category is 0."""
    values = [0.0 if isinstance(value, str) else value for value in typical_row(manifest).values()]
    return np.tile(np.asarray(values, dtype=np.float32), (rows, 1))


def inline_rows(run: Callable[[NDArray[np.float32]], object], rows: NDArray[np.float32], budget: float) -> int:
    """How many rows `run` predicts within the budget in seconds, by its best of some rounds."""
    one, whole = _fastest(run, rows[:1]), _fastest(run, rows)
    if one > budget:
        return 0
    if whole <= budget:
        return len(rows)
    per_row = (whole - one) / (len(rows) - 1)
    return 1 + int((budget - one) / per_row)


def _fastest(run: Callable[[NDArray[np.float32]], object], rows: NDArray[np.float32]) -> float:
    seconds = []
    for _ in range(_WARM_UP_ROUNDS):
        started = time.perf_counter()
        run(rows)
        seconds.append(time.perf_counter() - started)
    return min(seconds)
