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
        return self.psi_of_counts(self.counts(values))

    def counts(self, values: ArrayLike) -> list[int]:
        """How many values fall into each bin, and last how many are missing: counts add up."""
        array = np.asarray(values, dtype=np.float64)
        return [int(count) for count in _counts(array, self.edges)]

    def psi_of_counts(self, counts: Sequence[int]) -> float:
        """The same index, of values that were counted before."""
        total = max(sum(counts), 1)
        actual = np.clip(np.asarray(counts) / total, _FLOOR, None)
        expected = np.clip([*self.shares, self.missing], _FLOOR, None)
        return float(np.sum((actual - expected) * np.log(actual / expected)))


def describe(names: Sequence[str], matrix: NDArray[np.float32]) -> dict[str, Distribution]:
    """Describe each column of a matrix."""
    return {name: Distribution.of(matrix[:, at]) for at, name in enumerate(names)}


def shifts(
    reference: Mapping[str, Distribution], names: Sequence[str], matrix: NDArray[np.float32]
) -> dict[str, float]:
    """Population stability index of each column of a matrix against the reference."""
    return {name: reference[name].psi(matrix[:, at]) for at, name in enumerate(names)}


def count_all(
    reference: Mapping[str, Distribution], names: Sequence[str], matrix: NDArray[np.float32]
) -> dict[str, list[int]]:
    """Count each column of a matrix into the bins of the reference."""
    return {name: reference[name].counts(matrix[:, at]) for at, name in enumerate(names)}


def _shares(array: NDArray[np.float64], edges: list[float]) -> tuple[NDArray[np.float64], float]:
    counts = _counts(array, edges)
    shares = counts / max(array.size, 1)
    return shares[:-1], round(float(shares[-1]), 6)


def _counts(array: NDArray[np.float64], edges: list[float]) -> NDArray[np.int64]:
    gone = np.isnan(array)
    bins = np.searchsorted(np.asarray(edges), array[~gone], side="right")
    counts = np.bincount(bins, minlength=len(edges) + 1)
    return np.append(counts, gone.sum()).astype(np.int64)
