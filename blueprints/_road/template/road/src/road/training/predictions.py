"""Turns what a hook predicts into an array, or says what is wrong with it."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from road.core.errors import UserError
from road.core.manifest import Output
from road.training.hooks import Vector

Answer = NDArray[np.float64]
"""What a model gives of some rows: [rows, 1], or [rows, labels]."""
_APART = 1e-3  # how far probabilities may be from 1 in all


def answer_of(values: ArrayLike, rows: int, output: Output, who: str) -> Answer:
    """What a model gives of each row: a number, or the probability of each label."""
    if output.kind == "number":
        return checked(values, rows, who).reshape(-1, 1)
    return probabilities(values, rows, output, who)


def guess_of(values: Any, rows: int, output: Output, who: str) -> Answer:
    """What a simple rule gives: the same, or of classes a label, or the probability of the positive one."""
    if output.kind == "number":
        return checked(values, rows, who).reshape(-1, 1)
    found = np.asarray(values)
    if found.ndim == 1 and found.dtype.kind in "OUSTb":
        return _of_labels(found, rows, output, who)
    if found.ndim == 1 and output.positive is not None:
        likely = checked(found, rows, who)
        at = output.labels.index(output.positive)
        found = np.column_stack([likely, 1 - likely] if at == 0 else [1 - likely, likely])
    return probabilities(found, rows, output, who)


def checked(values: ArrayLike, rows: int, who: str) -> Vector:
    """Give a number for each row; `UserError` names whoever gave something else."""
    found = _numbers(values, who)
    if found.size != rows or found.ndim > 2:
        raise UserError(f"{who} gives an array of shape {found.shape} for {rows:,} rows")
    _check_known(found, who)
    return found.reshape(-1)


def probabilities(values: ArrayLike, rows: int, output: Output, who: str) -> Answer:
    """Give the probability of each label; `UserError` names whoever gave something else."""
    found, width = _numbers(values, who), output.width
    if found.shape != (rows, width):
        raise UserError(f"{who} gives an array of shape {found.shape} for {rows:,} rows of {width} labels")
    _check_known(found, who)
    if found.min(initial=0) < -_APART or (np.abs(found.sum(axis=1) - 1) > _APART).any():
        raise UserError(f"{who} gives no probabilities: each row is to hold shares of {', '.join(output.labels)}")
    return found


def at_least(values: Answer, minimum: float | None) -> Answer:
    """Raise what is below the least value that there can be; the exported graph does the same."""
    return values if minimum is None else np.maximum(values, minimum)


def _of_labels(labels: NDArray[Any], rows: int, output: Output, who: str) -> Answer:
    if labels.size != rows:
        raise UserError(f"{who} gives an array of shape {labels.shape} for {rows:,} rows")
    places = {label: at for at, label in enumerate(output.labels)}
    unknown = sorted({str(label) for label in labels if label not in places})
    if unknown:
        raise UserError(f"{who} gives {', '.join(unknown[:3])}: labels are {', '.join(output.labels)}")
    answer: Answer = np.eye(output.width)[[places[label] for label in labels]]
    return answer


def _numbers(values: ArrayLike, who: str) -> NDArray[np.float64]:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UserError(f"{who} gives no numbers: {error}") from error


def _check_known(found: NDArray[np.float64], who: str) -> None:
    absent = int((~np.isfinite(found.reshape(len(found), -1)).all(axis=1)).sum()) if found.size else 0
    if absent:
        raise UserError(f"{who} gives no number for {absent:,} of {len(found):,} rows")
