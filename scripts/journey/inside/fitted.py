"""Writes what training's own model predicts, as it was fitted and before it was exported: `fitted.py TARGET`."""

import sys
from datetime import datetime

import numpy as np
from departure_forecast.config import TrainingSettings
from departure_forecast.data import load_dataset
from departure_forecast.features import build_features
from departure_forecast.model import fit
from departure_forecast.training import matrix_of, split_by_time, target_of
from threadpoolctl import threadpool_limits

settings = TrainingSettings()
rows = build_features(load_dataset(settings.data, as_of=datetime(2026, 1, 1)).panel)  # noqa: DTZ001 - as the sample's
train = split_by_time(rows, settings.test_days).train
with threadpool_limits(1, user_api="openmp"):
    model = fit(matrix_of(train), target_of(train), settings.parameters, settings.seed)
    predicted = np.clip(model.predict(matrix_of(rows)), 0, None)
rows.select("airport", "hour").with_columns(prediction=predicted).write_parquet(sys.argv[1])
