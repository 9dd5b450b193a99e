"""What a model says of rows: a number each, or a label with the probability of every label."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from road.core.manifest import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Predictions of some rows, in their order."""

    values: NDArray[np.float64]
    """The number; of a class the probability of the positive label, or of the label that is given."""
    labels: list[str] | None = None
    probabilities: NDArray[np.float64] | None = None
    """Rows x labels, in the order of the output's labels."""


def decide(output: Output, answer: NDArray[np.float32]) -> Predictions:
    """Turn what a graph gives, rows x 1 or rows x labels, into predictions.

    With a positive label the threshold decides; without one the most probable label, of equal ones the first.
    """
    found = answer.astype(np.float64)
    if output.kind == "number":
        return Predictions(values=found.ravel())
    if output.positive is None:
        chosen = np.argmax(found, axis=1)
        values = found[np.arange(len(found)), chosen]
    else:
        at = output.labels.index(output.positive)
        values = found[:, at]
        chosen = np.where(values >= _threshold(output), at, 1 - at)
    return Predictions(values=values, labels=[output.labels[at] for at in chosen], probabilities=found)


def _threshold(output: Output) -> float:
    return 0.5 if output.threshold is None else output.threshold
