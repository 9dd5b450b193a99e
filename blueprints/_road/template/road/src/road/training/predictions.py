"""Turns what a hook predicts into a vector, or says what is wrong with it."""

import numpy as np
from numpy.typing import ArrayLike

from road.core.errors import UserError
from road.training.hooks import Vector


def checked(values: ArrayLike, rows: int, who: str) -> Vector:
    """Give a number for each row; `UserError` names whoever gave something else."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UserError(f"{who} gives no numbers: {error}") from error
    if found.size != rows or found.ndim > 2:
        raise UserError(f"{who} gives an array of shape {found.shape} for {rows:,} rows")
    absent = int((~np.isfinite(found)).sum())
    if absent:
        raise UserError(f"{who} gives no number for {absent:,} of {rows:,} rows")
    return found.reshape(-1)


def at_least(values: Vector, minimum: float | None) -> Vector:
    """Raise what is below the least value that there can be; the exported graph does the same."""
    return values if minimum is None else np.maximum(values, minimum)
