"""Splits rows into those to learn from and those to judge by."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.project import HashSplit, Project, TimeSplit, duration_text
from road.training.hooks import Splitter
from road.training.membership import is_in_share
from road.training.target import task_of

_SHARE = 0.2
Rule = TimeSplit | HashSplit | str
"""What says which rows the model is judged by; a text names the hook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows to learn from, and rows to judge by, both in the order of time, if there is one."""

    train: pl.DataFrame
    test: pl.DataFrame
    between: pl.DataFrame | None = None
    """Rows of the gap, which do neither."""


def rule_of(project: Project) -> Rule:
    """What `project.yaml` declares, or else a hash of the keys; `UserError` where a forecast isn't split by time."""
    rule = project.split
    if task_of(project) == "forecasting" and not isinstance(rule, TimeSplit | str):
        said = "no split" if rule is None else f"a split by {rule.by}"
        raise UserError(f"project.yaml has {said}: the newest rows judge a forecast, as split: {{by: time, test: 7d}}")
    if isinstance(rule, TimeSplit):
        project.wanted_time()
    if rule is not None:
        return rule
    known = tuple(name for name, column in project.columns.items() if column.type != "ignore")
    return HashSplit(by="hash", on=project.keys or known, test=_SHARE)


def rule_text(project: Project) -> str:
    """The rule in words: two rules that say the same split alike."""
    rule = rule_of(project)
    if isinstance(rule, str):
        return f"hook {rule}"
    if isinstance(rule, HashSplit):
        return f"{rule.by} of {', '.join(rule.on)}, {rule.test:.4g}"
    gap = f", after a gap of {duration_text(rule.gap)}" if rule.gap else ""
    return f"time, {duration_text(rule.test)}{gap}"


def split_rows(features: pl.DataFrame, project: Project) -> Split:
    """Split as `project.yaml` says; `UserError` when a side is empty, or a row is on both."""
    return _split(features, project, purpose="test")


def hold_out(train: pl.DataFrame, project: Project) -> Split:
    """Split rows to learn from once more by the same rule, to choose something by rows that judge nothing.

    Where the rule leaves a side empty a hash of the keys takes its place: a hook may know fixed rows alone.
    """
    try:
        return _split(train, project, purpose="validation")
    except UserError:
        if not isinstance(project.split, str):
            raise
    return _split(train, project.model_copy(update={"split": None}), purpose="validation")


def _split(rows: pl.DataFrame, project: Project, *, purpose: str) -> Split:
    rule = rule_of(project)
    ordered = _ordered(rows, project)
    if isinstance(rule, TimeSplit):
        return _by_time(ordered, rule, project.wanted_time().column)
    if isinstance(rule, HashSplit):
        return _by_hash(ordered, rule, purpose)
    divide: Splitter = load_hook("split", rule, Splitter)
    train, test = divide(ordered)
    split = Split(train=_ordered(train, project), test=_ordered(test, project))
    _check(split, rows, project)
    return split


def _ordered(rows: pl.DataFrame, project: Project) -> pl.DataFrame:
    time = project.time.column if project.time else None
    return rows.sort(time, maintain_order=True) if time in rows.columns else rows


def _by_time(ordered: pl.DataFrame, rule: TimeSplit, time: str) -> Split:
    newest: Any = ordered[time].max()
    first: Any = newest - rule.test
    is_new = pl.col(time) > first
    is_old = pl.col(time) <= (first - rule.gap if rule.gap else first)
    split = Split(train=ordered.filter(is_old), test=ordered.filter(is_new), between=ordered.filter(~is_old & ~is_new))
    if split.train.is_empty():
        gap = f" and a gap of {duration_text(rule.gap)}" if rule.gap else ""
        raise UserError(f"no rows are left to learn from before a test of {duration_text(rule.test)}{gap}")
    return split


def _by_hash(ordered: pl.DataFrame, rule: HashSplit, purpose: str) -> Split:
    unknown = [name for name in rule.on if name not in ordered.columns]
    if unknown:
        raise UserError(f"project.yaml: split.on: {', '.join(unknown)} is no column of the features")
    inside = is_in_share(ordered, rule.on, rule.test, purpose=purpose)
    split = Split(train=ordered.filter(~inside), test=ordered.filter(inside))
    for name, rows in (("learn from", split.train), ("judge by", split.test)):
        if rows.is_empty():
            said = f"a share of {rule.test:g} by {rule.by} of {', '.join(rule.on)}"
            raise UserError(f"no rows are left to {name}: {said}, of {ordered.height:,} rows")
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
