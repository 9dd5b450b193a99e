"""Loads a server until stdin ends, then judges every answer: `load.py PORT PANEL VERSION=FILES ...`.

Each VERSION comes with the predictions that a batch run made with that model for the panel; an answer must be the
predictions of the version that it names. Clients that are told to leave connect again, and stop once nobody listens.
Says `loading` when each request was answered once, and what came of it as JSON at the end.
"""

import json
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

CLIENTS, ROWS, REQUESTS = 8, 8, 256
CLOSE, APART = 1e-5, 1e-3
MOST_SECONDS = 60
ROUTES = ("/predict", "/v2/models/departure-forecast/infer")


@dataclass(slots=True)
class Load:
    """What is asked, and what came back."""

    port: int
    bodies: list[tuple[str, bytes]]
    answers: list[tuple[int, int, bytes, float]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    gone: int = 0
    last: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask(self, first: int) -> None:
        """Be one client, until told to stop or until nobody listens."""
        number = first
        while not self.stopped.is_set():
            connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.connect()
            except OSError:  # no request was sent, so none is lost
                self.gone += 1
                return
            number = self._ask_over(connection, number)
            connection.close()

    def _ask_over(self, connection: HTTPConnection, number: int) -> int:
        """Ask over one connection until the server says to leave it; give the number of the next request."""
        while not self.stopped.is_set():
            at = number % len(self.bodies)
            route, body = self.bodies[at]
            number += CLIENTS
            begun = time.perf_counter()
            try:
                connection.request("POST", route, body)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, HTTPException) as error:
                self.lost.append(repr(error))
                return number
            self.answers.append((at, answer.status, content, time.perf_counter() - begun))
            if answer.headers.get("connection") == "close":
                self.last += 1
                return number
        return number


def main() -> None:
    """Load, judge and report."""
    panel = pl.read_parquet(Path(sys.argv[2]) / "*" / "panel.parquet", hive_partitioning=False)
    asked = panel.sample(ROWS * REQUESTS, seed=0, shuffle=True)
    expected = dict(predicted(asked, *given.split("=", 1)) for given in sys.argv[3:])
    parts = list(asked.drop("hour").iter_slices(ROWS))
    load = Load(int(sys.argv[1]), [request_of(part, at) for at, part in enumerate(parts)])
    clients = [threading.Thread(target=load.ask, args=(first,), daemon=True) for first in range(CLIENTS)]
    begun = time.perf_counter()
    for client in clients:
        client.start()
    while len(load.answers) < REQUESTS and any(client.is_alive() for client in clients):
        time.sleep(0.01)
    print("loading", flush=True)
    watch = threading.Thread(target=lambda: (sys.stdin.read(), load.stopped.set()), daemon=True)
    watch.start()
    for client in clients:
        client.join(MOST_SECONDS)
    report = judge(load, expected) | {"seconds": time.perf_counter() - begun, "apart": apart(expected)}
    print(json.dumps(report))


def predicted(asked: pl.DataFrame, version: str, files: str) -> tuple[str, np.ndarray]:
    """Give what a batch run predicted for the rows that are asked, request by request."""
    made = pl.read_parquet(files, hive_partitioning=False).select("airport", "hour", "prediction")
    both = asked.select("airport", "hour").join(made, on=["airport", "hour"], how="left", maintain_order="left")
    return version, both["prediction"].to_numpy().reshape(REQUESTS, ROWS)


def request_of(part: pl.DataFrame, at: int) -> tuple[str, bytes]:
    """Give a request, by the typed route or by the Open Inference Protocol in turn."""
    route = ROUTES[at // CLIENTS % 2]
    if route == ROUTES[0]:
        return route, json.dumps({"rows": part.to_dicts()}).encode()
    inputs = [
        {
            "name": column.name,
            "datatype": "BYTES" if column.dtype == pl.String else "FP32",
            "shape": [ROWS],
            "data": column.to_list(),
        }
        for column in part
    ]
    return route, json.dumps({"inputs": inputs}).encode()


def judge(load: Load, expected: dict[str, np.ndarray]) -> dict[str, Any]:
    """Hold each answer against the version that it names."""
    versions: Counter[str] = Counter()
    failed, mixed = list(load.lost), 0
    for at, status, content, _ in load.answers:
        if status != 200:  # noqa: PLR2004 - the one good status
            failed.append(f"{status}: {content[:200].decode(errors='replace')}")
            continue
        version, values = read(content)
        versions[version] += 1
        right = expected.get(version)
        mixed += right is None or not close(right[at], values)
    latencies = [seconds * 1000 for *_, seconds in load.answers] or [0.0]
    return {
        "answers": len(load.answers),
        "failed": failed,
        "mixed": mixed,
        "versions": dict(versions),
        "told_to_leave": load.last,
        "gone": load.gone,
        "clients": CLIENTS,
        "p99_ms": float(np.percentile(latencies, 99)),
        "worst_ms": max(latencies),
    }


def read(content: bytes) -> tuple[str, np.ndarray]:
    """Give the version that an answer names, and its predictions."""
    answer = json.loads(content)
    if "outputs" in answer:
        return answer["model_version"], np.array(answer["outputs"][0]["data"])
    return answer["version"], np.array(answer["predictions"])


def close(right: np.ndarray, values: np.ndarray) -> bool:
    """Whether predictions are those that are right; a missing one is not."""
    return values.shape == right.shape and bool(np.all(np.abs(values - right) <= CLOSE * (1 + np.abs(right))))


def apart(expected: dict[str, np.ndarray]) -> float:
    """Give the share of requests whose answer can be told from that of every other version."""
    tables = list(expected.values())
    pairs = [(one, other) for at, one in enumerate(tables) for other in tables[:at]]
    told = [np.any(np.abs(one - other) > APART * (1 + np.abs(one)), axis=1) for one, other in pairs]
    return float(np.mean(np.all(told, axis=0))) if told else 1.0


main()
