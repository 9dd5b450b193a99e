"""Trains: data, features, split, fit, evaluation, gate, bundle and run record, in that order."""

import logging
import time
from datetime import UTC, datetime

from road.core.bundle import Bundle, write_bundle
from road.training.config import Training
from road.training.evaluation import Yardstick
from road.training.examples import make_examples
from road.training.facts import Trained, make_manifest
from road.training.fitting import Trainer
from road.training.gate import judge
from road.training.operating_point import choose_point
from road.training.parity import check_parity
from road.training.preparation import prepare
from road.training.runs import Run, bundle_folder, write_run
from road.training.target import target_of

log = logging.getLogger(__name__)


def train(repository: Training, *, started: datetime) -> Run:
    """Train once and write the run with its bundle; the run says whether the gate passed."""
    clock = time.perf_counter()
    settings, project = repository.settings, repository.project
    yardstick, trainer = Yardstick.of(repository.brief, project), Trainer.of(repository)
    prepared = prepare(repository, as_of=started)
    split = prepared.split
    log.info("data ready", extra={"train_rows": split.train.height, "test_rows": split.test.height})

    chosen = choose_point(repository, trainer, prepared)
    output = prepared.output.model_copy(update={"threshold": chosen.threshold})
    fitted = trainer.fit(prepared.rows(split.train), target_of(split.train, output))
    answer = fitted.answer(prepared.rows(split.test))
    evaluation = yardstick.evaluate(split, answer, output)
    content, graph = fitted.export()
    check_parity(fitted, content, graph, prepared, answer)

    personal = repository.brief.concerns.privacy.personal_data
    trained = Trained(
        prepared=prepared,
        trainer=trainer,
        graph=graph,
        output=output,
        evaluation=evaluation,
        examples=make_examples(fitted, prepared, personal=personal),
        answer=answer,
    )
    manifest = make_manifest(repository, trained)
    run_id = f"{started.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
    folder = bundle_folder(settings.artifacts, run_id)
    digest = write_bundle(folder, manifest, content)
    Bundle.load(folder, expect=digest)

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
        verdicts=[*judge(repository, evaluation, seconds), *([chosen.verdict] if chosen.verdict else [])],
        digest=digest,
    )
    write_run(settings.artifacts, run)
    return run
