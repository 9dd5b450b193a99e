"""Makes the three repositories, all at once: most of the time goes by waiting for the package index."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.journey.commands import Done, call, goldenpath

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.journey.promises import Journey

_NAMES = {
    "training": "departure-forecast",
    "batch-inference": "departure-batch",
    "realtime-serving": "departure-serving",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repos:
    """Where the repositories are, each named as its command."""

    training: Path
    batch: Path
    serving: Path


def make_repos(journey: Journey) -> Repos:
    """Render, lock and install a repository of each blueprint."""
    journey.stage(f"Three repositories, from the blueprints {', '.join(_NAMES)}")
    repos = {blueprint: journey.place / name for blueprint, name in _NAMES.items()}
    with ThreadPoolExecutor(len(repos)) as pool:
        for repo, (made, checked) in zip(repos.values(), pool.map(_make, repos, repos.values()), strict=True):
            print(made.stdout.strip())
            print(checked.stdout.strip().splitlines()[-1])
            journey.promise(
                f"{repo.name} meets every policy at level 3, whatever its date",
                kept=checked.returncode == 0 and "level 3 of 3" in checked.stdout,
            )
    training, batch, serving = repos.values()
    return Repos(training=training, batch=batch, serving=serving)


def _make(blueprint: str, repo: Path) -> tuple[Done, Done]:
    """Render, install and check one repository."""
    python = f"python_version={sys.version_info.major}.{sys.version_info.minor}"
    made = goldenpath(repo.parent, "new", blueprint, str(repo), "--defaults", "--data", python)
    if made.returncode:
        raise SystemExit(f"{blueprint}\n{made.stdout}{made.stderr}")
    call(repo, "uv", "sync", "--quiet", "--locked", "--compile-bytecode")
    return made, goldenpath(repo, "check", "--as-of", "2100-01-01")
