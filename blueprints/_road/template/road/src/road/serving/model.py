"""A model in memory: verified, held to the brief, warmed up, and ready to predict."""

import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Self

import numpy as np
from numpy.typing import NDArray

from road.core.bundle import Bundle
from road.core.errors import UserError
from road.core.gate import judge_model
from road.core.location import Release
from road.core.manifest import Manifest
from road.core.predictions import Predictions
from road.core.repository import Repository
from road.serving.answers import Answers
from road.serving.config import ServingSettings
from road.serving.drift import Window
from road.serving.problems import Problem
from road.serving.rows import typical_row
from road.serving.schema import Schema

_WARM_UP_ROUNDS = 5
_TOO_LARGE = 1e18


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
        self.answers = Answers(bundle.manifest, self.version)
        self.window = Window(bundle.manifest, settings.drift_rows, settings.drift_min_rows)
        self.inline_rows = inline_rows(self.run, sample(bundle, settings.max_rows), settings.inline_ms / 1000)

    @classmethod
    def load(cls, release: Release, repository: Repository[ServingSettings]) -> Self:
        """Load a bundle; `BundleError` when it can't be trusted, `GateError` when it isn't good."""
        settings = repository.settings
        bundle = release.load(threads=settings.threads)
        evaluation, production = bundle.manifest.evaluation, repository.is_production
        verdicts = judge_model(repository.brief, evaluation, production=production)
        failed = [one for one in verdicts if not one.passed]
        if failed:
            raise GateError(f"{release.place}: {failed[0].demand}: {failed[0].message}")
        return cls(bundle, settings, release.trained)

    @property
    def manifest(self) -> Manifest:
        """What the bundle says of itself."""
        return self.bundle.manifest

    def run(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the graph's answer to the rows of a matrix."""
        return self.bundle.run(matrix)

    def decide(self, answer: NDArray[np.float32]) -> Predictions:
        """Turn the graph's answer into predictions."""
        return self.bundle.decide(answer)


def sample(bundle: Bundle, rows: int) -> NDArray[np.float32]:
    """Typical rows as the model takes them."""
    row = bundle.encode({name: [value] for name, value in typical_row(bundle.manifest).items()})
    return np.repeat(row, rows, axis=0)


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


def no_number(model: Model, matrix: NDArray[np.float32], answer: NDArray[np.float32]) -> Problem:
    """What is answered where a model gave no number: the client's fault where the row can't be computed with.

    That is one with a feature that can't be computed, or with a number so large that its square isn't finite.
    """
    row = int(np.argmin(np.isfinite(answer).all(axis=1)))
    inputs = set(model.bundle.names)
    for name, value in zip(model.bundle.columns, matrix[row], strict=True):
        if np.isnan(value) and name not in inputs:
            return _uncomputable(row, f"{name} can't be computed from what it holds, and the model needs it")
        if abs(value) > _TOO_LARGE:
            return _uncomputable(row, f"{name} is {value:g}, too large for the model")
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The model gave no number.")


def _uncomputable(row: int, why: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"Row {row}: {why}.")
