"""What the tests of the command line share: goldenpath as a person runs it, in this process or in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

from goldenpath.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Run(Protocol):
    def __call__(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]: ...


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return the environment of a person who has configured nothing."""
    kept = {name: os.environ[name] for name in ("PATH", "SSL_CERT_FILE", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "GOLDENPATH_CACHE": str(tmp_path / "cache"), **more}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give `run(*arguments, **environment)`: goldenpath in a process of its own, in the temporary folder."""

    def call(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "goldenpath.cli.main", *arguments],
            cwd=tmp_path,
            env=environment(tmp_path, **more),
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], _signals: None) -> Run:
    """Give `call(*arguments, **environment)`: as `run`, but in this process, which is faster."""

    def inside(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as patch:
            mine = environment(tmp_path, **more)
            for name in [name for name in os.environ if name not in mine]:
                patch.delenv(name)
            for name, value in mine.items():
                patch.setenv(name, value)
            patch.chdir(tmp_path)
            capsys.readouterr()
            try:
                code = main(arguments)
            except SystemExit as left:
                code = int(left.code or 0)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return inside


@pytest.fixture
def _signals() -> Iterator[None]:
    before = {stop: signal.getsignal(stop) for stop in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for stop, handler in before.items():
        signal.signal(stop, handler)
