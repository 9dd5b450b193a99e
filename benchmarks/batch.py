"""How fast the batch-inference road scores, how its memory grows, and pandas with scikit-learn beside it.

    python benchmarks/batch.py [--rows 4_000_000] [--keep FOLDER]

Renders both repositories, trains with the defaults (300 iterations), repeats the panel to the rows wanted in its 337
days, and scores it three times each way. About three minutes; asks the package index.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

DAYS = 337
# Run in the training repository: its features, each day repeated. Hours move by seconds, so that no row comes twice.
PANEL = """
import sys
from datetime import timedelta
from pathlib import Path
import polars as pl
from departure_forecast.features import NAMES, build_features
times, target = int(sys.argv[1]), Path(sys.argv[2])
panel = build_features(pl.read_parquet("data/departures.parquet"))
for (day,), rows in panel.partition_by("day", as_dict=True).items():
    folder = target / f"day={day}"
    folder.mkdir(parents=True)
    many = pl.concat([rows.with_columns(pl.col("hour") + timedelta(seconds=turn)) for turn in range(times)])
    many.select("hour", *NAMES).write_parquet(folder / "panel.parquet")
"""
# The same model as training fits it, kept as scikit-learn users do.
FIT = """
import sys, joblib
from datetime import datetime
from departure_forecast.config import TrainingSettings
from departure_forecast.data import load_dataset
from departure_forecast.features import build_features
from departure_forecast.model import fit
from departure_forecast.training import matrix_of, split_by_time, target_of
settings = TrainingSettings()
rows = split_by_time(build_features(load_dataset(settings.data, as_of=datetime(2026, 1, 1)).panel), settings.test_days)
joblib.dump(fit(matrix_of(rows.train), target_of(rows.train), settings.parameters, settings.seed), sys.argv[1])
"""
# What a team writes without the road: no checks, no record, no drift, nothing to resume by.
PANDAS = """
import sys, joblib
from pathlib import Path
import numpy as np
import pandas as pd
from departure_forecast.features import INPUTS
model, source, target = joblib.load(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
names = [column.name for column in INPUTS]
for folder in sorted(source.iterdir()):
    rows = pd.read_parquet(folder / "panel.parquet")
    inputs = rows[names].copy()
    inputs["airport"] = inputs["airport"].map({"EWR": 0, "JFK": 1, "LGA": 2})
    predicted = np.clip(model.predict(inputs.to_numpy(dtype=np.float32)), 0, None)
    (target / folder.name).mkdir(parents=True)
    out = rows[["airport", "hour"]].assign(prediction=predicted)
    out.to_parquet(target / folder.name / "predictions.parquet")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one command took."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="scratch folder, to be used again")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return measure(options.keep.resolve(), options.rows, options.repeat)
    with tempfile.TemporaryDirectory() as scratch:
        return measure(Path(scratch), options.rows, options.repeat)


def measure(place: Path, rows: int, repeat: int) -> int:
    training, batch = prepare(place)
    panel, quarter = make_panels(place, training, rows)
    total = (rows // (DAYS * 72)) * DAYS * 72
    (bundle,) = (training / "artifacts" / "runs").glob("*/bundle")
    ways: dict[str, list[Usage]] = {"road": [], "road, a quarter of the days": [], "pandas with scikit-learn": []}
    for _ in range(repeat):
        ways["road"].append(score(batch, panel, bundle, place / "out"))
        ways["road, a quarter of the days"].append(score(batch, quarter, bundle, place / "out"))
        ways["pandas with scikit-learn"].append(with_pandas(training, place, panel))
    print(f"{total:,} rows in {DAYS} days, {os.cpu_count()} cores; the best of {repeat}")
    print(f"{'':30}{'rows/s':>10}{'rows/cpu s':>12}{'peak MiB':>10}")
    for name, usages in ways.items():
        here = total if "quarter" not in name else total // DAYS * (DAYS // 4)
        best = min(usages, key=lambda usage: usage.seconds)
        cheapest = min(usage.cpu_seconds for usage in usages)
        peak = max(usage.peak_mib for usage in usages)
        print(f"{name:30}{here / best.seconds:>10,.0f}{here / cheapest:>12,.0f}{peak:>10.0f}")
    return 0


def prepare(place: Path) -> tuple[Path, Path]:
    """Render and install both repositories, and train."""
    training, batch = place / "departure-forecast", place / "departure-batch"
    if not training.exists():
        python = f"python_version={sys.version_info.major}.{sys.version_info.minor}"
        for blueprint, repo in (("training", training), ("batch-inference", batch)):
            command = ["goldenpath", "new", blueprint, str(repo), "--defaults", "--data", python, "--no-git"]
            run([sys.executable, "-m", *command])
            run(["uv", "sync", "-q", "--locked", "--compile-bytecode"], cwd=repo)
        run(["uv", "pip", "install", "-q", "pandas", "pyarrow"], cwd=training)
        run([".venv/bin/departure-forecast", "train"], cwd=training)
    return training, batch


def make_panels(place: Path, training: Path, rows: int) -> tuple[Path, Path]:
    """Repeat the whole panel, and give a quarter of its days by links."""
    panel, quarter = place / "panel", place / "quarter"
    if not panel.exists():
        run([".venv/bin/python", "-c", PANEL, str(rows // (DAYS * 72)), str(panel)], cwd=training)
        quarter.mkdir()
        for folder in sorted(panel.iterdir())[: DAYS // 4]:
            (quarter / folder.name).symlink_to(folder)
        run([".venv/bin/python", "-c", FIT, str(place / "model.joblib")], cwd=training)
    return panel, quarter


def score(batch: Path, panel: Path, bundle: Path, out: Path) -> Usage:
    shutil.rmtree(out, ignore_errors=True)
    settings = {"APP_PANEL": str(panel), "APP_MODEL": str(bundle), "APP_ARTIFACTS": str(out)}
    return used([".venv/bin/departure-batch", "score"], cwd=batch, settings=settings)


def with_pandas(training: Path, place: Path, panel: Path) -> Usage:
    out = place / "out-pandas"
    shutil.rmtree(out, ignore_errors=True)
    command = [".venv/bin/python", "-c", PANDAS, str(place / "model.joblib"), str(panel), str(out)]
    return used(command, cwd=training, settings={})


def used(command: list[str], *, cwd: Path, settings: dict[str, str]) -> Usage:
    """Run a command and give what it took, its own children included."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environment() | settings, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    cpu = usage.ru_utime + usage.ru_stime
    return Usage(seconds=time.perf_counter() - started, cpu_seconds=cpu, peak_mib=usage.ru_maxrss / 1024)


def run(command: list[str], cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, env=environment(), check=True, stdout=subprocess.DEVNULL)


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}", "APP_TRACKING": "false"}


if __name__ == "__main__":
    raise SystemExit(main())
