"""What of a request gets into a trace, and that nobody waits for a collector."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from road.serving import tracing
from road.serving.app import assemble
from road.serving.service import Service
from road.serving.tracing import Tracer
from starlette.testclient import TestClient

from tests.road.serving.conftest import Make
from tests.road.serving.models import ROWS
from tests.road.serving.servers import PATIENCE

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


def test_a_span_tells_of_a_request_and_nothing_of_its_values(collector: tuple[str, list[bytes]], make: Make) -> None:
    url, received = collector
    headers = {"traceparent": PARENT, "x-request-id": "abc"}
    with TestClient(assemble(Service(make(traces=url, trace_share=0.0)))) as client:
        client.post("/predict", json={"rows": ROWS[:1]}, headers=headers)
        client.post("/predict", json={"rows": ROWS[:1]})  # no parent, and a share of 0
        headers["traceparent"] = PARENT[:-1] + "0"  # its caller doesn't trace it
        client.post("/predict", json={"rows": ROWS[:1]}, headers=headers)

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


def test_a_collector_that_is_gone_fails_no_request(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0.05")  # after which it is tried no more
    traced = make(traces="http://127.0.0.1:9", trace_share=1)
    with TestClient(assemble(Service(traced))) as client:
        answer = client.post("/predict", json={"rows": ROWS[:1]})

    assert answer.status_code == 200


def test_leaving_waits_no_longer_for_a_collector_than_it_is_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The collector here takes what is left when it is let to, which is after the server has left."""
    monkeypatch.setattr(tracing, "_LAST_SECONDS", 0.01)
    let, taken = threading.Event(), threading.Event()

    class Slow(TracerProvider):
        def shutdown(self) -> None:
            let.wait()
            taken.set()

    Tracer(Slow(shutdown_on_exit=False), 1.0).close()

    assert not taken.is_set()
    let.set()
    assert taken.wait(PATIENCE)


def test_without_a_collector_there_is_nothing(service: Service) -> None:
    assert service.tracer is None
