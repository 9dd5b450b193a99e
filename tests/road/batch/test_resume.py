"""A run that is killed at any point goes on to the very bytes of a run that nothing disturbed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from {{ package_name }}.batch import score
from {{ package_name }}.brief import Brief
from {{ package_name }}.config import BatchSettings
from {{ package_name }}.files import write_file
from {{ package_name }}.scoring import Scorer

from .conftest import DAYS, Clock, tree

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
from {{ package_name }}.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


def run(settings: BatchSettings, *command: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "APP_PANEL": str(settings.panel),
        "APP_ARTIFACTS": str(settings.artifacts),
        "APP_MODEL": settings.model,
        "APP_DUE": "window",
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(autouse=True)
def for_all_processes(brief: Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "brief.yaml").write_text(brief.model_dump_json())
    monkeypatch.setenv("APP_BRIEF", str(tmp_path / "brief.yaml"))


@pytest.fixture
def undisturbed(
    settings: BatchSettings, brief: Brief, clock: Clock, tmp_path: Path
) -> dict[str, bytes]:
    score(settings.model_copy(update={"artifacts": tmp_path / "whole"}), brief, now=clock)
    return tree(tmp_path / "whole")


@pytest.mark.parametrize("step", [0, 1, 2, 3, 5, 8, 13, 21])
def test_a_kill_at_a_write_leaves_nothing_to_mend(
    settings: BatchSettings,
    brief: Brief,
    clock: Clock,
    undisturbed: dict[str, bytes],
    step: int,
) -> None:
    died = run(settings, "-c", DYING, str(step), "score").wait(timeout=60)
    kept = len(list(settings.artifacts.glob("ledger/*.json")))

    report = score(settings, brief, now=clock)

    assert died == -signal.SIGKILL
    assert report.counts.reused == kept < DAYS
    assert tree(settings.artifacts) == undisturbed
    assert not list((settings.artifacts / ".partial").glob("*"))


def test_kills_at_any_time_end_in_the_same_bytes(
    settings: BatchSettings, brief: Brief, clock: Clock, undisturbed: dict[str, bytes]
) -> None:
    for delay in (0.3, 0.5, 0.7):
        process = run(settings, "-m", "{{ package_name }}", "score")
        time.sleep(delay)
        process.kill()
        process.wait(timeout=60)

    score(settings, brief, now=clock)

    assert tree(settings.artifacts) == undisturbed


def test_what_has_a_record_is_not_scored_again(
    settings: BatchSettings, brief: Brief, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(settings, brief, now=clock)
    (settings.artifacts / "ledger/day=2013-12-20.json").unlink()
    scored = []
    real = Scorer._predict

    def counting(self: Scorer, matrix: object) -> object:
        scored.append(matrix)
        return real(self, matrix)  # type: ignore[arg-type]

    monkeypatch.setattr(Scorer, "_predict", counting)
    score(settings, brief, now=clock)

    assert len(scored) == 1


def test_a_record_says_from_what_the_output_was_made(
    settings: BatchSettings, brief: Brief, clock: Clock
) -> None:
    report = score(settings, brief, now=clock)

    record = json.loads((settings.artifacts / "ledger/day=2013-12-20.json").read_text())
    assert record["bundle"] == report.model.digest
    assert set(record["outputs"]) == {"predictions/day=2013-12-20/predictions.parquet"}
    assert len(record["input_sha256"]) == len(record["configuration"]) == 64


def test_a_file_that_is_replaced_is_whole_at_all_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "folder" / "file"
    write_file(tmp_path, target, b"old")

    def fail(_: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_file(tmp_path, target, b"new")

    assert target.read_bytes() == b"old"
