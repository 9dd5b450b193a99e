"""The server as a process: signals, a full queue, another model, public clients."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from {{ package_name }}.server import let_nobody_in

from .conftest import MODEL
from .registries import ROWS, SUMS, add_model, point
from .servers import Load, Server, running, wait_for


@pytest.fixture(scope="module")
def server(lenient: Path) -> Iterator[Server]:
    with running(lenient, model=MODEL.resolve(), deadline_ms=500) as server:
        yield server


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    folder = tmp_path / "registry"
    point(folder, add_model(folder, 1.0))
    return folder


def request_of(body: bytes) -> bytes:
    return b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body


def read_answer(connection: socket.socket) -> tuple[int, bytes, bytes]:
    content = b""
    while b"\r\n\r\n" not in content:
        content += connection.recv(65536)
    head, _, body = content.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return int(head[9:12]), head, body


def test_a_full_queue_turns_the_rest_away_at_once(lenient: Path, registry: Path) -> None:
    """The server is stopped while 40 clients send, so that it finds all of them in one turn."""
    body = request_of(json.dumps({"rows": ROWS}).encode())
    with running(lenient, model=f"{registry}#champion", queue=8) as server:
        clients = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(40)]
        for client in clients:  # each connection is taken, before the server is stopped
            client.sendall(body)
            assert read_answer(client)[0] == 200
        server.pause()
        for client in clients:
            client.sendall(body)
        server.go_on()
        answers = [read_answer(client) for client in clients]
        rejected = server.metric("serving_rejected_total")
        again = []
        for client in clients:
            client.sendall(body)
            again.append(read_answer(client)[0])
            client.close()

    statuses = [status for status, _, _ in answers]
    assert statuses.count(200) == 8
    assert statuses.count(503) == rejected == 32
    refused = next(answer for answer in answers if answer[0] == 503)
    assert b"\r\nretry-after: 1" in refused[1]
    assert json.loads(refused[2])["status"] == 503
    assert again == [200] * 40


def test_probes_and_metrics_are_never_turned_away(lenient: Path, registry: Path) -> None:
    body = request_of(json.dumps({"rows": ROWS}).encode())
    with running(lenient, model=f"{registry}#champion", queue=1) as server:
        clients = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(10)]
        probe = socket.create_connection(("127.0.0.1", server.port), 10)
        server.pause()
        for client in clients:
            client.sendall(body)
        probe.sendall(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
        server.go_on()

        assert read_answer(probe)[0] == 200
        for client in [*clients, probe]:
            client.close()


@pytest.mark.parametrize(
    "beginning",
    [
        b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{",
        b"POST /predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nhost: x",
        b"GET /health/live HTTP/1.1\r\n",
        b"P",
    ],
)
def test_a_request_that_comes_too_slowly_is_given_up(server: Server, beginning: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(beginning)
        started = time.monotonic()
        status, head, _ = read_answer(client)

        assert status == 408
        assert b"connection: close" in head
        assert client.recv(100) == b""
        assert 0.3 < time.monotonic() - started < 5


@pytest.mark.parametrize(
    "head",
    [
        b"POST /predict HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n",
        b"POST /predict HTTP/1.1\r\na: " + b"b" * 100_000,
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=["many fields", "a long field", "a long address"],
)
def test_a_head_without_end_is_refused(server: Server, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        with suppress(ConnectionError):  # it is refused before all of it has gone
            client.sendall(head)
        status, _, body = read_answer(client)

    assert status == 431
    assert json.loads(body)["status"] == 431


def test_what_is_no_request_is_refused_as_everything_else(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        status, head, body = read_answer(client)

    assert status == 400
    assert b"application/problem+json" in head
    assert json.loads(body)["title"] == "Bad Request"


def test_a_request_in_pieces_is_answered(server: Server) -> None:
    body = b"{}"
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        for _ in range(3):
            for byte in request_of(body):
                client.sendall(bytes([byte]))
            assert read_answer(client)[0] == 422


def test_requests_sent_ahead_are_answered_in_turn(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(request_of(b"{}") + request_of(b"{") + request_of(b"{}"))

        content = b""
        while content.count(b"HTTP/1.1") < 3 or not content.endswith(b"}"):
            content += client.recv(65536)

    assert [part[1:4] for part in content.split(b"HTTP/1.1")[1:]] == [b"422", b"400", b"422"]


def test_sigterm_under_load_loses_no_request(lenient: Path, registry: Path) -> None:
    with running(lenient, model=f"{registry}#champion", drain_seconds=1) as server:
        load = Load(server.port, json.dumps({"rows": ROWS}).encode())
        load.start(clients=16)
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        not_ready = server.get("/health/ready")
        code = server.process.wait(timeout=20)
        load.stop()

    assert not_ready[0] == 503
    assert code == 0
    assert load.lost == []
    assert {status for status, _ in load.answers} == {200}
    assert len(load.answers) > 8


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops attempts to connect")
def test_who_is_being_let_in_when_nobody_else_is_can_speak() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        before = socket.create_connection(address, 5)
        let_nobody_in(listener)
        with pytest.raises(TimeoutError):
            socket.create_connection(address, 0.3)
        accepted, _ = listener.accept()
    let_nobody_in(accepted)  # as it has it from the listener, when it was made meanwhile
    accepted.settimeout(5)

    with before, accepted:
        before.sendall(b"request")
        assert accepted.recv(100) == b"request"


def test_another_champion_is_taken_up_under_load(lenient: Path, registry: Path) -> None:
    factors = {}
    for factor in (1.0, -2.0, 3.0):
        digest = add_model(registry, factor)
        factors[digest[:16]] = (factor, digest)
    with running(lenient, model=f"{registry}#champion", watch_seconds=0.1) as server:
        load = Load(server.port, json.dumps({"rows": ROWS}).encode())
        load.start(clients=4)
        for version, (_, digest) in factors.items():
            point(registry, digest)
            wait_for(lambda v=version: server.get("/health/ready")[1]["version"] == v)
            time.sleep(0.2)
        load.stop()
        assert server.metric('serving_model_swaps_total{outcome="swapped"}') == 2

    assert load.lost == []
    seen = set()
    for status, body in load.answers:
        assert status == 200
        answer = json.loads(body)
        factor, _ = factors[answer["version"]]
        assert answer["predictions"] == [factor * value for value in SUMS]
        seen.add(answer["version"])
    assert seen == set(factors)


def test_sighup_looks_for_another_champion_at_once(lenient: Path, registry: Path) -> None:
    with running(lenient, model=f"{registry}#champion") as server:
        digest = add_model(registry, 5.0)
        point(registry, digest)
        server.process.send_signal(signal.SIGHUP)

        wait_for(lambda: server.get("/health/ready")[1]["version"] == digest[:16])
        assert server.predict(ROWS)[1]["predictions"] == [5 * value for value in SUMS]


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("packed", [None, "gzip", "deflate"])
def test_the_public_client_of_the_protocol_works_as_it_is(
    server: Server, examples: list[dict[str, Any]], packed: str | None, *, binary: bool
) -> None:
    triton = pytest.importorskip("tritonclient.http")
    client = triton.InferenceServerClient(f"127.0.0.1:{server.port}")
    name = json.loads((MODEL / "bundle.json").read_text())["name"]
    inputs = []
    for column in client.get_model_metadata(name)["inputs"]:
        kind = object if column["datatype"] == "BYTES" else np.float32
        values = np.array([example["row"][column["name"]] for example in examples], dtype=kind)
        tensor = triton.InferInput(column["name"], list(values.shape), column["datatype"])
        tensor.set_data_from_numpy(values, binary_data=binary)
        inputs.append(tensor)
    outputs = [triton.InferRequestedOutput("departures", binary_data=binary)]

    answer = client.infer(name, inputs, outputs=outputs, request_compression_algorithm=packed)

    expected = [example["prediction"] for example in examples]
    assert answer.as_numpy("departures").tolist() == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(name)
    with pytest.raises(triton.InferenceServerException, match="inputs differ"):
        client.infer(name, inputs[1:])
    client.close()


@pytest.mark.parametrize("script", ["client.py", "triton_client.py"])
def test_the_examples_for_clients_work(server: Server, script: str) -> None:
    address = f"127.0.0.1:{server.port}"
    url = address if script.startswith("triton") else f"http://{address}"
    command = [sys.executable, f"scripts/{script}", url]

    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 0, done.stderr
    assert "departures" in done.stdout


def test_a_port_in_use_is_a_users_error(server: Server, lenient: Path) -> None:
    environment = {"APP_PORT": str(server.port), "APP_BRIEF": str(lenient), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "{{ package_name }}", "serve"]

    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "can't listen on 127.0.0.1" in done.stderr


def test_logs_hold_no_values_of_a_request(lenient: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running(
        lenient, model=MODEL.resolve(), access_log="true", log_format="json", log_level="debug"
    ) as server:
        body = '{"rows": [{"airport": "SECRET-VALUE", "lag_1d": 13.37}]}'
        assert server.ask("POST", "/predict", body)[0] == 422
        server.stop()

    said = capfd.readouterr().err
    assert "SECRET-VALUE" not in said
    assert "13.37" not in said
    line = next(json.loads(line) for line in said.splitlines() if '"event": "request"' in line)
    assert (line["route"], line["status"]) == ("/predict", 422)
    assert line["request_id"]
