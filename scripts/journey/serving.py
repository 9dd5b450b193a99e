"""The leg of real-time serving: the same predictions, the brief's load, another champion, and the end, under load."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scripts.journey.batch import CLOSE, ROWS, predictions, score
from scripts.journey.commands import clean, command, inside, script
from scripts.journey.training import promote, train_better

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scripts.journey.promises import Journey
    from scripts.journey.repos import Repos
    from scripts.journey.training import Model

_PATIENCE = 30.0
_LOAD_SECONDS = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    def version(self) -> str | None:
        """Give the version that is served, or nothing while the server isn't ready."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=1) as answer:
                version: str = json.load(answer)["version"]
        except OSError:
            return None
        return version


def walk(journey: Journey, repos: Repos, model: Model) -> None:
    """Serve the champion, then the next one, until told to leave."""
    journey.stage("Serve the promoted model")
    with serving(repos.serving, model.registry) as server:
        wait_for_version(server, model.version("champion"))
        answer_as_the_others(journey, repos, model, server)
        keep_the_brief(journey, repos.serving, model.registry, server)
        swap_under_load(journey, repos, model, server)
        leave_under_load(journey, repos, model, server)


def answer_as_the_others(journey: Journey, repos: Repos, model: Model, server: Server) -> None:
    """Ask for every row three ways, and hold the answers against training and batch."""
    served = journey.place / "served"
    inside(repos.serving, "ask", f"127.0.0.1:{server.port}", str(model.panel), str(served))
    batch = predictions(journey.place / "out")
    ways = {"plain HTTP": "http", "tritonclient, binary": "binary", "tritonclient, JSON": "json"}
    for way, name in ways.items():
        files = str(model.fitted), batch, str(served / f"{name}.parquet")
        rows, worst = inside(repos.serving, "compare", *files).stdout.split()
        journey.promise(
            f"{way}: {int(rows):,} predictions are those of training and of batch, to {float(worst):.1e}",
            kept=int(rows) == ROWS and float(worst) < CLOSE,
        )


def keep_the_brief(journey: Journey, serving: Path, registry: Path, server: Server) -> None:
    """Run the repository's own load test."""
    journey.stage("Load the server as the brief says")
    url = f"http://127.0.0.1:{server.port}"
    done = command(serving, "load-test", "--url", url, "--seconds", _LOAD_SECONDS, APP_MODEL=f"{registry}#champion")
    print(done.stdout.strip() or done.stderr.strip())
    journey.promise("latencies, rate and availability are those of the brief", kept=done.returncode == 0)


def swap_under_load(journey: Journey, repos: Repos, model: Model, server: Server) -> None:
    """Promote a better model while requests go on."""
    journey.stage("Promote another champion while requests go on")
    train_better(journey, repos)
    old, new = model.version("champion"), model.version("candidate")
    scored = score(repos.batch, model.panel, f"{model.registry}#candidate", journey.place / "candidate")
    journey.promise("batch scores the candidate, to compare with", kept=scored.returncode == 0)
    expected = {old: journey.place / "out", new: journey.place / "candidate"}
    with loading(repos.serving, model.panel, server, expected) as load:
        promote(journey, repos)
        wait_for_version(server, new)
        time.sleep(1)
        report = report_of(load)
    tell(report)
    journey.promise("the models differ in every request that is sent", kept=old != new and report["apart"] == 1)
    journey.promise("both models have answered", kept=set(report["versions"]) == {old, new})
    judge(journey, report)
    journey.promise("nobody was told to leave or turned away", kept=not report["told_to_leave"] and not report["gone"])


def leave_under_load(journey: Journey, repos: Repos, model: Model, server: Server) -> None:
    """Send SIGTERM while requests go on."""
    journey.stage("SIGTERM while requests go on")
    expected = {model.version("champion"): journey.place / "candidate"}
    with loading(repos.serving, model.panel, server, expected) as load:
        time.sleep(1)
        begun = time.perf_counter()
        server.process.terminate()
        code = server.process.wait(_PATIENCE)
        seconds = time.perf_counter() - begun
        report = report_of(load)
    tell(report)
    print(
        f"{seconds:.1f} s from the signal to the end; {report['told_to_leave']:,} answers said to leave the connection"
    )
    judge(journey, report)
    journey.promise(
        "requests went on after the signal, until nobody listened",
        kept=report["told_to_leave"] >= report["clients"] and report["gone"] == report["clients"],
    )
    journey.promise("the server ended with exit code 0", kept=code == 0)


def judge(journey: Journey, report: dict[str, Any]) -> None:
    """Hold a load to what holds for every one."""
    for failed in report["failed"][:5]:
        print(failed)
    journey.promise(
        f"{len(report['failed'])} of {report['answers']:,} requests failed or were lost",
        kept=not report["failed"] and report["answers"] > 0,
    )
    journey.promise(
        f"{report['mixed']} answers hold anything but the predictions of the version they name",
        kept=report["mixed"] == 0,
    )


def tell(report: dict[str, Any]) -> None:
    """Print the figures of a load."""
    rate = report["answers"] / report["seconds"]
    print(
        f"{rate:,.0f} requests/s of 8 rows by {report['clients']} clients, p99 {report['p99_ms']:.1f} ms, "
        f"longest {report['worst_ms']:.1f} ms"
    )
    for version, answers in report["versions"].items():
        print(f"{version}  {answers:,} answers")


@contextmanager
def serving(repo: Path, registry: Path) -> Iterator[Server]:
    """Serve the champion of a registry on a free port, and see that the server ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "APP_MODEL": f"{registry}#champion",
        "APP_PORT": str(port),
        "APP_WATCH_SECONDS": "0.2",
        "APP_DRAIN_SECONDS": "1",
    }
    with subprocess.Popen(
        [repo / ".venv/bin" / repo.name, "serve"], cwd=repo, env=clean() | settings, text=True
    ) as process:
        try:
            yield Server(process=process, port=port)
        finally:
            process.kill()


@contextmanager
def loading(repo: Path, panel: Path, server: Server, expected: dict[str, Path]) -> Iterator[subprocess.Popen[str]]:
    """Load a server, from when requests go on until the report is read."""
    versions = [f"{version}={predictions(out)}" for version, out in expected.items()]
    with subprocess.Popen(
        [*script(repo, "load"), str(server.port), str(panel), *versions],
        cwd=repo,
        env=clean(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            if process.stdout is None or process.stdout.readline() != "loading\n":
                raise SystemExit("the load could not be started")
            yield process
        finally:
            process.kill()


def report_of(load: subprocess.Popen[str]) -> dict[str, Any]:
    """End a load and read what came of it."""
    said, _ = load.communicate(timeout=_PATIENCE)
    report: dict[str, Any] = json.loads(said)
    return report


def wait_for_version(server: Server, version: str) -> None:
    """Wait until the server is ready with a version."""
    until = time.monotonic() + _PATIENCE
    while server.version() != version:
        if server.process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"the server doesn't serve {version}")
        time.sleep(0.05)
