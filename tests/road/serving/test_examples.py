"""Each example of the description is what the server really answers, to what is done here."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from road.serving.admission import too_late
from road.serving.app import assemble
from road.serving.service import Service
from starlette.testclient import TestClient

from tests.road.serving.conftest import Make
from tests.road.serving.models import INPUTS, NAME, ROWS, add_bundle
from tests.road.serving.servers import Server, read_answer, request_of, running

PREDICT = "/predict"
INFER = "/v2/models/{model}/infer"
VERSION_INFER = "/v2/models/{model}/versions/{version}/infer"
PROBLEM = "application/problem+json"
Provoke = Callable[[TestClient, Service, str], Any]


def send(content: bytes, **headers: str) -> Provoke:
    return lambda client, _, url: client.post(url, content=content, headers=headers)


def fail(client: TestClient, service: Service, url: str) -> Any:
    request = asked(client, url)
    service.champion.model.run = raising(RuntimeError())  # type: ignore[method-assign]
    return client.post(url, json=request)


def be_late(client: TestClient, service: Service, url: str) -> Any:
    service.admission.predict = raising(too_late())  # type: ignore[method-assign]
    return client.post(url, json=asked(client, url))


def raising(error: Exception) -> Callable[..., Any]:
    def run(*_: object) -> Any:
        raise error

    return run


WRONG_ROW = json.dumps({"rows": [{**dict.fromkeys(row := ROWS[0], 5), "stall": "fish", list(row)[-1]: "many"}]})
PROVOKED: dict[tuple[str, str], Provoke] = {
    (PREDICT, "422"): send(WRONG_ROW.encode()),
    (INFER, "422"): send(b'{"inputs": 1}'),
    (INFER, "404"): lambda client, _, url: client.post(url.replace(NAME, f"not-{NAME}"), json={"inputs": []}),
}
for path in (PREDICT, INFER):
    PROVOKED |= {
        (path, "400"): send(b"{"),
        (path, "413"): send(b" " * 2000),
        (path, "415"): send(b"{}", **{"content-encoding": "br"}),
        (path, "500"): fail,
        (path, "504"): be_late,
    }
BY_PROTOCOL = {"408", "431", "503"}


def url_of(path: str) -> str:
    return path.replace("{model}", NAME)


def asked(client: TestClient, url: str) -> Any:
    """Give the request that the description shows."""
    operation = described(client)[PREDICT if url == PREDICT else INFER]["post"]
    return operation["requestBody"]["content"]["application/json"]["example"]


def described(client: TestClient) -> Any:
    return client.get("/openapi.json").json()["paths"]


def example(paths: Any, path: str, status: str) -> Any:
    return paths[path]["post"]["responses"][status]["content"][PROBLEM]["example"]


def without_id(problem: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in problem.items() if key != "instance"}


@pytest.fixture
def service(make: Make) -> Service:
    return Service(make(max_body_bytes=1500))


@pytest.fixture(scope="module")
def server(place: Path, model: Path) -> Iterator[Server]:
    with running(place, model=model, queue=1, deadline_ms=50) as server:
        yield server


def test_every_problem_that_is_described_is_provoked_here(client: TestClient) -> None:
    told = {
        (path, status)
        for path in (PREDICT, INFER)
        for status, answer in described(client)[path]["post"]["responses"].items()
        if PROBLEM in answer["content"]
    }

    assert told == set(PROVOKED) | {(path, status) for path in (PREDICT, INFER) for status in BY_PROTOCOL}


@pytest.mark.parametrize(("path", "status"), PROVOKED)
def test_an_example_of_a_problem_is_what_is_answered(
    client: TestClient, service: Service, path: str, status: str
) -> None:
    shown = example(described(client), path, status)

    answer = PROVOKED[path, status](client, service, url_of(path))

    assert str(answer.status_code) == status
    assert without_id(answer.json()) == without_id(shown)
    assert shown["instance"].startswith("urn:request:")


@pytest.mark.parametrize("path", [PREDICT, INFER])
def test_an_example_of_a_request_is_answered_as_is_shown(client: TestClient, path: str) -> None:
    shown = described(client)[path]["post"]["responses"]["200"]["content"]["application/json"]["example"]

    answer = client.post(url_of(path), json=asked(client, url_of(path)))

    assert answer.json() == shown


def test_both_routes_of_the_protocol_show_the_same(client: TestClient) -> None:
    paths = described(client)

    assert paths[INFER]["post"]["responses"] == paths[VERSION_INFER]["post"]["responses"]


def test_examples_name_columns_of_the_model_in_use(make: Make, tmp_path: Path) -> None:
    """A model without numbers, whose one category has the very values that would be wrong elsewhere."""
    inputs = [INPUTS[0].model_copy(update={"name": "kind", "values": ["many", "many?"]})]
    add_bundle(tmp_path / "kinds", inputs=inputs)
    with TestClient(assemble(Service(make(model=str(tmp_path / "kinds"))))) as client:
        problem = example(described(client), PREDICT, "422")

        answer = client.post(PREDICT, json={"rows": [{"kind": "many??"}]})

    assert problem["errors"][0]["pointer"] == "/rows/0/kind"
    assert without_id(answer.json()) == without_id(problem)


def provoke(server: Server, status: str) -> bytes:
    """Send what is answered before it is parsed, and give the answer."""
    beginning = {"408": b"POST /predict HTTP/1.1\r\n", "431": b"GET / HTTP/1.1\r\na: " + b"b" * 70_000}
    if status in beginning:
        with server.connect() as client:
            client.sendall(beginning[status])
            return read_answer(client)[2]
    server.pause()
    clients = [server.connect() for _ in range(5)]
    for client in clients:
        client.sendall(request_of(b"{}"))
    server.go_on()
    answers = [read_answer(client) for client in clients]
    for client in clients:
        client.close()
    return next(body for status, _, body in answers if status == 503)


@pytest.mark.parametrize("path", [PREDICT, INFER])
@pytest.mark.parametrize("status", sorted(BY_PROTOCOL))
def test_an_example_of_what_is_answered_unparsed_is_true(server: Server, path: str, status: str) -> None:
    shown = example(server.get("/openapi.json")[1]["paths"], path, status)

    assert json.loads(provoke(server, status)) == shown


def test_examples_of_the_other_routes_are_true(client: TestClient, service: Service) -> None:
    paths = described(client)

    def shown(path: str, status: str) -> Any:
        return paths[path]["get"]["responses"][status]["content"]["application/json"]["example"]

    for path in ("/v2/models/{model}", "/v2/models/{model}/ready"):
        answer = client.get(path.replace("{model}", f"not-{NAME}"))
        assert (answer.status_code, answer.json()) == (404, shown(path, "404"))
    service.admission.draining = True
    for path in ("/health/ready", "/v2/health/ready", "/v2/models/{model}/ready"):
        answer = client.get(url_of(path))
        assert (answer.status_code, answer.json()) == (503, shown(path, "503"))


def test_a_packed_body_is_no_problem(client: TestClient) -> None:
    body = gzip.compress(json.dumps({"rows": ROWS}).encode())

    assert client.post(PREDICT, content=body, headers={"content-encoding": "gzip"}).status_code == 200
