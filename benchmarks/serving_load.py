"""What benchmarks of serving share: a rendered repository, servers on one core, clients on the other, and figures.

The closed-loop client is wrk, the open-loop one `open_loop.c`; both are C, since one core of client has to ask for more
than one core of server can answer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
PORT, MODEL = 18181, "models/departures"
SERVE = ("-m", "road.serving", "serve")
SERVER_CORE, CLIENT_CORE = "0", "1"
PATIENCE = 60.0
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
BODIES = f"""
import json
from pathlib import Path
from road.core.bundle import Bundle
from road.serving.rows import sample_rows
rows = sample_rows(Bundle.load(Path("{MODEL}")).manifest, 512)
Path("1.txt").write_text("".join(json.dumps({{"rows": [row]}}) + "\\n" for row in rows))
many = [rows[at : at + 64] for at in range(0, 512, 64)]
Path("64.txt").write_text("".join(json.dumps({{"rows": part}}) + "\\n" for part in many))
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

    def text(self) -> str:
        """Say it in a line."""
        refused = f", {self.refused} refused" if self.refused else ""
        return f"{self.rate:6.0f}/s, p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms, cpu {self.cpu:.0f} us{refused}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repo:
    """A rendered and installed repository, with bodies and scripts for the clients beside it."""

    folder: Path
    python: str

    def bodies(self, rows: int) -> Path:
        """Return the file of bodies with so many rows each, 1 or 64."""
        return self.folder / f"{rows}.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    ready: float  # seconds from its start to its first good answer

    def processes(self) -> list[int]:
        """Return the ids of the server and all that it has started."""
        found, left = [], [self.process.pid]
        while left:
            found.append(left.pop())
            tasks = Path(f"/proc/{found[-1]}/task").glob("*/children")
            left += [int(child) for file in tasks for child in file.read_text(encoding="utf-8").split()]
        return found

    def processor_seconds(self) -> float:
        """Return the processor time that all its processes have taken."""
        texts = [Path(f"/proc/{pid}/stat").read_text(encoding="utf-8") for pid in self.processes()]
        fields = [text.rpartition(")")[2].split() for text in texts]
        return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Return the memory of all its processes in MiB, what they share counted once (PSS)."""
        texts = [Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8") for pid in self.processes()]
        return sum(int(_find(r"Pss:\s+(\d+)", text)) for text in texts) / 1024


def missing_tools() -> list[str]:
    """Return the programs that are needed and not here."""
    return [name for name in ("wrk", "cc", "taskset", "uv") if shutil.which(name, path=_path()) is None]


def prepare(folder: Path) -> Repo:
    """Render and install, unless it was done before; build the open-loop client beside."""
    environment = {**os.environ, "PATH": _path()}
    if not folder.exists():
        answers = ["--defaults", "--data", "project_name=departure-service", "--no-git"]
        command = [sys.executable, "-m", "goldenpath", "new", "realtime-serving", str(folder), *answers]
        subprocess.run(command, check=True, env=environment)
    sync = ["uv", "sync", "--quiet", "--locked", "--compile-bytecode"]
    subprocess.run(sync, cwd=folder, check=True, env={**environment, "UV_PROJECT_ENVIRONMENT": ".venv"})
    repo = Repo(folder=folder, python=str(folder / ".venv" / "bin" / "python"))
    subprocess.run([repo.python, "-c", BODIES], cwd=folder, check=True)
    for rows in (1, 64):
        (folder / f"{rows}.lua").write_text(SCRIPT.format(repo.bodies(rows)), encoding="utf-8")
    subprocess.run(["cc", "-O2", "-o", folder / "open_loop", HERE / "open_loop.c", "-lm"], check=True)
    return repo


@contextmanager
def running(repo: Repo, command: Sequence[str], **more: str) -> Iterator[Server]:
    """Run a server on its core until the end of the block."""
    environment = {
        **os.environ,
        "APP_PORT": str(PORT),
        "APP_DRAIN_SECONDS": "0",
        "APP_MODEL": str(repo.folder / MODEL),
        "PYTHONPATH": f"{HERE}{os.pathsep}{repo.folder / 'road' / 'src'}",
        **more,
    }
    body = repo.bodies(1).read_bytes().partition(b"\n")[0]
    begun = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, *command],
        cwd=repo.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for_answer(process, body)
        yield Server(process=process, ready=time.perf_counter() - begun)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        finally:
            _end_session(process)


def wrk(repo: Repo, server: Server, rows: int, connections: int, seconds: float) -> Figures:
    """Load a server with as many requests as so many connections take."""
    before = server.processor_seconds()
    arguments = ["-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-s", str(repo.folder / f"{rows}.lua")]
    command = ["taskset", "-c", CLIENT_CORE, "wrk", *arguments, f"http://127.0.0.1:{PORT}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    count = max(1, int(_find(r"(\d+) requests in", text)))
    return Figures(
        rate=float(_find(r"Requests/sec:\s+([\d.]+)", text)),
        p50=_milliseconds(r"50%\s+([\d.]+)([a-z]+)", text),
        p99=_milliseconds(r"99%\s+([\d.]+)([a-z]+)", text),
        cpu=(server.processor_seconds() - before) / count * 1e6,
        refused=int(_find(r"Non-2xx or 3xx responses: (\d+)", text, "0")),
    )


def offer(repo: Repo, rows: int, rate: float, seconds: float, connections: int = 512) -> dict[str, Any]:
    """Offer requests at a rate that doesn't wait for answers; what came back by status, as `open_loop.c` says it."""
    given = (PORT, repo.bodies(rows), rate, seconds, connections)
    command = ["taskset", "-c", CLIENT_CORE, str(repo.folder / "open_loop"), *map(str, given)]
    done = subprocess.run(command, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def _wait_for_answer(process: subprocess.Popen[bytes], body: bytes) -> None:
    """Ask until a prediction comes back."""
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/predict", body, {"content-type": "application/json"})
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - an address of our own
                return
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the server was not ready in time")


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """End what a server has left behind; it was given a session of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _find(pattern: str, text: str, default: str | None = None) -> str:
    found = re.search(pattern, text)
    if found is None and default is None:
        raise SystemExit(f"no {pattern} in:\n{text}")
    return found.group(1) if found else str(default)


def _milliseconds(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found.group(1)) * UNITS[found.group(2)] if found else 0.0
