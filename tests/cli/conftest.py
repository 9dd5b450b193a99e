"""What the tests of the command line share: goldenpath as a person runs it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from pathlib import Path


class Run(Protocol):
    def __call__(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]: ...


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return the environment of a person who has configured nothing."""
    kept = {name: os.environ[name] for name in ("PATH", "SSL_CERT_FILE", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "GOLDENPATH_CACHE": str(tmp_path / "cache"), **more}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give `run(*arguments, **environment)`: goldenpath in the temporary folder."""

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
