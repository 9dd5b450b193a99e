"""Proves the server against this repository's own lock: it is started, asked once by every route, and ended."""

import importlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

import road.serving
from road.core.bundle import write_bundle
from road.core.manifest import Code, Column, Data, Evaluation, Graph, Manifest, Output, Period, Purpose
from road.core.reference import Distribution

# A graph that adds up the two numbers of each row.
SUM = (
    b'\x08\t:\x8b\x01\n8\n\x08features\n\x04axes\x12\nprediction"\tReduceSum*\x0f\n\x08keepdims\x18\x01\xa0\x01\x02'
    b"\x12\x03sum*\x14\x08\x01\x10\x07B\x04axesJ\x08\x01\x00\x00\x00\x00\x00\x00\x00"
    b"Z\x18\n\x08features\x12\x0c\n\n\x08\x01\x12\x06\n\x00\n\x02\x08\x02"
    b"b\x1a\n\nprediction\x12\x0c\n\n\x08\x01\x12\x06\n\x00\n\x02\x08\x01B\x04\n\x00\x10\x12"
)
NAMES = [found.name for found in pkgutil.iter_modules(road.serving.__path__) if found.name != "__main__"]
PATIENCE = 60.0
NONE = {"position": "None.", "evidence": "here"}
BRIEF = {
    "version": 1,
    "project": "sum",
    "objective": {
        "statement": "Add up.",
        "owner": "Ada",
        "requirement": {
            "prediction": "The sum.",
            "metric": "mae",
            "direction": "lower",
            "threshold": 1.0,
            "baseline": "none",
            "min_gain": 0.1,
        },
    },
    "quality_attributes": {
        "serving": {"latency_p50_ms": 5, "latency_p99_ms": 25, "throughput_rps": 10, "availability": 0.99}
    },
    "constraints": {"time": "None.", "budget": "None.", "skills": "None."},
    "concerns": {"privacy": {"personal_data": False, **NONE}, "ethics": NONE, "regulation": NONE, "security": NONE},
    "roles": {"product_owner": "Ada", "ml_engineering": "Ada", "operations": "Ada"},
    "decisions": [],
}
ROWS = [{"a": 1, "b": 3}, {"a": 2, "b": 4}]


def manifest() -> Manifest:
    period = Period(first=datetime(2026, 1, 1), last=datetime(2026, 1, 2))
    seen = Distribution.of([1.0, 2.0, 3.0])
    return Manifest(
        name="sum",
        purpose=Purpose(objective="Add up.", owner="Ada", prediction="The sum.", personal_data=False),
        inputs=[Column(name="a", kind="number"), Column(name="b", kind="number")],
        output=Output(name="sum", unit=""),
        graph=Graph(input="features", output="prediction", columns=["a", "b"], opset=18),
        evaluation=Evaluation(
            metric="mae",
            direction="lower",
            value=0.1,
            threshold=1.0,
            baseline="none",
            baseline_value=1.0,
            rows=3,
            segments={},
        ),
        data=Data(source="here", sha256="0" * 64, rows=3, trained_on=period, tested_on=period),
        code=Code(commit="none", dirty=False, packages={}, seed=0, parameters={}),
        features={"a": seen, "b": seen},
        predictions=seen,
    )


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the server of a small repository on a free port, and give its process and address."""
    place = tmp_path_factory.mktemp("repository")
    write_bundle(place / "model", manifest(), SUM)
    (place / "brief.yaml").write_text(json.dumps(BRIEF))
    (place / "project.yaml").write_text("version: 1\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    settings = {"APP_MODEL": "model", "APP_PORT": str(port), "APP_DRAIN_SECONDS": "0"}
    command = [sys.executable, "-m", "road.serving", "serve"]
    process = subprocess.Popen(command, cwd=place, env=kept | settings)  # noqa: S603 - our own interpreter
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(process, address)
        yield process, address
    finally:
        process.kill()
        process.wait(PATIENCE)


def wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return ask(f"{address}/health/ready")
        except urllib.error.URLError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server is not ready"
            time.sleep(0.05)


def ask(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=PATIENCE) as answer:  # noqa: S310
        content = answer.read().decode()
        return json.loads(content) if "json" in answer.headers["content-type"] else content


@pytest.mark.parametrize("name", NAMES)
def test_each_module_is_imported(name: str) -> None:
    assert importlib.import_module(f"road.serving.{name}").__doc__


def test_the_server_predicts_tells_of_itself_and_leaves(process: tuple[subprocess.Popen[bytes], str]) -> None:
    running, address = process
    tensors = [{"name": name, "datatype": "FP32", "shape": [2], "data": [row[name] for row in ROWS]} for name in "ab"]

    predicted = ask(f"{address}/predict", {"rows": ROWS})
    inferred = ask(f"{address}/v2/models/sum/infer", {"inputs": tensors})
    described = ask(f"{address}/openapi.json")
    page, metrics = ask(f"{address}/docs"), ask(f"{address}/metrics")
    running.terminate()

    assert predicted["predictions"] == inferred["outputs"][0]["data"] == [4.0, 6.0]
    assert "/predict" in described["paths"]
    assert "/predict" in page
    assert 'serving_requests_total{route="/predict",status="200"} 1.0' in metrics
    assert running.wait(PATIENCE) == 0
