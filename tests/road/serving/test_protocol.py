"""What is answered before a request is parsed: too much, too slow, too long, and what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from road.serving.protocol import is_whole

from tests.road.serving.models import ROWS
from tests.road.serving.servers import Server, read_answer, received, request_of, running

BODY = request_of(json.dumps({"rows": ROWS}).encode())
PLAIN = b"POST /predict HTTP/1.1\r\nhost: x\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(scope="module")
def server(place: Path, model: Path) -> Iterator[Server]:
    with running(place, model=model) as server:
        yield server


@pytest.fixture(scope="module")
def hasty(place: Path, model: Path) -> Iterator[Server]:
    """Give a server that waits hardly at all for the end of a request."""
    with running(place, model=model, deadline_ms=50) as server:
        yield server


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (PLAIN, True),
        (PLAIN[:-1], False),
        (PLAIN + b"G", False),
        (PLAIN.replace(b"Content-Length: 2", b"a: b"), False),
        (PLAIN.replace(b"host: x", b"content-length: 2"), False),
        (PLAIN.replace(b"host: x", b"transfer-encoding: chunked"), False),
        (PLAIN.replace(b"host: x", b"expect: 100-continue"), False),
        (PLAIN.replace(b"host: x", b"connection: close"), False),
        (PLAIN.replace(b": 2", b": 2, 2"), False),
        (PLAIN.replace(b": 2", b": +2"), False),
        (PLAIN.replace(b": 2", b": "), False),
        (b"POST /predict HTTP/1.1\r\n", False),
    ],
)
def test_only_what_is_plain_and_whole_is_turned_away_unparsed(data: bytes, *, whole: bool) -> None:
    assert is_whole(data) is whole


def test_a_full_queue_turns_the_rest_away_at_once(place: Path, model: Path) -> None:
    """The server is stopped while 40 clients send, so that it finds all of them in one turn."""
    with running(place, model=model, queue=8) as server:
        clients = [server.connect() for _ in range(40)]
        for client in clients:  # each connection is taken, before the server is stopped
            client.sendall(BODY)
            assert read_answer(client)[0] == 200
        server.pause()
        for client in clients:
            client.sendall(BODY)
        server.go_on()
        answers = [read_answer(client) for client in clients]
        rejected = server.metric("serving_rejected_total")
        again = []
        for client in clients:
            client.sendall(BODY)
            again.append(read_answer(client)[0])
            client.close()

    statuses = [status for status, _, _ in answers]
    assert statuses.count(200) == 8
    assert statuses.count(503) == rejected == 32
    refused = next(answer for answer in answers if answer[0] == 503)
    assert b"\r\nretry-after: 1" in refused[1]
    assert json.loads(refused[2])["status"] == 503
    assert again == [200] * 40


def test_probes_and_metrics_are_never_turned_away(place: Path, model: Path) -> None:
    with running(place, model=model, queue=1) as server:
        clients = [server.connect() for _ in range(10)]
        probe = server.connect()
        server.pause()
        for client in clients:
            client.sendall(BODY)
        probe.sendall(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
        server.go_on()

        assert read_answer(probe)[0] == 200
        assert server.get("/metrics")[0] == 200
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
def test_a_request_that_comes_too_slowly_is_given_up(hasty: Server, beginning: bytes) -> None:
    with hasty.connect() as client:
        client.sendall(beginning)
        status, head, _ = read_answer(client)

        assert status == 408
        assert b"connection: close" in head
        assert client.recv(100) == b""


def test_a_request_that_was_answered_before_its_end_is_answered_once(hasty: Server) -> None:
    with hasty.connect() as client:
        client.sendall(b"POST /elsewhere HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n")

        assert read_answer(client)[0] == 404
        assert client.recv(100) == b""


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
    with server.connect() as client:
        with suppress(ConnectionError):  # it is refused before all of it has gone
            client.sendall(head)
        status, _, body = read_answer(client)

    assert status == 431
    assert json.loads(body)["status"] == 431


def test_what_is_no_request_is_refused_as_everything_else(server: Server) -> None:
    with server.connect() as client:
        client.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        status, head, body = read_answer(client)

    assert status == 400
    assert b"application/problem+json" in head
    assert json.loads(body)["title"] == "Bad Request"


def test_a_request_in_pieces_is_answered(place: Path, model: Path) -> None:
    with running(place, model=model, deadline_ms=1e6) as server, server.connect() as client:
        for _ in range(3):
            for byte in request_of(b"{}"):
                client.sendall(bytes([byte]))
            assert read_answer(client)[0] == 422


def test_requests_sent_ahead_are_answered_in_turn(server: Server) -> None:
    with server.connect() as client:
        client.sendall(request_of(b"{}") + request_of(b"{") + request_of(b"{}"))

        content = b""
        while content.count(b"HTTP/1.1") < 3 or not content.endswith(b"}"):
            content += received(client)

    assert [part[1:4] for part in content.split(b"HTTP/1.1")[1:]] == [b"422", b"400", b"422"]
