"""Splits rows into those to learn from and those to judge by."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.project import Project, duration_text
from road.core.project import Split as Rule
from road.training.hooks import Splitter


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows to learn from, and rows to judge by, both in the order of time."""

    train: pl.DataFrame
    test: pl.DataFrame


def split_rows(features: pl.DataFrame, project: Project) -> Split:
    """Split as `project.yaml` says; `UserError` when a side is empty, or a row is on both."""
    if project.split is None:
        raise UserError("project.yaml has no split: which rows is the model judged by?")
    time = project.wanted_time().column
    ordered = features.sort(time, maintain_order=True)
    if isinstance(project.split, Rule):
        return _by_time(ordered, project.split, time)
    divide: Splitter = load_hook("split", project.split, Splitter)
    train, test = divide(ordered)
    split = Split(train=train.sort(time, maintain_order=True), test=test.sort(time, maintain_order=True))
    _check(split, features, project)
    return split


def _by_time(ordered: pl.DataFrame, rule: Rule, time: str) -> Split:
    newest: Any = ordered[time].max()
    is_new = pl.col(time) > newest - rule.test
    split = Split(train=ordered.filter(~is_new), test=ordered.filter(is_new))
    if split.train.is_empty():
        raise UserError(f"no rows are left to learn from before a test of {duration_text(rule.test)}")
    return split


def _check(split: Split, features: pl.DataFrame, project: Project) -> None:
    hook = f"project.yaml: split: {project.split}"
    for name, rows in (("learn from", split.train), ("judge by", split.test)):
        if rows.is_empty():
            raise UserError(f"{hook} gives no rows to {name}")
        if rows.schema != features.schema:
            raise UserError(f"{hook} gives rows with other columns to {name}")
    keys = project.keys or tuple(features.columns)
    both = split.train.join(split.test, on=keys, how="semi", nulls_equal=True).height
    if both:
        raise UserError(f"{hook} gives {both:,} rows both to learn from and to judge by")
