"""Runs the commands of the repositories, of goldenpath, and our own scripts inside a repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_INSIDE = Path(__file__).parent / "inside"

_LONGEST = 900  # seconds; what takes longer hangs

Done = subprocess.CompletedProcess[str]


def command(repo: Path, *words: str, **settings: str) -> Done:
    """Run the command that a repository is named after; what it exits with is the caller's to judge."""
    return run(repo, str(repo / ".venv/bin" / repo.name), *words, **settings)


def goldenpath(folder: Path, *words: str) -> Done:
    """Run goldenpath itself."""
    return run(folder, sys.executable, "-m", "goldenpath", *words)


def inside(repo: Path, name: str, *words: str) -> Done:
    """Run one of our scripts by a repository's interpreter; it must go well for the journey to go on."""
    return call(repo, *script(repo, name), *words)


def script(repo: Path, name: str) -> tuple[str, str]:
    """Give how one of our scripts is run by a repository's interpreter."""
    return str(repo / ".venv/bin/python"), str(_INSIDE / f"{name}.py")


def call(folder: Path, *words: str) -> Done:
    """Run what must go well for the journey to go on."""
    done = run(folder, *words)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)[:200]}\n{done.stdout}{done.stderr}")
    return done


def run(folder: Path, *words: str, **settings: str) -> Done:
    """Run anything, with settings over the environment."""
    return subprocess.run(
        words,
        cwd=folder,
        env=clean() | settings,
        check=False,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )


def clean() -> dict[str, str]:
    """Our environment, with our own commands first and no settings of a repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("APP_", "VIRTUAL_ENV"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return kept | {"PATH": path, "UV_PYTHON_DOWNLOADS": "never"}
