"""Walk from a training repository to predictions and back, and say what happened: `make journey`.

Renders a training and a batch-inference repository, trains and promotes, scores the whole panel with the promoted
model, is killed in the middle and goes on, misses a deadline on purpose, and is refused a model with one byte flipped.
Exits with 1 when anything isn't as promised. Asks the package index.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TRAINING, BATCH = "departure-forecast", "departure-batch"
DAYS, ROWS = 337, 24_264
# Enough rows for a run to be killed in the middle of, and to be late for a deadline a second away.
HEAVY_TIMES = 60
HEAVY = """
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
"""
# Training's own model, as it was fitted and before it was exported, beside what the batch repository wrote.
COMPARE = """
import sys
from datetime import datetime
from pathlib import Path
import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits
from departure_forecast.config import TrainingSettings
from departure_forecast.data import load_dataset
from departure_forecast.features import build_features
from departure_forecast.model import fit
from departure_forecast.training import matrix_of, split_by_time, target_of
settings = TrainingSettings()
rows = build_features(load_dataset(settings.data, as_of=datetime(2026, 1, 1)).panel)
train = split_by_time(rows, settings.test_days).train
with threadpool_limits(1, user_api="openmp"):
    model = fit(matrix_of(train), target_of(train), settings.parameters, settings.seed)
    predicted = np.clip(model.predict(matrix_of(rows)), 0, None)
mine = rows.select("airport", "hour").with_columns(mine=predicted)
theirs = pl.read_parquet(Path(sys.argv[1]) / "*" / "predictions.parquet", hive_partitioning=False)
both = mine.join(theirs, on=["airport", "hour"], how="full", validate="1:1").drop_nulls()
worst = ((both["mine"] - both["prediction"]).abs() / (1 + both["mine"].abs())).max()
print(both.height, worst)
"""


@dataclass(slots=True, kw_only=True)
class Journey:
    """What was promised and whether it was kept."""

    place: Path
    broken: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def stage(self, title: str) -> None:
        """Say what comes next."""
        print(f"\n\033[1m== {time.perf_counter() - self.started:5.1f} s  {title}\033[0m", flush=True)

    def promise(self, text: str, *, kept: bool) -> None:
        """Say whether a promise was kept."""
        print(f"{'ok  ' if kept else 'OFF '} {text}", flush=True)
        if not kept:
            self.broken.append(text)


def main() -> int:
    """Walk, and give 0 when every promise was kept."""
    with tempfile.TemporaryDirectory(prefix="journey-") as scratch:
        journey = Journey(place=Path(scratch))
        training, batch = make_repos(journey)
        champion = train_and_promote(journey, training)
        panel = derive(training, batch, journey.place / "panel")
        score_whole_panel(journey, training, batch, panel, champion)
        heavy = journey.place / "heavy"
        call(batch, ".venv/bin/python", "-c", HEAVY, str(panel), str(heavy), str(HEAVY_TIMES))
        kill_and_resume(journey, batch, heavy, champion)
        miss_the_deadline(journey, batch, heavy, champion)
        refuse_a_flipped_byte(journey, training, batch, panel)
        journey.stage("Done" if not journey.broken else f"{len(journey.broken)} promises were broken")
        for text in journey.broken:
            print(f"OFF  {text}")
    return 1 if journey.broken else 0


def make_repos(journey: Journey) -> tuple[Path, Path]:
    """Render, lock and install both repositories."""
    journey.stage("Two repositories, from the blueprints training and batch-inference")
    python = f"python_version={sys.version_info.major}.{sys.version_info.minor}"
    repos = journey.place / TRAINING, journey.place / BATCH
    for blueprint, repo in zip(("training", "batch-inference"), repos, strict=True):
        made = goldenpath(journey.place, "new", blueprint, str(repo), "--defaults", "--data", python)
        print(made.stdout.strip())
        call(repo, "uv", "sync", "--quiet", "--locked", "--compile-bytecode")
        checked = goldenpath(repo, "check", "--as-of", "2100-01-01")
        journey.promise(f"{repo.name} meets every policy, whatever its date", kept=checked.returncode == 0)
    return repos


def train_and_promote(journey: Journey, training: Path) -> str:
    """Train, promote, and give the champion's place."""
    journey.stage("Train and promote")
    trained = command(training, TRAINING, "train")
    print(trained.stdout.strip())
    journey.promise("the model passes the gate of the brief", kept=trained.returncode == 0)
    promoted = command(training, TRAINING, "promote")
    print(promoted.stdout.strip())
    journey.promise("the first good model becomes the champion", kept=promoted.returncode == 0)
    return f"{training / 'artifacts' / 'registry'}#champion"


def derive(training: Path, batch: Path, panel: Path) -> Path:
    """Build the panel of the whole year with the training repository's own features."""
    script = batch / "scripts" / "derive_panel.py"
    call(training, ".venv/bin/python", str(script), "departure_forecast", "data/departures.parquet", str(panel))
    return panel


def score_whole_panel(journey: Journey, training: Path, batch: Path, panel: Path, champion: str) -> None:
    """Score the year with the champion, and hold the predictions against training's own."""
    journey.stage("Score the whole year with the promoted model")
    out = journey.place / "out"
    done = score(batch, panel, champion, out)
    print(done.stdout.strip())
    report = report_of(out)
    journey.promise(
        f"{ROWS:,} rows of {DAYS} days are scored, without an edit to bundle or repository",
        kept=done.returncode == 0 and report["counts"]["scored"] == ROWS,
    )
    again = score(batch, panel, champion, out)
    journey.promise(
        "a second run scores nothing", kept=again.returncode == 0 and report_of(out)["counts"]["reused"] == DAYS
    )
    rows, worst = call(training, ".venv/bin/python", "-c", COMPARE, str(out / "predictions")).stdout.split()
    journey.promise(
        f"{int(rows):,} predictions are training's own, to {float(worst):.1e}",
        kept=int(rows) == ROWS and float(worst) < 1e-5,  # noqa: PLR2004 - the promise
    )


def kill_and_resume(journey: Journey, batch: Path, heavy: Path, champion: str) -> None:
    """Kill a run in the middle, go on, and compare with a run that nothing disturbed."""
    journey.stage(f"Kill a run of {ROWS * HEAVY_TIMES:,} rows in the middle, and go on")
    whole, cut = journey.place / "whole", journey.place / "cut"
    score(batch, heavy, champion, whole)
    undisturbed = report_of(whole)
    process = subprocess.Popen(
        [batch / ".venv/bin" / BATCH, "score"],
        cwd=batch,
        env=environment(heavy, champion, cut),
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None and len(list(cut.glob("ledger/*"))) < DAYS // 2:
        time.sleep(0.01)
    process.kill()
    journey.promise("SIGKILL met the run while it worked", kept=process.wait() == -signal.SIGKILL)
    kept = len(list(cut.glob("ledger/*")))
    resumed = score(batch, heavy, champion, cut)
    counts = report_of(cut)["counts"]
    print(f"undisturbed: {undisturbed['rows_per_second']:,.0f} rows/s; {kept} of {DAYS} days were done when it died")
    journey.promise(
        f"the next run took {counts['reused']} days as done, and scored the other {DAYS - counts['reused']}",
        kept=resumed.returncode == 0 and counts["reused"] == kept,
    )
    one, other = tree(whole), tree(cut)
    journey.promise(f"all {len(one)} files are equal to the byte", kept=one == other)


def miss_the_deadline(journey: Journey, batch: Path, heavy: Path, champion: str) -> None:
    """Give the run less time than it needs: it must fail before the time is over, with what it has kept."""
    journey.stage("Miss a deadline on purpose")
    out = journey.place / "late"
    brief = journey.place / "brief.yaml"
    text = (batch / "brief.yaml").read_text(encoding="utf-8")
    brief.write_text(text.replace('deadline: "09:00"', 'deadline: "08:00:01"'), encoding="utf-8")
    done = score(batch, heavy, champion, out, APP_BRIEF=str(brief))
    report = report_of(out)
    print(done.stderr.strip())
    print("\n".join(done.stdout.strip().splitlines()[-4:]))
    journey.promise("exit code 3", kept=done.returncode == 3)  # noqa: PLR2004 - the promise
    journey.promise(
        f"it gave up {report['left']} of {DAYS} days before the end, and said so beforehand",
        kept=report["left"] > 0 and report["standing"] in ("will miss", "missed") and "deadline" in done.stderr,
    )


def refuse_a_flipped_byte(journey: Journey, training: Path, batch: Path, panel: Path) -> None:
    """Flip one byte of a copy of the model."""
    journey.stage("Offer a model with one byte flipped")
    (source,) = (training / "artifacts" / "runs").glob("*/bundle")
    flipped = journey.place / "flipped"
    shutil.copytree(source, flipped)
    content = bytearray((flipped / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (flipped / "model.onnx").write_bytes(bytes(content))
    done = score(batch, panel, str(flipped), journey.place / "refused")
    print(done.stderr.strip())
    journey.promise("it is refused with exit code 2", kept=done.returncode == 2)  # noqa: PLR2004 - the promise
    journey.promise("nothing is scored", kept=not (journey.place / "refused" / "predictions").exists())


def score(batch: Path, panel: Path, bundle: str, out: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `score` in the batch repository."""
    return command(batch, BATCH, "score", **{**environment(panel, bundle, out), **settings})


def environment(panel: Path, bundle: str, out: Path) -> dict[str, str]:
    """Give the settings of a run, over the environment as it is."""
    mine = {"APP_PANEL": str(panel), "APP_BUNDLE": bundle, "APP_ARTIFACTS": str(out), "APP_DUE": "window"}
    return clean() | mine


def report_of(out: Path) -> dict[str, Any]:
    """Read what a run says of itself."""
    read: dict[str, Any] = json.loads((out / "report" / "report.json").read_bytes())
    return read


def tree(out: Path) -> dict[str, bytes]:
    """Read every file that a run leaves, but for its report, which holds the time."""
    places = [path for name in ("predictions", "quarantine", "ledger") for path in (out / name).rglob("*")]
    return {str(path.relative_to(out)): path.read_bytes() for path in places if path.is_file()}


def command(repo: Path, name: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command of a repository; what it exits with is the caller's to judge."""
    return subprocess.run(
        [repo / ".venv/bin" / name, *words],
        cwd=repo,
        env=clean() | settings,
        check=False,
        capture_output=True,
        text=True,
    )


def goldenpath(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run goldenpath itself."""
    return subprocess.run(
        [sys.executable, "-m", "goldenpath", *words],
        cwd=folder,
        env=clean(),
        check=False,
        capture_output=True,
        text=True,
    )


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run what must go well for the journey to go on."""
    done = subprocess.run(words, cwd=folder, env=clean(), check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)[:200]}\n{done.stdout}{done.stderr}")
    return done


def clean() -> dict[str, str]:
    """Our environment, with our own commands first and no settings of a repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("APP_", "VIRTUAL_ENV"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return kept | {"PATH": path, "UV_PYTHON_DOWNLOADS": "never"}


if __name__ == "__main__":
    raise SystemExit(main())
