"""What a team would write by itself: typed FastAPI with pydantic and ONNX Runtime, kept as lean as it goes.

Runs in the rendered repository's environment, beside the server that it is compared with: the same bundle, the same
limits on rows, Prometheus metrics, the prediction inline in an `async def`. `BODY` 1 MiB and shedding are left out,
which favours it.
"""

# mypy: ignore-errors
# It runs in the rendered environment: ours has neither FastAPI nor a reason for it.

from __future__ import annotations

import importlib
import os
import time
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import FastAPI, Response
from prometheus_client import Counter, Histogram, generate_latest
from pydantic import BaseModel, ConfigDict, Field, create_model

Bundle: Any = importlib.import_module(f"{os.environ['PACKAGE']}.bundle").Bundle
bundle = Bundle.load(Path(os.environ["APP_MODEL"]))
COLUMNS = bundle.manifest.inputs
CODES = {column.name: {value: at for at, value in enumerate(column.values)} for column in COLUMNS}


def type_of(column: Any) -> Any:
    """Return the type of a column."""
    kind: Any = Literal[tuple(column.values)] if column.kind == "category" else float
    return kind | None if column.nullable else kind


FIELDS: dict[str, Any] = {column.name: (type_of(column), ...) for column in COLUMNS}
Row: Any = create_model("Row", __config__=ConfigDict(extra="forbid"), **FIELDS)


class PredictRequest(BaseModel):
    """Rows to predict."""

    rows: Annotated[list[Row], Field(min_length=1, max_length=1000)]


class PredictResponse(BaseModel):
    """A prediction for each row."""

    predictions: list[float]
    model: str
    version: str


app = FastAPI()
answered = Counter("requests", "Requests answered.", ["status"]).labels("200")
seconds = Histogram("request_seconds", "Time to answer.")


def encode(row: Any) -> list[float | None]:
    """Return a row as the model sees it."""
    return [
        CODES[column.name][getattr(row, column.name)] if column.kind == "category" else getattr(row, column.name)
        for column in COLUMNS
    ]


@app.post("/predict")
async def predict(request: PredictRequest) -> PredictResponse:
    """Predict."""
    started = time.perf_counter()
    matrix = np.array([encode(row) for row in request.rows], dtype=np.float32)
    predictions = bundle.run(matrix).tolist()
    answered.inc()
    seconds.observe(time.perf_counter() - started)
    return PredictResponse(predictions=predictions, model=bundle.manifest.name, version=bundle.digest[:16])


@app.get("/health/ready")
async def ready() -> dict[str, bool]:
    """Say that it is ready."""
    return {"ready": True}


@app.get("/metrics")
async def metrics() -> Response:
    """Show metrics."""
    return Response(generate_latest(), media_type="text/plain")
