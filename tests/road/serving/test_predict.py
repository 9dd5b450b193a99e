from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from road.core.bundle import Bundle
from road.serving.service import Service
from starlette.testclient import TestClient

from tests.road.serving.models import NAME, OUTPUT, ROWS, SUMS


def test_a_row_with_a_missing_value_is_predicted_as_the_others(client: TestClient) -> None:
    answer = client.post("/predict", json={"rows": ROWS})

    assert None in ROWS[2].values()
    assert answer.json()["predictions"] == SUMS


def test_the_server_predicts_exactly_what_a_batch_run_does(client: TestClient, bundle: Bundle) -> None:
    """A batch run gives columns to the bundle; each row alone and all together must agree."""
    batch = bundle.predict({name: [row[name] for row in ROWS] for name in ROWS[0]}).values.tolist()

    together = client.post("/predict", json={"rows": ROWS}).json()["predictions"]
    alone = [client.post("/predict", json={"rows": [row]}).json()["predictions"][0] for row in ROWS]

    assert together == batch
    assert alone == batch


def test_an_answer_names_the_model(client: TestClient, bundle: Bundle) -> None:
    answer = client.post("/predict", json={"rows": ROWS[:1]}).json()

    assert (answer["model"], answer["version"]) == (NAME, bundle.digest[:16])
    assert (answer["output"], answer["unit"]) == (OUTPUT, "things")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"guests": "many"}, "/rows/0/guests"),
        ({"guests": None}, "/rows/0/guests"),
        ({"guests": True}, "/rows/0/guests"),
        ({"guests": 1e39}, "/rows/0/guests"),
        ({"stall": "books"}, "/rows/0/stall"),
        ({"stall": 1}, "/rows/0/stall"),
        ({"price": ...}, "/rows/0/price"),
        ({"surprise": 1}, "/rows/0/surprise"),
        ({"a/b~c": 1}, "/rows/0/a~1b~0c"),
    ],
)
def test_a_wrong_field_is_named(client: TestClient, change: dict[str, Any], pointer: str) -> None:
    row = {name: value for name, value in {**ROWS[0], **change}.items() if value is not ...}

    answer = client.post("/predict", json={"rows": [row]})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert next(iter(change)) in problem["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"rows": "\xff"}',
        b"[" * 100_000,
        b'{"rows": [' + b'{"a":' * 50_000,
        b'{"rows": NaN}',
        b"null",
        b"1",
    ],
)
def test_what_is_no_request_is_a_client_error(client: TestClient, body: bytes) -> None:
    answer = client.post("/predict", content=body)

    assert answer.status_code in (400, 422)
    assert answer.json()["status"] == answer.status_code
    assert "Traceback" not in answer.text


def test_rows_are_limited(client: TestClient) -> None:
    assert client.post("/predict", json={"rows": []}).status_code == 422
    assert client.post("/predict", json={"rows": [ROWS[0]] * 100}).status_code == 200
    assert client.post("/predict", json={"rows": [ROWS[0]] * 101}).status_code == 422


def test_a_body_over_the_limit_is_refused(client: TestClient, service: Service) -> None:
    limit = service.settings.max_body_bytes
    chunks = (b" " * 65_536 for _ in range(limit // 65_536 + 2))

    stated = client.post("/predict", content=b" " * (limit + 1))
    streamed = client.post("/predict", content=chunks)

    assert (stated.status_code, streamed.status_code) == (413, 413)
    assert stated.headers["connection"] == "close"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_body_is_unpacked(client: TestClient, encoding: str) -> None:
    body = json.dumps({"rows": ROWS[:1]}).encode()
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)

    answer = client.post("/predict", content=packed, headers={"content-encoding": encoding})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (gzip.compress(b" " * 100_000_000, mtime=0), "gzip", 413),
        (b"no gzip", "gzip", 400),
        (gzip.compress(b"{}", mtime=0)[:-9], "gzip", 400),
        (b"", "br", 415),
    ],
)
def test_a_packed_body_is_unpacked_within_limits(
    client: TestClient, content: bytes, encoding: str, status: int
) -> None:
    answer = client.post("/predict", content=content, headers={"content-encoding": encoding})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a-1.B_2", True), ("", False), ("x" * 65, False), ("a b", False), ("a\tb", False)],
)
def test_a_request_has_an_id(client: TestClient, given: str, *, kept: bool) -> None:
    headers = {"x-request-id": given}

    answer = client.post("/predict", json={"rows": ROWS[:1]}, headers=headers)

    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.headers["x-request-id"]


def test_a_problem_carries_the_id(client: TestClient) -> None:
    answer = client.post("/predict", content=b"{", headers={"x-request-id": "abc"})

    assert answer.json()["instance"] == "urn:request:abc"


def test_other_paths_and_methods_are_problems_too(client: TestClient) -> None:
    gone, wrong = client.get("/nothing"), client.get("/predict")

    assert (gone.status_code, wrong.status_code) == (404, 405)
    assert gone.json()["title"] == "Not Found"


def test_a_fault_of_ours_is_logged_and_counted_and_not_told(
    client: TestClient,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(service.champion.model, "run", fail)
    headers = {"x-request-id": "abc"}
    answer = client.post("/predict", json={"rows": ROWS[:1]}, headers=headers)

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == "urn:request:abc"
    assert "secret" not in answer.text
    (record,) = [record for record in caplog.records if record.exc_info]
    assert vars(record)["request_id"] == "abc"
    counted = client.get("/metrics").text
    assert 'serving_requests_total{route="/predict",status="500"} 1.0' in counted


@pytest.mark.parametrize("path", ["/predict/", "/health/live/", "/elsewhere"])
def test_nobody_is_sent_elsewhere(client: TestClient, path: str) -> None:
    answer = client.post(path, json={}, follow_redirects=False)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_a_probe_may_ask_for_the_head_alone(client: TestClient, path: str) -> None:
    answer = client.head(path)

    assert (answer.status_code, answer.content) == (200, b"")
