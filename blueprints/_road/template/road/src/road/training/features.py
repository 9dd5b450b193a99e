"""Makes what the model learns from: keys, target and inputs, by the project's hook or from the columns as they are."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from road.core.bundle import encode
from road.core.contract import Contract, ContractError
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.manifest import Column as Input
from road.core.project import Column, Project
from road.training.hooks import Features, Rows, Vector


def inputs_of(project: Project) -> tuple[Input, ...]:
    """What the model takes, as the bundle will declare it; `UserError` where `project.yaml` can't mean it.

    With the hook `features` these are the `inputs` that it gives. Without it they are the columns that are numbers
    or categories, save the target, and save keys that are numbers: those are names.
    """
    if bool(project.features) != bool(project.inputs):
        raise UserError("project.yaml: features and inputs go together: the hook makes what inputs declare")
    target = project.wanted_target().column
    if target in project.inputs:
        raise UserError(f"project.yaml: inputs.{target} is the target: the model would be told what it is to predict")
    columns = project.inputs or {
        name: column
        for name, column in project.columns.items()
        if name != target and not (name in project.keys and column.type == "number")
    }
    found = tuple(_input(name, column) for name, column in columns.items() if column.type in ("number", "category"))
    if not found:
        raise UserError("project.yaml: the model gets no input: each column is a key, the target or ignored")
    return found


def build_features(frame: pl.DataFrame, project: Project) -> pl.DataFrame:
    """Give keys, target and inputs in the order of the keys; `ContractError` where they aren't as declared.

    The frame is one that keeps its contract.
    """
    declared = _declared(project)
    features = frame
    if project.features:
        build: Features = load_hook("features", project.features, Features)
        features = build(frame)
    contract = Contract(keys=project.keys, columns=declared)
    problems = contract.check_schema(features.schema) or contract.problems(features.select(*declared))
    if problems:
        who = f"the hook features, {project.features}, gives" if project.features else "the data has"
        raise ContractError("\n  ".join([f"{who} other rows than project.yaml declares:", *problems]))
    return features.sort(project.keys) if project.keys else features


def rows_of(features: pl.DataFrame, inputs: Sequence[Input]) -> Rows:
    """The inputs as the model sees them, encoded as the bundle declares."""
    return Rows(inputs=inputs, matrix=encode(inputs, columns_of(features, inputs)))


def columns_of(features: pl.DataFrame, inputs: Sequence[Input]) -> dict[str, ArrayLike]:
    """The inputs as a bundle takes them: columns by name."""
    return {each.name: features[each.name].to_numpy() for each in inputs}


def target_of(features: pl.DataFrame, project: Project) -> Vector:
    """What is to be predicted."""
    return features[project.wanted_target().column].to_numpy().astype(np.float64)


def _input(name: str, column: Column) -> Input:
    if column.type == "category" and column.nullable:
        raise UserError(f"project.yaml: {name}: a category may not be missing from an input: give that a value, too")
    kind: Literal["number", "category"] = "category" if column.type == "category" else "number"
    return Input(name=name, kind=kind, nullable=column.nullable, values=list(column.values))


def _declared(project: Project) -> dict[str, Column]:
    """What a row that is learnt from must hold."""
    target, time = project.wanted_target().column, project.wanted_time().column
    for name, wanted in ((target, "number"), (time, "datetime")):
        if name not in project.columns or project.columns[name].type != wanted:
            raise UserError(f"project.yaml: columns.{name} must be a {wanted}")
    named = {name: project.columns[name] for name in (*project.keys, time)}
    inputs = {each.name: project.inputs.get(each.name, project.columns.get(each.name)) for each in inputs_of(project)}
    known = {name: column for name, column in inputs.items() if column is not None}
    return {**named, target: project.columns[target].model_copy(update={"nullable": False}), **known}
