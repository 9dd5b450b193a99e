"""Make `blueprints/_departures` anew: a bundle trained by the training blueprint, and rows with their predictions.

Run it after the training blueprint has changed: `python scripts/sample_bundle.py` (about a minute, asks PyPI).
The same blueprint gives the same bytes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MODELS = Path(__file__).parent.parent / "blueprints" / "_departures" / "template" / "models"
BUNDLE, ROWS = "{% if example %}departures{% endif %}", "{% if example %}examples.json{% endif %}"
MADE_BY = "blueprint training 1.0.0"
# Runs in the rendered repository: the model as it was fitted, before the export, on rows it never saw.
EXAMPLES = """
import json, sys
from datetime import UTC, datetime
import numpy as np
from road.training.config import Training, TrainingSettings
from road.training.fitting import Trainer
from road.training.preparation import prepare
from road.training.target import target_of

repository = Training.read(TrainingSettings)
prepared = prepare(repository, as_of=datetime(2026, 1, 1, tzinfo=UTC))
train, test = prepared.split.train, prepared.split.test
fitted = Trainer.of(repository).fit(prepared.rows(train), target_of(train, prepared.output))
predicted = fitted.answer(prepared.rows(test)).reshape(-1)
chosen = np.linspace(0, test.height - 1, 96).astype(int).tolist()
rows = test[chosen].select(column.name for column in prepared.inputs).to_dicts()
lines = [json.dumps({"row": row, "prediction": float(predicted[at])}) for row, at in zip(rows, chosen)]
sys.stdout.write("[\\n" + ",\\n".join(lines) + "\\n]\\n")
"""


def main() -> int:
    """Render, train, and put the bundle and the examples in place."""
    with tempfile.TemporaryDirectory() as scratch:
        repo = Path(scratch) / "departure-forecast"
        _run([sys.executable, "-m", "goldenpath", "new", "training", str(repo), "--defaults", "--no-git"])
        _run(["uv", "run", "--locked", "departure-forecast", "train"], cwd=repo)
        examples = _run(["uv", "run", "--locked", "python", "-c", EXAMPLES], cwd=repo)
        (bundle,) = (repo / "artifacts" / "runs").glob("*/bundle")
        shutil.rmtree(MODELS / BUNDLE, ignore_errors=True)
        shutil.copytree(bundle, MODELS / BUNDLE)
        (MODELS / ROWS).write_text(examples, encoding="utf-8")
    return 0


def _run(command: list[str], cwd: Path | None = None) -> str:
    environment = {**os.environ, "APP_CODE_COMMIT": MADE_BY, "APP_TRACKING": "false"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
