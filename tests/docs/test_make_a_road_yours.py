"""docs/how-to/make-a-road-yours.md is walked as it is written: from a CSV file to a model, a batch and a service."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sklearn.datasets import load_breast_cancer

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/make-a-road-yours.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
SERVES = re.compile(r"^uv run \S+ serve$")
PATIENCE = 120.0


def blocks() -> list[list[str]]:
    """Give the commands of the page, block by block; each block starts where the file of tumours lies."""
    return [
        [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
        for block in BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    ]


def write_tumours(file: Path) -> list[dict[str, Any]]:
    data = load_breast_cancer()
    names = [str(name).replace(" ", "_") for name in data.feature_names]
    found = [
        {"patient": f"P{at:03}", **dict(zip(names, map(float, row), strict=True)), "diagnosis": "MB"[kind]}
        for at, (row, kind) in enumerate(zip(data.data, data.target, strict=True))
    ]
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, found[0])
        writer.writeheader()
        writer.writerows(found)
    return found


@pytest.mark.slow
def test_one_file_becomes_a_model_a_batch_and_a_service_that_say_the_same(tmp_path: Path) -> None:
    rows = write_tumours(tmp_path / "tumours.csv")
    train, score, serve = blocks()

    for commands in (train, score):
        done = run("\n".join(commands), tmp_path)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (file,) = (tmp_path / "tumours-batch/artifacts/predictions").rglob("*.parquet")
    batch = {row["patient"]: row for row in pl.read_parquet(file).to_dicts()}
    assert len(batch) == len(rows)
    right = [batch[row["patient"]]["prediction"] == row["diagnosis"] for row in rows]
    assert sum(right) > 0.9 * len(rows)

    *before, last = serve
    assert SERVES.match(last)
    done = run("\n".join(before), tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    taken = {key: value for key, value in rows[0].items() if key not in ("patient", "diagnosis")}
    answer = asked(tmp_path / "tumours-service", last, {"rows": [taken]})
    assert batch[rows[0]["patient"]]["prediction"] in json.dumps(answer)
    assert f"{batch[rows[0]['patient']]['probability']:.4f}"[:5] in json.dumps(answer)


def run(script: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST_", "VIRTUAL_ENV"))}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**kept, "PATH": path, "UV_PYTHON_DOWNLOADS": "never", "GIT_CONFIG_GLOBAL": os.devnull}


def asked(repo: Path, command: str, body: dict[str, Any]) -> Any:
    """Start the service, ask it once, and end it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**environment(), "APP_PORT": str(port)}
    with subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=repo, env=env) as server:
        try:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                try:
                    return posted(f"http://127.0.0.1:{port}/predict", body)
                except OSError:
                    assert server.poll() is None, "the server ended"
                    time.sleep(0.2)
            raise AssertionError("the server doesn't answer")
        finally:
            server.send_signal(signal.SIGTERM)


def posted(url: str, body: dict[str, Any]) -> Any:
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        return json.load(answer)
