"""What is predicted, in the terms of a bundle: a number, or one of some classes."""

import numpy as np
import polars as pl

from road.core.errors import UserError
from road.core.manifest import Output
from road.core.project import CLASSES, Column, Project, Target, Task
from road.training.hooks import Vector


def task_of(project: Project) -> Task:
    """The kind of prediction; `UserError` where none is declared."""
    if project.task is None:
        raise UserError("project.yaml has no task: is it forecasting, regression, binary or multiclass?")
    return project.task


def output_of(project: Project) -> Output:
    """What the bundle will give, before a threshold is chosen; `UserError` where task and target don't fit.

    The labels of a class are the values of the target's column, in their order.
    """
    target, task = project.wanted_target(), task_of(project)
    wanted = "category" if task in CLASSES else "number"
    column = project.columns.get(target.column)
    if column is None or column.type != wanted:
        raise UserError(
            f"project.yaml: columns.{target.column} must be a {wanted}: it is the target, and task is {task}"
        )
    if task in CLASSES:
        return _class(target, column, task)
    if target.positive is not None:
        raise UserError(f"project.yaml: target.positive is for a binary task, and task is {task}")
    return Output(name=target.column, unit=target.unit)


def target_of(rows: pl.DataFrame, output: Output) -> Vector:
    """What is to be predicted of some rows: numbers, or the places of labels, counted from 0."""
    values = rows[output.name]
    if output.kind == "number":
        return values.cast(pl.Float64).to_numpy()
    codes = {label: float(at) for at, label in enumerate(output.labels)}
    found: Vector = np.array([codes[value] for value in values.cast(pl.String)], dtype=np.float64)
    return found


def _class(target: Target, column: Column, task: Task) -> Output:
    name, labels = target.column, list(column.values)
    if target.minimum is not None:
        raise UserError(f"project.yaml: target.minimum is for a number, and task is {task}")
    if task == "multiclass" and target.positive is not None:
        raise UserError("project.yaml: target.positive is for a binary task, and task is multiclass")
    if task == "binary" and len(labels) != 2:
        raise UserError(
            f"project.yaml: columns.{name} has {len(labels)} values, and task is binary: two, or multiclass?"
        )
    if len(labels) < 2:
        raise UserError(f"project.yaml: columns.{name} has one value alone: there is nothing to tell apart")
    if task == "binary" and target.positive not in labels:
        said = "names none" if target.positive is None else f"is {target.positive!r}"
        raise UserError(f"project.yaml: target.positive {said}: which of {', '.join(labels)} is looked for?")
    return Output(name=name, kind="class", labels=labels, positive=target.positive)
