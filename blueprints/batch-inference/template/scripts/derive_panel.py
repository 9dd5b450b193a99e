"""Derives data/panel with the features of the training repository itself, so that both agree.

    cd ../departure-forecast
    uv run python ../THIS/scripts/derive_panel.py departure_forecast data/departures.parquet \
        ../THIS/data/panel --since 2013-12-04

The first argument is the package of the training repository: its `features.build_features` gives
what is known at 08:00 of each day, and its `INPUTS` say which columns the model takes.
"""

import argparse
import importlib
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl


def main() -> None:
    """Write a partition for each day."""
    parser = argparse.ArgumentParser(description="Derive the panel from the data of training.")
    parser.add_argument("package", help="package of the training repository")
    parser.add_argument("data", type=Path, help="its data file")
    parser.add_argument("panel", type=Path, help="folder to write to")
    parser.add_argument("--since", type=date.fromisoformat, default=date.min, help="first day")
    options = parser.parse_args()
    features: Any = importlib.import_module(f"{options.package}.features")
    panel = features.build_features(pl.read_parquet(options.data))
    days = panel.filter(pl.col("day") >= options.since).partition_by("day", as_dict=True)
    for (day,), rows in sorted(days.items()):
        folder = options.panel / f"day={day}"
        folder.mkdir(parents=True, exist_ok=True)
        keys_first = ["airport", "hour", *[n for n in features.NAMES if n != "airport"]]
        rows.select(keys_first).write_parquet(
            folder / "panel.parquet", compression="zstd", compression_level=19
        )
    print(f"{len(days)} days in {options.panel}")


if __name__ == "__main__":
    main()
