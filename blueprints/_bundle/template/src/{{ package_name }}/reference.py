"""How features and predictions were distributed in training, and how far new ones are from it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict

BINS = 10
_FLOOR = 1e-4  # an empty bin would make the index infinite


class Distribution(BaseModel):
    """Inner bin edges, the share of values in each bin, and the share that is missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edges: list[float]
    shares: list[float]
    missing: float

    @classmethod
    def of(cls, values: ArrayLike) -> "Distribution":
        """Describe values by at most ten bins of about equal content."""
        array = np.asarray(values, dtype=np.float64)
        present = array[~np.isnan(array)]
        inner = np.linspace(0, 1, BINS + 1)[1:-1]
        quantiles = np.quantile(present, inner) if present.size else present
        edges = [float(edge) for edge in np.unique(quantiles)]
        shares, missing = _shares(array, edges)
        return cls(edges=edges, shares=[round(float(s), 6) for s in shares], missing=missing)

    def psi(self, values: ArrayLike) -> float:
        """Population stability index of new values; above 0.2 is commonly called a shift."""
        shares, missing = _shares(np.asarray(values, dtype=np.float64), self.edges)
        expected = np.clip([*self.shares, self.missing], _FLOOR, None)
        actual = np.clip([*shares, missing], _FLOOR, None)
        return float(np.sum((actual - expected) * np.log(actual / expected)))


def describe(names: Sequence[str], matrix: NDArray[np.float32]) -> dict[str, Distribution]:
    """Describe each column of a matrix."""
    return {name: Distribution.of(matrix[:, at]) for at, name in enumerate(names)}


def shifts(
    reference: Mapping[str, Distribution], names: Sequence[str], matrix: NDArray[np.float32]
) -> dict[str, float]:
    """Population stability index of each column of a matrix against the reference."""
    return {name: reference[name].psi(matrix[:, at]) for at, name in enumerate(names)}


def _shares(array: NDArray[np.float64], edges: list[float]) -> tuple[NDArray[np.float64], float]:
    if not array.size:
        return np.zeros(len(edges) + 1), 0.0
    gone = np.isnan(array)
    bins = np.searchsorted(np.asarray(edges), array[~gone], side="right")
    counts = np.bincount(bins, minlength=len(edges) + 1)
    return counts / array.size, round(float(gone.mean()), 6)
