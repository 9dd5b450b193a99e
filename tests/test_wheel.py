from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from goldenpath.catalog.compose import CACHES
from goldenpath.catalog.lock import uv_binary

TOP = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv = uv_binary()
    for command in (
        [uv, "build", "-q", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", str(folder), str(TOP)],
        [uv, "pip", "install", "-q", "--no-deps", "--target", str(folder / "site"), "--find-links", str(folder)],
    ):
        wheels = [str(path) for path in folder.glob("*.whl")] if "install" in command else []
        subprocess.run([*command, *wheels], check=True, cwd=folder, timeout=600)
    return folder / "site"


def goldenpath(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(installed), "UV_OFFLINE": "1"}
    command = [sys.executable, "-m", "goldenpath", *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.slow
def test_the_wheel_carries_its_standard_and_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    made = goldenpath(installed, "new", "training", "forecast", "--defaults", "--no-lock", cwd=tmp_path)
    explained = goldenpath(installed, "policy", "explain", "lockfile-present", cwd=tmp_path)
    checked = goldenpath(installed, "check", "forecast", "--fail-on", "never", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert str(installed) in explained.stdout
    assert checked.returncode == 0, checked.stderr
    assert "lockfile-present" in checked.stdout


@pytest.mark.slow
def test_the_wheel_has_the_same_blueprints_as_the_checkout(installed: Path) -> None:
    carried = installed / "goldenpath" / "_standard" / "blueprints"

    here = {path.relative_to(TOP / "blueprints") for path in (TOP / "blueprints").rglob("*") if path.is_file()}
    there = {path.relative_to(carried) for path in carried.rglob("*") if path.is_file()}

    assert {path for path in here if CACHES.isdisjoint(path.parts)} == there
    assert {path for path in there if runs(carried / path)} == {
        path for path in there if runs(TOP / "blueprints" / path)
    }


def runs(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o100)
