"""The model, and rows as pydantic types them, for the servers that the realtime-serving road is compared with.

Runs in an environment of theirs, with the road's bundle reader on the path, so that all have the same
model, the same limits on rows and the same demands on a row.
"""

# mypy: ignore-errors
# The types are made while it runs.

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, create_model
from road.core.bundle import Bundle

bundle = Bundle.load(Path(os.environ["APP_MODEL"]))
COLUMNS = bundle.manifest.inputs
CODES = {column.name: {value: at for at, value in enumerate(column.values)} for column in COLUMNS}


def type_of(column: Any) -> Any:
    """Return the type of a column."""
    kind: Any = Literal[tuple(column.values)] if column.kind == "category" else float
    return kind | None if column.nullable else kind


FIELDS: dict[str, Any] = {column.name: (type_of(column), ...) for column in COLUMNS}
Row: Any = create_model("Row", __config__=ConfigDict(extra="forbid"), **FIELDS)
Rows = Annotated[list[Row], Field(min_length=1, max_length=1000)]


class PredictRequest(BaseModel):
    """Rows to predict."""

    rows: Rows


class PredictResponse(BaseModel):
    """A prediction for each row."""

    predictions: list[float]
    model: str
    version: str


def answer(rows: list[Any]) -> PredictResponse:
    """Predict for rows that were checked."""
    matrix = np.array([_encode(row) for row in rows], dtype=np.float32)
    predictions = bundle.run(matrix).tolist()
    return PredictResponse(predictions=predictions, model=bundle.manifest.name, version=bundle.digest[:16])


def _encode(row: Any) -> list[float | None]:
    """Return a row as the model sees it."""
    return [
        CODES[column.name][getattr(row, column.name)] if column.kind == "category" else getattr(row, column.name)
        for column in COLUMNS
    ]
