"""Walk from training to predictions, in batches and in real time, and say what happened: `make journey`.

Renders a repository of each road. Trains and promotes; scores the whole panel, is killed in the middle and goes on,
misses a deadline on purpose, is refused a model with one byte flipped. Serves the same model to plain HTTP and to a
public client, with the same predictions; is loaded as the brief says, swaps the champion and leaves, both under load.
Exits with 1 when anything isn't as promised. Asks the package index; servers listen on 127.0.0.1 only.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from scripts.journey import batch, serving, training
from scripts.journey.promises import Journey
from scripts.journey.repos import make_repos


def main() -> int:
    """Walk, and give 0 when every promise was kept."""
    with tempfile.TemporaryDirectory(prefix="journey-") as scratch:
        journey = Journey(place=Path(scratch))
        repos = make_repos(journey)
        model = training.train_and_promote(journey, repos)
        batch.walk(journey, repos, model)
        serving.walk(journey, repos, model)
        journey.stage("Done" if not journey.broken else f"{len(journey.broken)} promises were broken")
        for text in journey.broken:
            print(f"OFF  {text}")
    return 1 if journey.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
