"""A run that is killed at any point goes on to the very bytes of a run that nothing disturbed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from road.batch.batch import score
from road.batch.scoring import Scorer
from road.core.files import write_file
from road.core.predictions import Predictions

from tests.road.batch.conftest import DAYS, Clock, Repo, day, told, tree

# Dies by SIGKILL before the n-th change of the disk: a new file, a rename, a flush or a removal.
DYING = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv.pop(1))

def dying(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call

os.fsync = dying(os.fsync)
Path.replace = dying(Path.replace)
Path.unlink = dying(Path.unlink)
from road.batch.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


def run(repository: Repo, folder: Path, *command: str) -> subprocess.Popen[bytes]:
    """Start a command in the folder that holds the brief and the declaration."""
    settings = repository.settings
    environment = {
        **os.environ,
        "APP_PANEL": str(settings.panel),
        "APP_ARTIFACTS": str(settings.artifacts),
        "APP_MODEL": settings.model,
    }
    silent = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, *command], cwd=folder, env=environment, stdout=silent, stderr=silent)


@pytest.fixture
def undisturbed(repository: Repo, clock: Clock, tmp_path: Path) -> dict[str, bytes]:
    score(told(repository, artifacts=tmp_path / "whole"), now=clock)
    return tree(tmp_path / "whole")


@pytest.mark.parametrize("step", [0, 1, 2, 3, 5, 8, 13, 21])
def test_a_kill_at_a_write_leaves_nothing_to_mend(
    repository: Repo, clock: Clock, undisturbed: dict[str, bytes], tmp_path: Path, step: int
) -> None:
    artifacts = repository.settings.artifacts
    died = run(repository, tmp_path, "-c", DYING, str(step), "score").wait()
    kept = len(list(artifacts.glob("ledger/*.json")))

    report = score(repository, now=clock)

    assert died == -signal.SIGKILL
    assert report.counts.reused == kept < DAYS
    assert tree(artifacts) == undisturbed
    assert not list((artifacts / ".partial").glob("*"))


def test_what_has_a_record_is_not_scored_again(repository: Repo, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    score(repository, now=clock)
    (repository.settings.artifacts / f"ledger/{day(2)}.json").unlink()
    scored = []
    real = Scorer._predict

    def counting(self: Scorer, matrix: NDArray[np.float32]) -> Predictions:
        scored.append(matrix)
        return real(self, matrix)

    monkeypatch.setattr(Scorer, "_predict", counting)
    score(repository, now=clock)

    assert len(scored) == 1


def test_a_record_says_from_what_the_output_was_made(repository: Repo, clock: Clock) -> None:
    report = score(repository, now=clock)

    record = json.loads((repository.settings.artifacts / f"ledger/{day(2)}.json").read_text())
    assert record["bundle"] == report.model.digest
    assert set(record["outputs"]) == {f"predictions/{day(2)}/predictions.parquet"}
    assert len(record["input_sha256"]) == len(record["configuration"]) == 64


def test_a_file_that_is_replaced_is_whole_at_all_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "folder" / "file"
    write_file(tmp_path, target, b"old")

    def fail(_: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_file(tmp_path, target, b"new")

    assert target.read_bytes() == b"old"
