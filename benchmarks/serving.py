"""How fast the realtime-serving road answers, beside plain typed FastAPI, and how it bears overload.

    python -m benchmarks.serving [--rounds 3] [--seconds 4] [--keep FOLDER]

Renders the repository, installs it at its locked versions, and measures on 127.0.0.1 with the same model, server on
core 0 and client on core 1. First in turns: one row a request over 16 connections, closed loop, with everything on, and
what tracing costs. Then overload: an open-loop client offers a half, then twice of what the server takes, with one row
a request and with 64, at the default settings. About two minutes; needs wrk and a C compiler and asks the package
index. On a busy machine compare `cpu`, the microseconds of processor time for a request, which neighbours disturb less.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.serving_load import PORT, SERVE, Figures, Repo, missing_tools, offer, prepare, running, wrk

QUICK = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
NOWHERE = "http://127.0.0.1:9"  # a collector that isn't there: making spans is what is measured
LATE_MS = 0.5
SERVERS: dict[str, dict[str, str]] = {
    "plain": {},
    "road": {},
    "1 % traced": {"APP_TRACES": NOWHERE},
    "all traced": {"APP_TRACES": NOWHERE, "APP_TRACE_SHARE": "1"},
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the realtime-serving road.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--keep", type=Path, help="folder to render into, kept and used again")
    options = parser.parse_args()
    if missing := missing_tools():
        print(f"needed and not here: {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        repo = prepare((options.keep or Path(scratch) / "departure-service").resolve())
        closed_loop(repo, options.rounds, options.seconds)
        for rows in (1, 64):
            overload(repo, rows, options.rounds, options.seconds)
    return 0


def command_of(repo: Repo, name: str) -> list[str]:
    """Return the command line of a server."""
    if name == "plain":
        return [repo.python, "-m", "uvicorn", "serving_baseline:app", "--port", str(PORT), *QUICK]
    return [repo.python, *SERVE]


def closed_loop(repo: Repo, rounds: int, seconds: float) -> None:
    """Measure all servers in turns and compare the medians."""
    found: dict[str, list[Figures]] = {name: [] for name in SERVERS}
    for _ in range(rounds):
        for name, settings in SERVERS.items():
            with running(repo, command_of(repo, name), **settings) as server:
                found[name].append(wrk(repo, server, 1, 16, seconds))
                print(f"{name:10} 16 connections, 1 row: {found[name][-1].text()}", flush=True)
    rate = {name: median(one.rate for one in some) for name, some in found.items()}
    cpu = {name: median(one.cpu for one in some) for name, some in found.items()}
    ratios = f"{rate['road'] / rate['plain']:.2f} times by rate, {cpu['plain'] / cpu['road']:.2f} by processor time"
    print(f"road against plain: {ratios} (medians)")
    for name in ("1 % traced", "all traced"):
        print(f"{name}: {cpu[name] / cpu['road'] - 1:+.0%} processor time a request")


def overload(repo: Repo, rows: int, rounds: int, seconds: float) -> None:
    """Offer half of what the server takes, then twice as much, in turns, and compare the medians."""
    calm: list[dict[str, Any]] = []
    stormy: list[dict[str, Any]] = []
    with running(repo, command_of(repo, "road")) as server:
        capacity = wrk(repo, server, rows, 16, seconds).rate
        offer(repo, rows, capacity * 2, seconds)  # connections, buffers and counters are there from now on
        before = server.memory()
        for _ in range(rounds):
            calm.append(offer(repo, rows, capacity / 2, seconds))
            stormy.append(offer(repo, rows, capacity * 2, seconds))
        after = server.memory()
    print(f"{rows} rows a request: {capacity:.0f}/s are taken over 16 connections")
    tell("half of it offered", calm)
    tell("twice of it offered", stormy)
    if max(one["lag_p99_ms"] for one in (*calm, *stormy)) > LATE_MS:
        print("the client was late: the machine is busy, and these figures say little")
    slower = median(one["200"]["p99_ms"] for one in stormy) / median(one["200"]["p99_ms"] for one in calm)
    goodput = median(one["200"]["per_second"] for one in stormy) / capacity
    print(f"accepted: p99 {slower:.2f} times, goodput {goodput:.0%}; memory {before:.0f} to {after:.0f} MiB")


def tell(what: str, runs: list[dict[str, Any]]) -> None:
    """Print the medians of some open-loop runs."""
    parts = [f"client late by {median(one['lag_p99_ms'] for one in runs):.2f} ms (p99)"]
    for status in ("200", "503"):
        some = [one[status] for one in runs if status in one]
        if some:
            rate, p50, p99 = (median(one[name] for one in some) for name in ("per_second", "p50_ms", "p99_ms"))
            parts.append(f"{status}: {rate:.0f}/s, p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    print(f"{what}: {'; '.join(parts)}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
