import gzip
import json
import zlib
from typing import Any

import pytest
from starlette.testclient import TestClient

from {{ package_name }}.bundle import Bundle
from {{ package_name }}.service import Service

from .conftest import MODEL


def test_the_server_predicts_what_training_predicted(
    client: TestClient, examples: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    answer = client.post("/predict", json={"rows": rows}).json()

    expected = [example["prediction"] for example in examples]
    assert answer["predictions"] == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_the_server_predicts_exactly_what_a_batch_run_does(
    client: TestClient, rows: list[dict[str, Any]]
) -> None:
    """A batch run gives columns to the bundle; each row alone and all together must agree."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    batch = Bundle.load(MODEL).predict(columns).tolist()

    together = client.post("/predict", json={"rows": rows}).json()["predictions"]
    alone = [client.post("/predict", json={"rows": [r]}).json()["predictions"][0] for r in rows]

    assert together == batch
    assert alone == batch


def test_an_answer_names_the_model(client: TestClient, rows: list[dict[str, Any]]) -> None:
    answer = client.post("/predict", json={"rows": rows[:1]}).json()

    bundle = Bundle.load(MODEL)
    assert (answer["model"], answer["version"]) == (bundle.manifest.name, bundle.digest[:16])
    assert (answer["output"], answer["unit"]) == ("departures", "flights an hour")


def test_a_missing_value_passes_where_it_may(
    client: TestClient, rows: list[dict[str, Any]]
) -> None:
    row = {**rows[0], "yesterday_temp": None}
    batch = Bundle.load(MODEL).predict({name: [value] for name, value in row.items()})

    answer = client.post("/predict", json={"rows": [row]})

    assert answer.json()["predictions"] == batch.tolist()


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"lag_1d": "many"}, 422, "/rows/0/lag_1d"),
        ({"lag_1d": None}, 422, "/rows/0/lag_1d"),
        ({"lag_1d": True}, 422, "/rows/0/lag_1d"),
        ({"lag_1d": 1e39}, 422, "/rows/0/lag_1d"),
        ({"airport": "XXX"}, 422, "/rows/0/airport"),
        ({"airport": 1}, 422, "/rows/0/airport"),
        ({"lag_2d": ...}, 422, "/rows/0/lag_2d"),
        ({"surprise": 1}, 422, "/rows/0/surprise"),
        ({"a/b~c": 1}, 422, "/rows/0/a~1b~0c"),
    ],
)
def test_a_wrong_field_is_named(
    client: TestClient,
    rows: list[dict[str, Any]],
    change: dict[str, Any],
    status: int,
    pointer: str,
) -> None:
    row = {name: value for name, value in {**rows[0], **change}.items() if value is not ...}

    answer = client.post("/predict", json={"rows": [row]})

    assert answer.status_code == status
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


def test_rows_are_limited(client: TestClient, rows: list[dict[str, Any]]) -> None:
    assert client.post("/predict", json={"rows": []}).status_code == 422
    assert client.post("/predict", json={"rows": [rows[0]] * 100}).status_code == 200
    assert client.post("/predict", json={"rows": [rows[0]] * 101}).status_code == 422


def test_a_body_over_the_limit_is_refused(client: TestClient, service: Service) -> None:
    limit = service.settings.max_body_bytes
    chunks = (b" " * 65_536 for _ in range(limit // 65_536 + 2))

    stated = client.post("/predict", content=b" " * (limit + 1))
    streamed = client.post("/predict", content=chunks)

    assert (stated.status_code, streamed.status_code) == (413, 413)
    assert stated.headers["connection"] == "close"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_body_is_unpacked(
    client: TestClient, rows: list[dict[str, Any]], encoding: str
) -> None:
    body = json.dumps({"rows": rows[:1]}).encode()
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)

    answer = client.post("/predict", content=packed, headers={"content-encoding": encoding})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (gzip.compress(b" " * 100_000_000), "gzip", 413),
        (b"no gzip", "gzip", 400),
        (gzip.compress(b"{}")[:-9], "gzip", 400),
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
def test_a_request_has_an_id(
    client: TestClient, rows: list[dict[str, Any]], given: str, *, kept: bool
) -> None:
    headers = {"x-request-id": given}

    answer = client.post("/predict", json={"rows": rows[:1]}, headers=headers)

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
    rows: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(service.champion.model, "run", fail)
    headers = {"x-request-id": "abc"}
    answer = client.post("/predict", json={"rows": rows[:1]}, headers=headers)

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
