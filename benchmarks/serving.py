"""How fast the realtime-serving road answers, beside plain typed FastAPI, and how it bears overload.

    python benchmarks/serving.py [--rounds 3] [--seconds 4] [--keep FOLDER]

Renders the repository, installs it at its locked versions, and measures on 127.0.0.1 with the same model, server on
core 0 and client on core 1, in turns: one row a request over 16 connections (wrk, closed loop), then 1 and 64
connections and 64 rows for the road alone. Then an open-loop client offers twice what the server took, 64 rows a
request, while at most 4 may wait. About two minutes; needs wrk and asks the package index. On a busy machine compare
`cpu`, the microseconds of processor time for a request, which neighbours disturb less.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PACKAGE, PORT = "departure_service", 18181
SERVER_CORE, CLIENT_CORE = "0", "1"
SHORT_QUEUE = "4"  # for the overload: what waits is what an accepted request waits for
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
BODIES = f"""
import json
from pathlib import Path
from {PACKAGE}.bundle import Bundle
from {PACKAGE}.load_test import sample_rows
rows = sample_rows(Bundle.load(Path("models/departures")).manifest, 512)
Path("one.txt").write_text("".join(json.dumps({{"rows": [row]}}) + "\\n" for row in rows))
many = [rows[at : at + 64] for at in range(0, 512, 64)]
Path("many.txt").write_text("".join(json.dumps({{"rows": part}}) + "\\n" for part in many))
"""
SCRIPT = """
local requests, turn = {{}}, 0
for line in io.lines("{}") do
  requests[#requests + 1] = wrk.format("POST", "/predict", {{["content-type"] = "application/json"}}, line)
end
request = function() turn = turn % #requests + 1; return requests[turn] end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run showed: requests a second, latencies in milliseconds, processor time in microseconds a request."""

    rate: float
    p50: float
    p99: float
    cpu: float
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repo:
    """A rendered and installed repository."""

    folder: Path
    python: str

    def command(self, name: str) -> list[str]:
        """Return the command line of a server."""
        if name == "road":
            return [self.python, "-m", PACKAGE, "serve"]
        quick = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        return [self.python, "-m", "uvicorn", "serving_baseline:app", "--port", str(PORT), *quick]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the realtime-serving road.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--keep", type=Path, help="folder to render into, kept and used again")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is needed (a package of most distributions)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        repo = prepare(options.keep or Path(scratch) / "departure-service")
        closed_loop(repo, options.rounds, options.seconds)
        overload(repo, options.seconds)
    return 0


def prepare(folder: Path) -> Repo:
    """Render and install, unless it was done before."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    if not folder.exists():
        answers = ["--defaults", "--data", "project_name=departure-service", "--no-git"]
        command = [sys.executable, "-m", "goldenpath", "new", "realtime-serving", str(folder), *answers]
        subprocess.run(command, check=True, env=environment)
    sync = ["uv", "sync", "--quiet", "--locked", "--compile-bytecode"]
    subprocess.run(sync, cwd=folder, check=True, env={**environment, "UV_PROJECT_ENVIRONMENT": ".venv"})
    repo = Repo(folder=folder, python=str(folder / ".venv" / "bin" / "python"))
    subprocess.run([repo.python, "-c", BODIES], cwd=folder, check=True)
    for name in ("one", "many"):
        (folder / f"{name}.lua").write_text(SCRIPT.format(folder / f"{name}.txt"), encoding="utf-8")
    return repo


def closed_loop(repo: Repo, rounds: int, seconds: int) -> None:
    """Measure both servers in turns, then the road at other loads."""
    found: dict[str, list[Figures]] = {"plain": [], "road": []}
    for _ in range(rounds):
        for name, figures in found.items():
            with running(repo, name) as server:
                figures.append(wrk(repo, server, "one", 16, seconds))
    for name, figures in found.items():
        for one in figures:
            say(f"{name:6} 16 connections, 1 row", one)
    for what in ("rate", "cpu"):
        plain, road = (median(getattr(figure, what) for figure in found[name]) for name in ("plain", "road"))
        ratio = road / plain if what == "rate" else plain / road
        print(f"road against plain by {what}: {ratio:.2f} times (medians)")
    begun = time.perf_counter()
    with running(repo, "road", APP_QUEUE="128") as server:
        print(f"road   ready after {time.perf_counter() - begun:.2f} s, {memory(server):.0f} MiB")
        for connections, rows in ((1, "one"), (64, "one"), (16, "many")):
            text = f"road   {connections:2} connections, {'1 row' if rows == 'one' else '64 rows'}"
            say(text, wrk(repo, server, rows, connections, seconds))


def overload(repo: Repo, seconds: int) -> None:
    """Offer half of what the server takes, then twice as much; with 64 rows each, or the client would be the limit."""
    with running(repo, "road", APP_QUEUE="128") as server:
        capacity = wrk(repo, server, "many", 16, seconds).rate
    with running(repo, "road", APP_QUEUE=SHORT_QUEUE) as server:
        calm = offer(repo, capacity / 2, seconds)
        before = memory(server)
        stormy = offer(repo, capacity * 2, seconds)
        after = memory(server)
    for name, result in (("half", calm), ("twice", stormy)):
        print(f"open loop, {name} of {capacity:.0f}/s: {json.dumps(result)}")
    ratio = stormy["200"]["p99_ms"] / calm["200"]["p99_ms"]
    print(f"accepted p99 under twice the load: {ratio:.2f} times; memory {before:.0f} to {after:.0f} MiB")


@contextmanager
def running(repo: Repo, name: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on its core until the end of the block."""
    environment = {
        **os.environ,
        "APP_PORT": str(PORT),
        "APP_DRAIN_SECONDS": "0",
        "APP_WATCH_SECONDS": "5",
        "APP_MODEL": "models/departures",
        "PACKAGE": PACKAGE,
        "PYTHONPATH": str(HERE),
        **more,
    }
    command = ["taskset", "-c", SERVER_CORE, *repo.command(name)]
    process = subprocess.Popen(command, cwd=repo.folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(process)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    """Wait for the server to say that it is ready."""
    for _ in range(3000):
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/ready", timeout=1):
                return
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the server was not ready in time")


def wrk(repo: Repo, server: subprocess.Popen[bytes], rows: str, connections: int, seconds: int) -> Figures:
    """Load a server with as many requests as so many connections take."""
    before = processor_seconds(server)
    arguments = ["-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(repo.folder / f"{rows}.lua")]
    command = ["taskset", "-c", CLIENT_CORE, "wrk", *arguments, f"http://127.0.0.1:{PORT}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    count = int(_find(r"(\d+) requests in", text))
    return Figures(
        rate=float(_find(r"Requests/sec:\s+([\d.]+)", text)),
        p50=_milliseconds(r"50%\s+([\d.]+)([a-z]+)", text),
        p99=_milliseconds(r"99%\s+([\d.]+)([a-z]+)", text),
        cpu=(processor_seconds(server) - before) / count * 1e6,
        refused=int(_find(r"Non-2xx or 3xx responses: (\d+)", text, "0")),
    )


def offer(repo: Repo, rate: float, seconds: int) -> dict[str, Any]:
    """Offer requests at a rate that doesn't wait for answers."""
    script = [sys.executable, str(HERE / "open_loop.py"), str(PORT), str(repo.folder / "many.txt")]
    command = ["taskset", "-c", CLIENT_CORE, *script, "--rate", str(rate), "--seconds", str(seconds)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def processor_seconds(server: subprocess.Popen[bytes]) -> float:
    """Return the processor time that a process has taken."""
    fields = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(server: subprocess.Popen[bytes]) -> float:
    """Return the resident memory of a process in MiB."""
    text = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    return int(_find(r"VmRSS:\s+(\d+)", text)) / 1024


def say(what: str, one: Figures) -> None:
    """Print one run."""
    refused = f", {one.refused} refused" if one.refused else ""
    print(f"{what}: {one.rate:6.0f}/s, p50 {one.p50:.2f} ms, p99 {one.p99:.2f} ms, cpu {one.cpu:.0f} us{refused}")


def _find(pattern: str, text: str, default: str | None = None) -> str:
    found = re.search(pattern, text)
    if found is None and default is None:
        raise SystemExit(f"no {pattern} in:\n{text}")
    return found.group(1) if found else str(default)


def _milliseconds(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found.group(1)) * UNITS[found.group(2)] if found else 0.0


if __name__ == "__main__":
    raise SystemExit(main())
