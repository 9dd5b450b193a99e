"""Writes what training's own model predicts, as it was fitted and before it was exported: `fitted.py TARGET`."""

import sys
from datetime import UTC, datetime

from road.training.config import Training, TrainingSettings
from road.training.fitting import Trainer
from road.training.preparation import prepare
from road.training.target import target_of

repository = Training.read(TrainingSettings)
prepared = prepare(repository, as_of=datetime.now(UTC))
train, rows = prepared.split.train, prepared.features
fitted = Trainer.of(repository).fit(prepared.rows(train), target_of(train, prepared.output))
predicted = fitted.answer(prepared.rows(rows)).reshape(-1)
rows.select(repository.project.keys).with_columns(prediction=predicted).write_parquet(sys.argv[1])
