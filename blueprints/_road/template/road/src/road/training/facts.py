"""Gathers what the bundle says of itself: where it comes from, what it takes, how good it is."""

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from road.core.brief import Brief
from road.core.manifest import Code, Data, Evaluation, Graph, Manifest, Output, Period, Purpose
from road.core.reference import Distribution, describe
from road.training.config import Training
from road.training.fitting import Trainer
from road.training.hooks import Vector
from road.training.preparation import Prepared
from road.training.provenance import code_commit, package_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What came of a training."""

    prepared: Prepared
    trainer: Trainer
    graph: Graph
    evaluation: Evaluation
    predicted: Vector


def make_manifest(repository: Training, trained: Trained) -> Manifest:
    """Say it in the terms of the bundle's format."""
    target, prepared = repository.project.wanted_target(), trained.prepared
    names = [column.name for column in prepared.inputs]
    return Manifest(
        name=repository.brief.project,
        purpose=_purpose(repository.brief),
        inputs=list(prepared.inputs),
        output=Output(name=target.column, unit=target.unit),
        graph=trained.graph,
        evaluation=trained.evaluation,
        data=_data(prepared, repository.project.wanted_time().column),
        code=_code(repository, trained.trainer),
        features=describe(names, prepared.rows(prepared.split.train).matrix),
        predictions=Distribution.of(trained.predicted),
    )


def _purpose(brief: Brief) -> Purpose:
    return Purpose(
        objective=brief.objective.statement.strip(),
        owner=brief.objective.owner,
        prediction=brief.objective.requirement.prediction.strip(),
        personal_data=brief.concerns.privacy.personal_data,
    )


def _data(prepared: Prepared, time: str) -> Data:
    return Data(
        source=prepared.dataset.source,
        sha256=prepared.dataset.sha256,
        rows=prepared.dataset.frame.height,
        trained_on=_period(prepared.split.train[time]),
        tested_on=_period(prepared.split.test[time]),
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
