"""Writes a panel with each row many times, an instant apart: `multiply.py SOURCE TARGET TIMES`."""

import sys
from datetime import timedelta
from pathlib import Path

import polars as pl

source, target, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
for folder in sorted(source.iterdir()):
    rows = pl.read_parquet(folder / "panel.parquet", hive_partitioning=False)
    (target / folder.name).mkdir(parents=True)
    many = [rows.with_columns(pl.col("hour") + timedelta(seconds=turn)) for turn in range(times)]
    pl.concat(many).write_parquet(target / folder.name / "panel.parquet")
