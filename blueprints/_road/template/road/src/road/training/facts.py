"""Gathers what the bundle says of itself: where it comes from, what it takes, how good it is."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from road.core.brief import Brief
from road.core.manifest import Code, Data, Evaluation, Examples, Graph, Manifest, Output, Period, Purpose
from road.core.predictions import decide
from road.core.project import Project
from road.core.reference import Distribution, describe
from road.training.config import Training
from road.training.fitting import Trainer
from road.training.predictions import Answer
from road.training.preparation import Prepared
from road.training.provenance import code_commit, package_versions
from road.training.split import rule_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What came of a training."""

    prepared: Prepared
    trainer: Trainer
    graph: Graph
    output: Output
    evaluation: Evaluation
    examples: Examples
    answer: Answer


def make_manifest(repository: Training, trained: Trained) -> Manifest:
    """Say it in the terms of the bundle's format."""
    prepared, output = trained.prepared, trained.output
    learnt = prepared.rows(prepared.split.train)
    return Manifest(
        name=repository.brief.project,
        purpose=_purpose(repository.brief),
        inputs=list(prepared.inputs),
        transforms=list(prepared.transforms),
        output=output,
        graph=trained.graph,
        examples=trained.examples,
        evaluation=trained.evaluation,
        data=_data(prepared, repository.project),
        code=_code(repository, trained.trainer),
        features=describe([each.name for each in learnt.inputs], learnt.matrix),
        predictions=Distribution.of(decide(output, trained.answer.astype(np.float32)).values),
    )


def _purpose(brief: Brief) -> Purpose:
    return Purpose(
        objective=brief.objective.statement.strip(),
        owner=brief.objective.owner,
        prediction=brief.objective.requirement.prediction.strip(),
        personal_data=brief.concerns.privacy.personal_data,
    )


def _data(prepared: Prepared, project: Project) -> Data:
    split, time = prepared.split, project.time.column if project.time else None
    return Data(
        source=prepared.dataset.source,
        sha256=prepared.dataset.sha256,
        rows=prepared.dataset.frame.height,
        split=rule_text(project),
        trained_on=_period(split.train[time]) if time else None,
        tested_on=_period(split.test[time]) if time else None,
    )


def _period(times: pl.Series) -> Period:
    first: Any = times.min()
    last: Any = times.max()
    return Period(first=first, last=last)


def _code(repository: Training, trainer: Trainer) -> Code:
    commit, dirty = code_commit(repository.settings.code_commit)
    return Code(
        commit=commit,
        dirty=dirty,
        packages=package_versions(trainer.model.libraries),
        seed=trainer.seed,
        parameters={name: _plain(value) for name, value in trainer.parameters.model_dump(mode="json").items()},
    )


def _plain(value: Any) -> int | float | str:
    """A value as the format takes it; anything else than a number or a text as JSON."""
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else json.dumps(value)
