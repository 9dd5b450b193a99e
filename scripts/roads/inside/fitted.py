"""Writes what training's own model predicts, as it was fitted and before it was exported: `fitted.py TARGET`."""

import sys
from datetime import UTC, datetime

import polars as pl
from road.training.config import Training, TrainingSettings
from road.training.fitting import Trainer
from road.training.preparation import prepare
from road.training.target import target_of

repository = Training.read(TrainingSettings)
prepared = prepare(repository, as_of=datetime.now(UTC))
output, train, rows = prepared.output, prepared.split.train, prepared.features
answer = Trainer.of(repository).fit(prepared.rows(train), target_of(train, output)).answer(prepared.rows(rows))
if output.kind == "number":
    named = {"prediction": answer.reshape(-1)}
elif output.positive is not None:
    named = {"probability": answer[:, output.labels.index(output.positive)]}
else:
    named = {f"probability_{label}": answer[:, at] for at, label in enumerate(output.labels)}
table = rows.select(repository.project.keys).with_columns(pl.Series(name, values) for name, values in named.items())
table.write_parquet(sys.argv[1])
