import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from {{ package_name }}.app import create_app
from {{ package_name }}.brief import Brief
from {{ package_name }}.config import ServingSettings
from {{ package_name }}.service import Service

from .conftest import MODEL
from .servers import running

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector that keeps what it is sent."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_span_tells_of_a_request_and_nothing_of_its_values(
    collector: tuple[str, list[bytes]], brief: Brief, rows: list[dict[str, Any]]
) -> None:
    url, received = collector
    settings = ServingSettings(model=str(MODEL), watch_seconds=0, traces=url, trace_share=0.0)
    headers = {"traceparent": PARENT, "x-request-id": "abc"}
    with TestClient(create_app(Service(settings, brief))) as client:
        client.post("/predict", json={"rows": rows[:1]}, headers=headers)
        client.post("/predict", json={"rows": rows[:1]})  # no parent, and a share of 0
        headers["traceparent"] = PARENT[:-1] + "0"  # its caller doesn't trace it
        client.post("/predict", json={"rows": rows[:1]}, headers=headers)

    request = ExportTraceServiceRequest.FromString(b"".join(received))
    (span,) = request.resource_spans[0].scope_spans[0].spans
    attributes = {a.key: a.value.string_value or a.value.int_value for a in span.attributes}
    assert span.name == "POST /predict"
    assert span.trace_id.hex() == PARENT.split("-")[1]
    assert attributes == {
        "http.route": "/predict",
        "request.id": "abc",
        "http.response.status_code": 200,
    }


def test_a_collector_that_is_gone_keeps_nobody_from_leaving(
    lenient: Path, rows: list[dict[str, Any]]
) -> None:
    traced = {"traces": "http://127.0.0.1:9", "trace_share": 1}
    with running(lenient, model=MODEL.absolute(), **traced) as server:
        status, _ = server.predict(rows[:1])
        started = time.monotonic()
        code = server.stop()

    assert (status, code) == (200, 0)
    assert time.monotonic() - started < 15  # it would try for 30 seconds


def test_without_a_collector_there_is_nothing(service: Service) -> None:
    assert service.tracer is None
