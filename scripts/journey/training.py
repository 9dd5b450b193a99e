"""The leg of training: a champion for the roads behind it, and later a better one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.journey.commands import call, command, inside

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.journey.promises import Journey
    from scripts.journey.repos import Repos

# Larger trees: a little better than the defaults, so that the second model beats the first.
_BETTER = '{"max_leaf_nodes": 63}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The registry with the champion, the rows of the whole year, and what training predicts for them."""

    registry: Path
    panel: Path
    fitted: Path

    def version(self, alias: str) -> str:
        """Give the version that an alias points at now."""
        digest: str = json.loads((self.registry / "aliases.json").read_bytes())[alias]["digest"]
        return digest[:16]


def train_and_promote(journey: Journey, repos: Repos) -> Model:
    """Train and promote; derive the year's rows with training's own features, and predict them there."""
    journey.stage("Train and promote")
    trained = command(repos.training, "train")
    print(trained.stdout.strip())
    journey.promise("the model passes the gate of the brief", kept=trained.returncode == 0)
    promoted = command(repos.training, "promote")
    print(promoted.stdout.strip())
    journey.promise("the first good model becomes the champion", kept=promoted.returncode == 0)
    panel, fitted = journey.place / "panel", journey.place / "fitted.parquet"
    derive = repos.batch / "scripts" / "derive_panel.py"
    python = str(repos.training / ".venv/bin/python")
    call(repos.training, python, str(derive), "data/departures.parquet", str(panel))
    inside(repos.training, "fitted", str(fitted))
    return Model(registry=repos.training / "artifacts" / "registry", panel=panel, fitted=fitted)


def train_better(journey: Journey, repos: Repos) -> None:
    """Train a candidate that is better than the champion."""
    trained = command(repos.training, "train", APP_PARAMETERS=_BETTER)
    print(trained.stdout.strip().splitlines()[0])
    journey.promise("a second model passes the gate", kept=trained.returncode == 0)


def promote(journey: Journey, repos: Repos) -> None:
    """Make the candidate the champion."""
    promoted = command(repos.training, "promote")
    print(promoted.stdout.strip())
    journey.promise("it is better than the champion, and takes its place", kept=promoted.returncode == 0)
