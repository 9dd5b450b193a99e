"""Encodes and decides in bulk: whole columns of polars to the model's matrix, and its answers to columns of the output.

`road.core.encoding` and `road.core.predictions` say what is right; this gives the same of rows that keep the contract,
in less time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from road.core.encoding import assemble
from road.core.manifest import Column, Output
from road.core.predictions import Predictions
from road.core.transforms import Transform

PREDICTION = "prediction"
PROBABILITY = "probability"


def encode(rows: pl.DataFrame, inputs: Sequence[Column], transforms: Sequence[Transform] = ()) -> NDArray[np.float32]:
    """Turn rows that keep the contract into a matrix, as `Bundle.encode` does."""
    return assemble(inputs, {column.name: _encoded(column, rows[column.name]) for column in inputs}, transforms)


def output_names(output: Output) -> list[str]:
    """Names of the columns that `as_columns` gives."""
    if output.kind == "number":
        return [PREDICTION]
    several = output.labels if len(output.labels) > 2 else []
    return [PREDICTION, PROBABILITY, *(f"{PROBABILITY}_{label}" for label in several)]


def as_columns(output: Output, predictions: Predictions) -> pl.DataFrame:
    """Give the number; or of a class the label, its probability or that of the positive, and of several labels each."""
    values = pl.Series(predictions.values, dtype=pl.Float32)
    if predictions.labels is None or predictions.probabilities is None:
        return pl.DataFrame({PREDICTION: values})
    columns = [pl.Series(predictions.labels, dtype=pl.String), values]
    if len(output.labels) > 2:
        columns += [pl.Series(each, dtype=pl.Float32) for each in predictions.probabilities.T]
    return pl.DataFrame(dict(zip(output_names(output), columns, strict=True)))


def _encoded(column: Column, values: pl.Series) -> NDArray[Any]:
    if column.kind == "datetime":
        return values.to_numpy().astype("datetime64[us]")
    if column.kind == "category":
        values = _codes(column, values.cast(pl.String))
    return values.cast(pl.Float32).fill_null(float("nan")).to_numpy()


def _codes(column: Column, values: pl.Series) -> pl.Series:
    codes: dict[str | None, int | None] = {value: code for code, value in enumerate(column.values)}
    if column.unknown is None:
        return values.replace_strict(codes, return_dtype=pl.Float32)
    return values.replace_strict(codes | {None: None}, default=codes[column.unknown], return_dtype=pl.Float32)
