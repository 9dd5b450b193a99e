"""Derives data/panel with the features of the training repository itself, so that both agree.

    cd ../departure-forecast
    uv run python ../THIS/scripts/derive_panel.py data/departures.parquet \
        ../THIS/data/panel --since 2013-12-27

The `project.yaml` of the training repository names its hook `features`, and the inputs that this
gives the model.
"""

import argparse
from datetime import date
from pathlib import Path

import polars as pl
from road.core.hooks import load_object
from road.core.project import read_project


def main() -> None:
    """Write a partition for each day."""
    parser = argparse.ArgumentParser(description="Derive the panel from the data of training.")
    parser.add_argument("data", type=Path, help="data file of the training repository")
    parser.add_argument("panel", type=Path, help="folder to write to")
    parser.add_argument("--since", type=date.fromisoformat, default=date.min, help="first day")
    options = parser.parse_args()
    project = read_project(Path("project.yaml"))
    build = load_object("features", str(project.features))
    time = project.wanted_time().column
    wanted = list(dict.fromkeys([*project.keys, *project.inputs]))
    rows = build(pl.read_parquet(options.data)).select(wanted)
    days = rows.with_columns(day=pl.col(time).dt.date()).filter(pl.col("day") >= options.since)
    found = days.partition_by("day", as_dict=True, include_key=False)
    for (day,), part in sorted(found.items()):
        folder = options.panel / f"day={day}"
        folder.mkdir(parents=True, exist_ok=True)
        part.write_parquet(folder / "panel.parquet", compression="zstd", compression_level=19)
    print(f"{len(found)} days in {options.panel}")


if __name__ == "__main__":
    main()
