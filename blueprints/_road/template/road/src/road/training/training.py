"""Trains: data, features, split, fit, evaluation, gate, bundle and run record, in that order."""

import logging
import time
from datetime import UTC, datetime

import numpy as np

from road.core.bundle import MODEL, Bundle, write_bundle
from road.core.errors import UserError
from road.training.config import Training
from road.training.evaluation import Yardstick
from road.training.facts import Trained, make_manifest
from road.training.features import columns_of, target_of
from road.training.fitting import Trainer
from road.training.gate import judge
from road.training.hooks import Vector
from road.training.preparation import Prepared, prepare
from road.training.runs import Run, bundle_folder, write_run

log = logging.getLogger(__name__)

_PARITY = 1e-4  # largest difference allowed between the fitted and the exported model


def train(repository: Training, *, started: datetime) -> Run:
    """Train once and write the run with its bundle; the run says whether the gate passed."""
    clock = time.perf_counter()
    settings, project = repository.settings, repository.project
    yardstick, trainer = Yardstick.of(repository.brief, project), Trainer.of(repository)
    prepared = prepare(repository, as_of=started)
    split = prepared.split
    log.info("data ready", extra={"train_rows": split.train.height, "test_rows": split.test.height})

    fitted = trainer.fit(prepared.rows(split.train), target_of(split.train, project))
    predicted = fitted.predict(prepared.rows(split.test))
    evaluation = yardstick.evaluate(split, predicted)
    content, graph = fitted.export()

    trained = Trained(prepared=prepared, trainer=trainer, graph=graph, evaluation=evaluation, predicted=predicted)
    manifest = make_manifest(repository, trained)
    run_id = f"{started.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
    folder = bundle_folder(settings.artifacts, run_id)
    digest = write_bundle(folder, manifest, content)
    _check_parity(Bundle.load(folder, expect=digest), prepared, predicted)

    seconds = time.perf_counter() - clock
    run = Run(
        id=run_id,
        started=started,
        seconds=round(seconds, 3),
        data=settings.data,
        data_sha256=prepared.dataset.sha256,
        project=project,
        seed=settings.seed,
        threads=settings.threads,
        parameters=trainer.parameters.model_dump(mode="json"),
        code=manifest.code,
        evaluation=evaluation,
        verdicts=judge(repository.brief, evaluation, seconds),
        digest=digest,
    )
    write_run(settings.artifacts, run)
    return run


def _check_parity(bundle: Bundle, prepared: Prepared, predicted: Vector) -> None:
    """Hold the exported model against the fitted one, on every row to judge by."""
    exported = bundle.predict(columns_of(prepared.split.test, prepared.inputs))
    if exported.shape != predicted.shape:
        raise UserError(f"{MODEL} gives {exported.size:,} predictions for {predicted.size:,} rows")
    worst = float(np.max(np.abs(exported - predicted) / (1 + np.abs(predicted))))
    if not worst <= _PARITY:
        raise UserError(f"{MODEL} differs from the fitted model by {worst:.1e}, at most {_PARITY:.0e}")
