"""Walk data sets through the three roads and say what it took: `make roads`, or `python -m scripts.roads NAME ...`.

Each is written as a CSV file, as a team might have it. Then come `new`, `begin`, `train` and `promote`, batch
inference with a kill in the middle, and serving to plain HTTP and to a public client. All must predict the same, each
repository must pass its own checks, and no file is edited by hand. Exits with 1 when anything isn't so.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from scripts.journey.promises import Journey
from scripts.roads.data import DATA_SETS
from scripts.roads.walk import walk


def main() -> int:
    """Walk, and give 0 when every promise was kept."""
    known = {data.name: data for data in DATA_SETS}
    parser = argparse.ArgumentParser(description="Walk data sets through the three roads.")
    parser.add_argument("name", nargs="*", choices=[[], *known], help="by default all")
    names = parser.parse_args().name or list(known)
    with tempfile.TemporaryDirectory(prefix="roads-") as scratch:
        journey = Journey(place=Path(scratch))
        walks = [walk(journey, known[name]) for name in names]
        journey.stage("Done" if not journey.broken else f"{len(journey.broken)} promises were broken")
    for it in walks:
        print(
            f"{it.data.name:10} {it.data.task:12} edited by hand none, new to first bundle {it.seconds:.0f} s, "
            f"predictions {it.furthest:.1e} apart at most"
        )
    for text in journey.broken:
        print(f"OFF  {text}")
    return 1 if journey.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
