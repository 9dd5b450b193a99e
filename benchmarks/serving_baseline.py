"""What a team would write by itself: typed FastAPI with pydantic and ONNX Runtime, kept as lean as it goes.

Runs in the rendered repository's environment, beside the server that it is compared with: the same bundle, the same
limits on rows, Prometheus metrics, the prediction inline in an `async def`. A limit on bytes and shedding are left
out, which favours it.
"""

# mypy: ignore-errors
# It runs in the rendered environment: ours has neither FastAPI nor a reason for it.

from __future__ import annotations

import time

from fastapi import FastAPI, Response
from prometheus_client import Counter, Histogram, generate_latest
from serving_rows import PredictRequest, PredictResponse, answer

app = FastAPI()
answered = Counter("requests", "Requests answered.", ["status"]).labels("200")
seconds = Histogram("request_seconds", "Time to answer.")


@app.post("/predict")
async def predict(request: PredictRequest) -> PredictResponse:
    """Predict."""
    started = time.perf_counter()
    found = answer(request.rows)
    answered.inc()
    seconds.observe(time.perf_counter() - started)
    return found


@app.get("/health/ready")
async def ready() -> dict[str, bool]:
    """Say that it is ready."""
    return {"ready": True}


@app.get("/metrics")
async def metrics() -> Response:
    """Show metrics."""
    return Response(generate_latest(), media_type="text/plain")
