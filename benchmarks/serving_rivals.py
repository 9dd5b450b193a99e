"""The realtime-serving road beside LitServe and BentoML: rate, latency, memory and start, in one run.

    python -m benchmarks.serving_rivals [--rounds 3] [--seconds 2] [--keep FOLDER]

The same ONNX model, read by the same code, and rows that each server checks before it predicts: the road with all that
it does by default (limits, metrics, drift, 503), the others with what they offer. The server with all its processes has
core 0, the client (wrk, closed loop) core 1. In turns, medians. About four minutes; needs wrk and a C compiler, asks
the package index, and keeps the others' environments in the temporary folder.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from benchmarks.serving_load import HERE, PORT, SERVE, Figures, Repo, Server, missing_tools, prepare, running, wrk

RIVALS = {"LitServe": "litserve", "BentoML": "bentoml"}
CONNECTIONS = (1, 16, 64)
ROWS = (1, 64)
MEASURED = {"the road": ("fastapi", "onnxruntime", "uvicorn"), "LitServe": ("litserve",), "BentoML": ("bentoml",)}
VERSIONS = "import sys, importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in sys.argv[1:]), sep=', ')"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the realtime-serving road beside LitServe and BentoML.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--keep", type=Path, help="folder to render into, kept and used again")
    options = parser.parse_args()
    if missing := missing_tools():
        print(f"needed and not here: {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        repo = prepare((options.keep or Path(scratch) / "departure-service").resolve())
        pythons = {"the road": repo.python} | {name: install(repo, package) for name, package in RIVALS.items()}
        for name, python in pythons.items():
            said = subprocess.run([python, "-c", VERSIONS, *MEASURED[name]], check=True, capture_output=True, text=True)
            print(f"{name}: {said.stdout.strip()}")
        found: dict[str, Measured] = {name: Measured() for name in pythons}
        for _ in range(options.rounds):
            for name, python in pythons.items():
                with running(repo, command_of(name, python), BENTOML_DO_NOT_TRACK="true") as server:
                    found[name].add(repo, server, options.seconds)
    show(found)
    return 0


class Measured:
    """What was measured of one server."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.figures: dict[tuple[int, int], list[Figures]] = defaultdict(list)
        self.ready: list[float] = []
        self.rest: list[float] = []
        self.load: list[float] = []

    def add(self, repo: Repo, server: Server, seconds: float) -> None:
        """Measure a server that has just started."""
        self.ready.append(server.ready)
        self.rest.append(server.memory())
        wrk(repo, server, 1, 16, min(1.0, seconds))  # what is done once only isn't measured
        for rows in ROWS:
            for connections in CONNECTIONS:
                self.figures[rows, connections].append(wrk(repo, server, rows, connections, seconds))
        self.load.append(server.memory())

    def row(self, rows: int, connections: int) -> str:
        """Return the medians at one load."""
        some = self.figures[rows, connections]
        rate, p50, p99 = (median(getattr(one, name) for one in some) for name in ("rate", "p50", "p99"))
        refused = sum(one.refused for one in some)
        return f"{rate:12,.0f} {p50:9.2f} {p99:9.2f}" + (f"  {refused} refused" if refused else "")


def install(repo: Repo, package: str) -> str:
    """Install a rival, with the runtime that the road has, unless it was done before; return its interpreter."""
    folder = Path(tempfile.gettempdir()) / "serving-rivals" / package
    python = folder / "bin" / "python"
    told = [repo.python, "-c", "import onnxruntime as o, numpy as n; print(o.__version__, n.__version__)"]
    runtime, numbers = subprocess.run(told, check=True, capture_output=True, text=True).stdout.split()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    if not python.exists():
        subprocess.run(["uv", "venv", "--quiet", "--python", repo.python, folder], check=True, env=environment)
    wanted = [package, f"onnxruntime=={runtime}", f"numpy=={numbers}", "httptools", "uvloop"]
    options = ["--quiet", "--compile-bytecode", "--python", str(python)]
    subprocess.run(["uv", "pip", "install", *options, *wanted], check=True, env=environment)
    return str(python)


def command_of(name: str, python: str) -> list[str]:
    """Return the command line of a server."""
    if name == "the road":
        return [python, *SERVE]
    if name == "LitServe":
        return [python, str(HERE / "serving_litserve.py"), str(PORT)]
    served = ["serve", "serving_bentoml:Predictor", "--host", "127.0.0.1", "--port", str(PORT)]
    return [python, "-m", "bentoml", *served]


def show(found: dict[str, Measured]) -> None:
    """Print the tables."""
    print(f"\n{'':10} {'rows':>4} {'connections':>11} {'requests/s':>12} {'p50 ms':>9} {'p99 ms':>9}")
    for rows in ROWS:
        for connections in CONNECTIONS:
            for name, measured in found.items():
                print(f"{name:10} {rows:4} {connections:11} {measured.row(rows, connections)}")
    print(f"\n{'':10} {'MiB at rest':>12} {'MiB loaded':>12} {'ready after s':>14}")
    for name, measured in found.items():
        rest, load, ready = median(measured.rest), median(measured.load), median(measured.ready)
        print(f"{name:10} {rest:12.0f} {load:12.0f} {ready:14.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
