"""Runs the server as it runs in production, in a process of its own, and asks it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Seconds after which a test gives up on a machine; no promise is held to them.
PATIENCE = 120.0


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str) -> tuple[int, Any]:
        return self.ask("GET", path)

    def predict(self, rows: list[dict[str, Any]]) -> tuple[int, Any]:
        return self.ask("POST", "/predict", json.dumps({"rows": rows}))

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        is_json = "json" in answer.headers["content-type"]
        return answer.status, json.loads(content) if is_json else content.decode()

    def metric(self, name: str) -> float:
        """Give the value of a metric, with its labels as Prometheus writes them."""
        lines = self.get("/metrics")[1].splitlines()
        return float(next(line.split()[-1] for line in lines if line.startswith(f"{name} ")))

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def pause(self) -> None:
        """Stop the process where it is, and come back when it has stopped."""
        self.process.send_signal(signal.SIGSTOP)
        state = Path(f"/proc/{self.process.pid}/stat")
        wait_for(lambda: state.read_text().rpartition(")")[2].split()[0] == "T")

    def go_on(self) -> None:
        """Let the process go on."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self, sig: int = signal.SIGTERM) -> int:
        self.process.send_signal(sig)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def running(place: Path, **settings: object) -> Iterator[Server]:
    """Run a server with settings, ready, and stop it at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {"watch_seconds": 0, "drain_seconds": 0, **settings, "port": port}
    environment = {**os.environ, **{f"APP_{key.upper()}": str(value) for key, value in given.items()}}
    process = subprocess.Popen([sys.executable, "-m", "road.serving", "serve"], env=environment, cwd=place)
    server = Server(process, port)
    try:
        wait_for(lambda: is_ready(server))
        yield server
    finally:
        process.kill()
        process.wait(timeout=PATIENCE)


def is_ready(server: Server) -> bool:
    assert server.process.poll() is None, "the server ended"
    try:
        return server.get("/health/ready")[0] == 200
    except OSError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


def request_of(body: bytes) -> bytes:
    return b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body


def read_answer(connection: socket.socket) -> tuple[int, bytes, bytes]:
    content = b""
    while b"\r\n\r\n" not in content:
        content += received(connection)
    head, _, body = content.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += received(connection)
    return int(head[9:12]), head, body


def received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    assert data, "the connection was closed"
    return data


@dataclass
class Load:
    """Clients that ask again and again over connections that stay open, until told to stop."""

    port: int
    body: bytes
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, clients: int) -> None:
        """Start clients, and come back when answers have come."""
        self.threads = [threading.Thread(target=self._client) for _ in range(clients)]
        for thread in self.threads:
            thread.start()
        self.wait_for_more()

    def wait_for_more(self) -> None:
        """Wait until more answers have come than there are clients, so that each has asked anew."""
        wanted = len(self.answers) + 2 * len(self.threads)
        wait_for(lambda: len(self.answers) >= wanted or bool(self.lost))

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(timeout=PATIENCE)

    def _client(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        while not self.stopped.is_set():
            try:
                connection.connect()
            except OSError:  # nobody listens any more: no request was sent, so none is lost
                return
            self._ask(connection)
            connection.close()

    def _ask(self, connection: HTTPConnection) -> None:
        try:
            while not self.stopped.is_set():
                connection.request("POST", "/predict", self.body)
                answer = connection.getresponse()
                self.answers.append((answer.status, answer.read()))
                if answer.headers.get("connection") == "close":
                    return
        except OSError as error:
            self.lost.append(repr(error))
