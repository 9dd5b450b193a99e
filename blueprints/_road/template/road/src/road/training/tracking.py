"""Sends a run to MLflow: SQLite in the artifacts folder by default, a server by its address.

Tracking is for looking back. The record in the run's folder is what counts, so a server that
is down is logged and costs no model.
"""

import logging
import os
import re

from road.training.config import TrainingSettings
from road.training.runs import Run
from road.training.split import rule_text

log = logging.getLogger(__name__)


def track(settings: TrainingSettings, run: Run, *, experiment: str) -> None:
    """Log parameters, metrics and tags of a run; does nothing when tracking is off."""
    if not settings.tracking:
        return
    try:
        _send(settings, run, experiment)
    except Exception:  # MLflow's stores and clients share no base class
        log.exception("run not tracked; its record is in the artifacts", extra={"run": run.id})


def _send(settings: TrainingSettings, run: Run, experiment: str) -> None:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow  # takes over a second

    for talkative in ("alembic", "mlflow"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    database = (settings.artifacts / "mlflow.db").resolve()
    mlflow.set_tracking_uri(settings.tracking_uri or f"sqlite:///{database}")
    mlflow.set_experiment(experiment)
    evaluation = run.evaluation
    with mlflow.start_run(run_name=run.id):
        mlflow.log_params({**run.parameters, "seed": run.seed, "split": rule_text(run.project)})
        mlflow.log_metrics(
            {
                evaluation.metric: evaluation.value,
                f"baseline_{evaluation.metric}": evaluation.baseline_value,
                "seconds": run.seconds,
                **{f"{evaluation.metric}_{_key(k)}": v for k, v in evaluation.segments.items()},
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


def _key(segment: str) -> str:
    """A segment's name as MLflow takes it."""
    return re.sub(r"[^\w./ -]", "_", segment)
