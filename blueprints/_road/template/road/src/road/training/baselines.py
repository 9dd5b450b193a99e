"""The simple rules that a model must beat: some that the road knows, a column of the features, or a hook."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from road.core.documents import nearest
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.manifest import Output
from road.core.project import CLASSES, Project
from road.training.hooks import Baseline
from road.training.predictions import Answer, guess_of
from road.training.split import Split
from road.training.target import target_of, task_of

Rule = Callable[[Split], Answer]
"""Predicts the rows to judge by."""
_DAY, _WEEK, _YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=364)


def find_baseline(name: str, project: Project, output: Output) -> Rule:
    """The rule that the brief names, the project's own ones first; `UserError` when nobody knows it."""
    known = rules_for(project, output)
    if name not in project.baselines:
        if name in known:
            return known[name]
        names = [*known, *project.baselines]
        raise UserError(
            f"brief.yaml: objective.requirement.baseline: {name} is unknown{nearest(name, names)}: "
            f"there are {', '.join(names)}; project.yaml may add others under baselines"
        )
    wanted, key = project.baselines[name], f"baselines.{name}"
    who = f"project.yaml: {key}: {wanted}"
    if ":" in wanted:
        predict: Baseline = load_hook(key, wanted, Baseline)
        return lambda split: guess_of(predict(split.train, split.test), split.test.height, output, who)
    return lambda split: guess_of(_column(split, wanted, who), split.test.height, output, who)


def rules_for(project: Project, output: Output) -> Mapping[str, Rule]:
    """The road's own rules for a task."""
    task = task_of(project)
    if task in CLASSES:
        return {"majority": lambda split: _majority(split, output), "prior": lambda split: _prior(split, output)}
    found: dict[str, Rule] = {
        "mean": lambda split: _always(split, float(np.mean(target_of(split.train, output)))),
        "median": lambda split: _always(split, float(np.median(target_of(split.train, output)))),
    }
    if task == "forecasting":
        found["last_value"] = lambda split: _earlier(split, project, output, project.wanted_time().step)
        found["seasonal_naive"] = lambda split: _earlier(split, project, output, _season(project))
    return found


def _column(split: Split, name: str, who: str) -> Any:
    if name not in split.test.columns:
        raise UserError(f"{who} is no column of the features{nearest(name, split.test.columns)}")
    return split.test[name].to_numpy()


def _always(split: Split, value: float) -> Answer:
    return np.full((split.test.height, 1), value)


def _prior(split: Split, output: Output) -> Answer:
    """How often each label came in the rows learnt from."""
    counts = np.bincount(target_of(split.train, output).astype(np.int64), minlength=output.width)
    return np.tile(counts / counts.sum(), (split.test.height, 1))


def _majority(split: Split, output: Output) -> Answer:
    """The label that came most often, for sure."""
    most = int(np.argmax(_prior(split, output)[0]))
    return np.tile(np.eye(output.width)[most], (split.test.height, 1))


def _season(project: Project) -> timedelta:
    """A day of steps within one, a week of days, or else a year of 52 weeks."""
    step = project.wanted_time().step
    if step is None:
        raise UserError("brief.yaml: objective.requirement.baseline: seasonal_naive needs time.step in project.yaml")
    return _DAY if step < _DAY else _WEEK if step < _WEEK else _YEAR


def _earlier(split: Split, project: Project, output: Output, apart: timedelta | None) -> Answer:
    """What the same series had some time earlier, or in its row before; the mean of all where that isn't there."""
    time = project.wanted_time().column
    series = [key for key in project.keys if key != time]
    rows = [each for each in (split.train, split.between, split.test) if each is not None]
    seen = pl.concat(each.select(*series, time, output.name) for each in rows)
    if apart is None:
        value = pl.col(output.name).shift(1)
        before = seen.sort(*series, time).with_columns(value.over(series) if series else value)
    else:
        before = seen.with_columns(pl.col(time) + apart)
    found = split.test.select(*series, time).join(before, on=[*series, time], how="left", maintain_order="left")
    usual = float(np.mean(target_of(split.train, output)))
    return found[output.name].cast(pl.Float64).fill_null(usual).to_numpy().reshape(-1, 1)
