"""How fast the batch-inference road scores, how its memory grows, and pandas with scikit-learn beside it.

    python benchmarks/batch.py [--rows 4_000_000] [--keep FOLDER] [--before CLONE]

Renders both repositories, trains with the defaults (300 iterations), repeats the panel to the rows wanted in its 337
days, and scores it three times each way. About three minutes; asks the package index. With a clone of another state of
this project that is set up (`make setup`), the road of that state scores the same panel in turn.
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
from road.core.hooks import load_object
from road.core.project import read_project
times, target = int(sys.argv[1]), Path(sys.argv[2])
project = read_project(Path("project.yaml"))
panel = load_object("features", project.features)(pl.read_parquet("data/departures.parquet"))
days = panel.with_columns(day=pl.col("hour").dt.date()).partition_by("day", as_dict=True)
for (day,), rows in days.items():
    folder = target / f"day={day}"
    folder.mkdir(parents=True)
    many = pl.concat([rows.with_columns(pl.col("hour") + timedelta(seconds=turn)) for turn in range(times)])
    many.select("hour", *project.inputs).write_parquet(folder / "panel.parquet")
"""
# The same model as training fits it, kept as scikit-learn users do.
FIT = """
import json, sys, joblib
from datetime import datetime
from pathlib import Path
import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingRegressor
from road.core.hooks import load_object
from road.core.project import read_project
facts = json.loads(Path(sys.argv[1], "bundle.json").read_bytes())
project = read_project(Path("project.yaml"))
panel = load_object("features", project.features)(pl.read_parquet("data/departures.parquet"))
rows = panel.filter(pl.col("hour") <= datetime.fromisoformat(facts["data"]["trained_on"]["last"]))
codes = {"EWR": 0, "JFK": 1, "LGA": 2}
inputs = rows.select(each["name"] for each in facts["inputs"]).with_columns(pl.col("airport").replace_strict(codes))
code = facts["code"]
model = HistGradientBoostingRegressor(random_state=code["seed"], early_stopping=False, **code["parameters"])
joblib.dump(model.fit(inputs.to_numpy().astype(np.float32), rows["departures"].to_numpy()), sys.argv[2])
"""
# What a team writes without the road: no checks, no record, no drift, nothing to resume by.
PANDAS = """
import json, sys, joblib
from pathlib import Path
import numpy as np
import pandas as pd
names = [each["name"] for each in json.loads(Path(sys.argv[1], "bundle.json").read_bytes())["inputs"]]
model, source, target = joblib.load(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
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
    parser.add_argument("--before", type=Path, help="clone of another state, to compare with")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return measure(options.keep.resolve(), options.rows, options.repeat, options.before)
    with tempfile.TemporaryDirectory() as scratch:
        return measure(Path(scratch), options.rows, options.repeat, options.before)


def measure(place: Path, rows: int, repeat: int, before: Path | None) -> int:
    training, batch = prepare(place)
    (bundle,) = (training / "artifacts" / "runs").glob("*/bundle")
    panel, quarter = make_panels(place, training, bundle, rows)
    total = (rows // (DAYS * 72)) * DAYS * 72
    roads = {"road": batch}
    if before:
        roads["road, before"] = rendered(
            before.resolve() / ".venv/bin", "batch-inference", place / "before/departure-batch"
        )
    ways: dict[str, list[Usage]] = {}
    for _ in range(repeat):
        for name, repo in roads.items():
            ways.setdefault(name, []).append(score(repo, panel, bundle, place / "out"))
            ways.setdefault(f"{name}, a quarter of the days", []).append(score(repo, quarter, bundle, place / "out"))
        ways.setdefault("pandas with scikit-learn", []).append(with_pandas(training, place, panel, bundle))
    print(f"{total:,} rows in {DAYS} days, {os.cpu_count()} cores; the best of {repeat}")
    print(f"{'':38}{'rows/s':>10}{'rows/cpu s':>12}{'peak MiB':>10}")
    for name, usages in ways.items():
        here = total if "quarter" not in name else total // DAYS * (DAYS // 4)
        best = min(usages, key=lambda usage: usage.seconds)
        cheapest = min(usage.cpu_seconds for usage in usages)
        peak = max(usage.peak_mib for usage in usages)
        print(f"{name:38}{here / best.seconds:>10,.0f}{here / cheapest:>12,.0f}{peak:>10.0f}")
    return 0


def prepare(place: Path) -> tuple[Path, Path]:
    """Render and install both repositories, and train."""
    training, batch = place / "departure-forecast", place / "departure-batch"
    if not training.exists():
        for blueprint, repo in (("batch-inference", batch), ("training", training)):
            rendered(Path(sys.executable).parent, blueprint, repo)
        run(["uv", "pip", "install", "-q", "pandas", "pyarrow"], cwd=training)
        run([".venv/bin/departure-forecast", "train"], cwd=training, APP_TRACKING="false")
    return training, batch


def rendered(tools: Path, blueprint: str, repo: Path) -> Path:
    """Render a repository by the goldenpath of these tools, and install it."""
    if not repo.exists():
        version = f"python_version={sys.version_info.major}.{sys.version_info.minor}"
        run([f"{tools}/goldenpath", "new", blueprint, str(repo), "--defaults", "--data", version, "--no-git"])
        run(["uv", "sync", "-q", "--locked", "--compile-bytecode"], cwd=repo)
    return repo


def make_panels(place: Path, training: Path, bundle: Path, rows: int) -> tuple[Path, Path]:
    """Repeat the whole panel, and give a quarter of its days by links."""
    panel, quarter = place / "panel", place / "quarter"
    if not panel.exists():
        run([".venv/bin/python", "-c", PANEL, str(rows // (DAYS * 72)), str(panel)], cwd=training)
        quarter.mkdir()
        for folder in sorted(panel.iterdir())[: DAYS // 4]:
            (quarter / folder.name).symlink_to(folder)
        run([".venv/bin/python", "-c", FIT, str(bundle), str(place / "model.joblib")], cwd=training)
    return panel, quarter


def score(batch: Path, panel: Path, bundle: Path, out: Path) -> Usage:
    shutil.rmtree(out, ignore_errors=True)
    settings = {"APP_PANEL": str(panel), "APP_MODEL": str(bundle), "APP_ARTIFACTS": str(out)}
    return used([".venv/bin/departure-batch", "score"], cwd=batch, settings=settings)


def with_pandas(training: Path, place: Path, panel: Path, bundle: Path) -> Usage:
    out = place / "out-pandas"
    shutil.rmtree(out, ignore_errors=True)
    command = [".venv/bin/python", "-c", PANDAS, str(bundle), str(place / "model.joblib"), str(panel), str(out)]
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


def run(command: list[str], cwd: Path | None = None, **settings: str) -> None:
    subprocess.run(command, cwd=cwd, env=environment() | settings, check=True, stdout=subprocess.DEVNULL)


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"}


if __name__ == "__main__":
    raise SystemExit(main())
