"""Loads a server at a fixed rate, whatever it answers, and holds the figures to the brief.

The rate doesn't wait for answers: a request that should have gone while another was late is
counted from when it should have gone, so a slow server can't hide behind a slow client.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np

from road.core.brief import Brief
from road.core.errors import UserError
from road.core.gate import Verdict
from road.core.location import load_bundle
from road.serving.config import ServingSettings
from road.serving.rows import sample_rows

P50 = "quality_attributes.serving.latency_p50_ms"
P99 = "quality_attributes.serving.latency_p99_ms"
RATE = "quality_attributes.serving.throughput_rps"
AVAILABILITY = "quality_attributes.serving.availability"
_ROWS = 512
_LATE = 0.98  # share of the offered rate that the client must have kept, to be believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a server is offered, and the headers that each request carries."""

    rate: float
    seconds: float
    connections: int
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came back: latencies in milliseconds from when each request should have gone."""

    offered: float
    answered: float
    statuses: dict[int, int]
    latencies: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """Latency in milliseconds that this share of good answers kept."""
        return float(np.percentile(self.latencies, share * 100)) if self.latencies else float("inf")

    @property
    def good(self) -> float:
        """Share of requests that were answered well."""
        total = sum(self.statuses.values())
        return self.statuses.get(200, 0) / total if total else 0.0

    def text(self) -> str:
        """A line for a person."""
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return (
            f"offered {self.offered:.0f}/s, answered {self.answered:.0f}/s, "
            f"p50 {self.percentile(0.5):.2f} ms, p99 {self.percentile(0.99):.2f} ms; {statuses}"
        )


def hold_to_brief(brief: Brief, result: Result) -> tuple[Verdict, ...]:
    """Compare what was measured with what the brief asks."""
    p50, p99 = result.percentile(0.5), result.percentile(0.99)
    rate, good = brief.number(RATE), brief.number(AVAILABILITY)
    return (
        _within(P50, p50, brief.number(P50)),
        _within(P99, p99, brief.number(P99)),
        Verdict(
            demand=RATE,
            wanted=rate,
            passed=result.answered >= _LATE * min(rate, result.offered),
            message=f"{result.answered:.0f}/s, at least {min(rate, result.offered):.0f}/s",
        ),
        Verdict(
            demand=AVAILABILITY,
            wanted=good,
            passed=result.good >= good,
            message=f"{result.good:.4%} answered well, at least {good:.4%}",
        ),
    )


def headers_of(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Headers as the command line has them, each with the environment variable that holds its value."""
    found = []
    for text in given:
        name, _, variable = text.partition("=")
        value = os.environ.get(variable)
        if not name or value is None:
            raise UserError(f"--header {text}: write NAME=VARIABLE, with a variable that is set")
        found.append((name, value))
    return tuple(found)


def requests_of(settings: ServingSettings) -> list[bytes]:
    """Bodies with a row each, drawn from the model's reference, always the same ones."""
    manifest = load_bundle(settings.model).manifest
    return [json.dumps({"rows": [row]}).encode() for row in sample_rows(manifest, _ROWS)]


def run_against(url: str, bodies: list[bytes], load: Load) -> Result:
    """Offer the load to a server and give what came back."""
    target = urlsplit(url)
    if target.scheme != "http" or not target.hostname:
        raise UserError(f"{url} is no address of the form http://host:port")
    host, port = target.hostname, target.port or 80
    requests = [_request(f"{host}:{port}", body, load.headers) for body in bodies]
    try:
        return asyncio.run(_offer(host, port, requests, load))
    except OSError as error:
        raise UserError(f"{url} can't be reached: {error}") from error


@contextmanager
def started_server(settings: ServingSettings) -> Iterator[str]:
    """Start a server of this repository on a free port, give its address, and stop it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "APP_PORT": str(port),
        "APP_HOST": "127.0.0.1",
        "APP_DRAIN_SECONDS": "0",
        "APP_MODEL": settings.model,
    }
    command = [sys.executable, "-m", "road.serving", "serve"]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            raise UserError(f"the server ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=1):  # noqa: S310 - http
                return
        except OSError:
            time.sleep(0.05)
    raise UserError("the server was not ready within 30 seconds")


def _within(demand: str, measured: float, most: float) -> Verdict:
    message = f"{measured:.2f} ms, at most {most:g} ms"
    return Verdict(demand=demand, wanted=most, passed=measured <= most, message=message)


def _request(host: str, body: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [("host", host), ("content-type", "application/json"), ("content-length", str(len(body))), *headers]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"POST /predict HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


async def _offer(host: str, port: int, requests: list[bytes], load: Load) -> Result:
    """Send requests at their times over some connections, each taking the next that is due."""
    total = max(1, int(load.rate * load.seconds))
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    turn = iter(range(total))
    begun = time.perf_counter() + 0.1

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for number in turn:
            due = begun + number / load.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(requests[number % len(requests)])
            status = await _status(reader)
            statuses[status] += 1
            if status == 200:
                latencies.append((time.perf_counter() - due) * 1000)
        writer.close()

    await asyncio.gather(*(client() for _ in range(load.connections)))
    seconds = time.perf_counter() - begun
    return Result(
        offered=load.rate,
        answered=statuses[200] / seconds,
        statuses=dict(statuses),
        latencies=tuple(latencies),
    )


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer and give its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head[9:12])
