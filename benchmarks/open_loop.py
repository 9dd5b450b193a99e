"""Offer requests to an HTTP server at a fixed rate, whatever it answers, from one core and one thread.

    python benchmarks/open_loop.py PORT BODIES --rate 20000 --seconds 5

`BODIES` holds a JSON body a line for `POST /predict`. Latency counts from when a request was due, so a server can't
hide behind a client that waits; `lag` says how late the client itself was. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import statistics
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

BURST = 16  # requests sent before answers are looked for again


class Client:
    """Connections with at most one request each, and what came back."""

    def __init__(self, port: int, requests: list[bytes], connections: int) -> None:
        """Connect."""
        self.requests = requests
        self.sockets = {
            s.fileno(): s for s in (socket.create_connection(("127.0.0.1", port)) for _ in range(connections))
        }
        self.idle = deque(self.sockets)
        self.due: dict[int, float] = {}
        self.held: dict[int, bytes] = {}
        self.latencies: dict[int, list[float]] = {}
        self.lags: list[float] = []
        self.poll = select.epoll()
        for number, connection in self.sockets.items():
            connection.settimeout(0)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.poll.register(number, select.EPOLLIN)

    def run(self, rate: float, seconds: float) -> None:
        """Send at the rate; wait two seconds at most for the last answers."""
        total, sent = int(rate * seconds), 0
        start = time.perf_counter() + 0.05
        end = start + seconds + 2
        while (sent < total or self.due) and time.perf_counter() < end:
            for _ in range(BURST):
                due = start + sent / rate
                now = time.perf_counter()
                if sent == total or due > now or not self.idle:
                    break
                self._send(sent, due, now)
                sent += 1
            wait = 0.0 if sent < total and self.idle and start + sent / rate <= time.perf_counter() else 0.0002
            for number, _ in self.poll.poll(wait):
                self._receive(number)

    def report(self, seconds: float) -> dict[str, Any]:
        """Return percentiles in milliseconds by status, and rates a second."""
        found: dict[str, Any] = {"lag_p99_ms": _percentile(self.lags, 99), "unanswered": len(self.due)}
        for status, values in sorted(self.latencies.items()):
            found[str(status)] = {
                "per_second": round(len(values) / seconds),
                "p50_ms": _percentile(values, 50),
                "p99_ms": _percentile(values, 99),
            }
        return found

    def _send(self, number: int, due: float, now: float) -> None:
        connection = self.idle.popleft()
        self.sockets[connection].send(self.requests[number % len(self.requests)])
        self.due[connection] = due
        self.lags.append(now - due)

    def _receive(self, number: int) -> None:
        data = self.sockets[number].recv(65536)
        if not data:
            raise SystemExit("the server closed a connection")
        data = self.held.pop(number, b"") + data
        if not data.endswith(b"}"):  # every body is a JSON object
            self.held[number] = data
            return
        self.latencies.setdefault(int(data[9:12]), []).append(time.perf_counter() - self.due.pop(number))
        self.idle.append(number)


def _percentile(values: list[float], at: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[at - 1] * 1000, 3) if len(values) > 1 else 0.0


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Offer requests at a fixed rate.")
    parser.add_argument("port", type=int)
    parser.add_argument("bodies", type=Path)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=512)
    options = parser.parse_args()
    head = "POST /predict HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n"
    requests = [head.format(len(body)).encode() + body for body in options.bodies.read_bytes().splitlines()]
    client = Client(options.port, requests, options.connections)
    client.run(options.rate, options.seconds)
    json.dump(client.report(options.seconds), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
