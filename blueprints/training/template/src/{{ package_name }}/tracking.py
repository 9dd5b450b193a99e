"""Sends a run to MLflow: SQLite in the artifacts folder by default, a server by its address."""

import logging
import os

from .config import TrainingSettings
from .runs import Run


def track(settings: TrainingSettings, run: Run, *, experiment: str) -> None:
    """Log parameters, metrics and tags of a run; does nothing when tracking is off."""
    if not settings.tracking:
        return
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow  # takes over a second

    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    database = (settings.artifacts / "mlflow.db").resolve()
    mlflow.set_tracking_uri(settings.tracking_uri or f"sqlite:///{database}")
    mlflow.set_experiment(experiment)
    evaluation = run.evaluation
    with mlflow.start_run(run_name=run.id):
        mlflow.log_params(
            {**run.parameters.model_dump(), "seed": run.seed, "test_days": run.test_days}
        )
        mlflow.log_metrics(
            {
                evaluation.metric: evaluation.value,
                f"baseline_{evaluation.metric}": evaluation.baseline_value,
                "seconds": run.seconds,
                **{f"{evaluation.metric}_{k}": v for k, v in evaluation.segments.items()},
            }
        )
        mlflow.set_tags(
            {
                "bundle": run.digest,
                "commit": run.code.commit,
                "data": run.data_sha256,
                "gate": "passed" if run.passed else "failed",
            }
        )
