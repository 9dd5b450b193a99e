"""The hooks of training: what each of them is called with, and what it gives.

`project.yaml` names a hook as `package.module:name`. An error that the user can mend is raised as
`road.core.errors.UserError`; any other one is a bug, and shows its traceback.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel

from road.core.manifest import Column

Matrix = NDArray[np.float32]
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Rows, and what identifies them."""

    frame: pl.DataFrame
    source: str
    """Where they are from, for people; it stands in the bundle, so no password belongs into it."""
    sha256: str = ""
    """Names their content; without one the road takes that of the rows."""


class Source(Protocol):
    """Hook `source`: reads the data."""

    def __call__(self, location: str) -> Dataset:
        """Read what the setting `data` says; columns come as `project.yaml` declares them."""


class Features(Protocol):
    """Hook `features`: makes what the model learns from."""

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give keys, target and the declared `inputs` for each row that has them.

        The frame keeps its contract and comes in the order of the keys. More columns than these may
        be given: a baseline may be one.
        """


class Splitter(Protocol):
    """Hook `split`: says which rows the model is judged by."""

    def __call__(self, features: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Give the rows to learn from, and those to judge by; no row may be in both.

        The same features must give the same split: a run couldn't be reproduced otherwise.
        """


class Metric(Protocol):
    """Hook `metrics`: measures predictions, for `brief.yaml` to name."""

    def __call__(self, actual: Vector, predicted: NDArray[np.float64]) -> float:
        """Give a number; `brief.yaml` says which side is good.

        Of numbers both are vectors of one length. Of classes `actual` holds the place of each row's label, counted
        from 0, and `predicted` the probabilities, float64 [rows, labels].
        """


class Baseline(Protocol):
    """Hook `baselines`: predicts by a simple rule that the model must beat."""

    def __call__(self, train: pl.DataFrame, test: pl.DataFrame) -> ArrayLike:
        """Give a prediction for each row of `test`, in its order; `train` is what the model learnt from.

        Of classes these are labels, or probabilities [rows, labels], or of two labels that of the positive one.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows as the model sees them."""

    inputs: Sequence[Column]
    """What each column of the matrix is. Of a category it holds the place in `values`, counted from 0."""
    matrix: Matrix
    """float32, rows x inputs; what is missing is NaN."""
    labels: Sequence[str] = ()
    """Of a class its labels; the target then holds the place of each row's label, counted from 0."""


class Model(Protocol):
    """Hook `model`: fits, predicts and exports. `Sklearn` and `Torch` of the road are two."""

    @property
    def parameters(self) -> type[BaseModel]:
        """How it is fitted: the table `parameters` of settings.toml is one of these, and each run records it."""

    @property
    def libraries(self) -> Sequence[str]:
        """Distributions that decide what comes out: each run records their versions."""

    def fit(self, rows: Rows, target: Vector, parameters: Any, seed: int) -> Any:
        """Give a fitted model; the same arguments must give the same one.

        Rows come in the order of time, or else of the keys.
        """

    def predict(self, fitted: Any, matrix: Matrix) -> ArrayLike:
        """Give a prediction for each row of a matrix, in its order.

        Of a class these are probabilities [rows, labels], in the order of `Rows.labels`.
        """

    def to_onnx(self, fitted: Any) -> bytes:
        """Give a graph that takes one float32 tensor [rows, inputs] and gives one, [rows, 1] or [rows, labels].

        Labels that a graph gives beside the probabilities are left out. Names and opset are free. The least value,
        `target.minimum`, is put in by the road. The same model must give the same bytes, and no path of this machine
        belongs into them.
        """

    def limit_threads(self, count: int) -> AbstractContextManager[object]:
        """Compute with at most this many threads while the context lasts."""
