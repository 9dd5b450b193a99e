"""Makes what the model learns from: keys, target and inputs, by the project's hook or from the columns as they are."""

from collections.abc import Sequence
from typing import Literal

import polars as pl
from numpy.typing import ArrayLike

from road.core.contract import Contract, ContractError
from road.core.encoding import encode, matrix_columns
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.manifest import Column as Input
from road.core.project import Column, Project
from road.core.transforms import AnyTransform
from road.training.hooks import Features, Rows
from road.training.target import output_of

_KINDS: dict[str, Literal["number", "category", "datetime"]] = {
    "number": "number",
    "category": "category",
    "datetime": "datetime",
}


def inputs_of(project: Project) -> tuple[Input, ...]:
    """What the bundle takes of a row; `UserError` where `project.yaml` can't mean it.

    With the hook `features` these are the `inputs` that it gives. Without it they are the columns that are numbers
    or categories, save target, time, and keys that are numbers: those are names. Whatever a transform takes is one.
    """
    has_hook = isinstance(project.features, str)
    if has_hook != bool(project.inputs):
        raise UserError("project.yaml: a hook as features and inputs go together: it makes what inputs declare")
    target = output_of(project).name
    if target in project.inputs or target in _taken(project):
        raise UserError(f"project.yaml: {target} is the target: the model would be told what it is to predict")
    columns = project.inputs if has_hook else _from_columns(project, target)
    found = tuple(_input(name, column) for name, column in columns.items())
    if not matrix_columns(found, project.transforms):
        raise UserError("project.yaml: the model gets no input: each column is a key, the time, the target or ignored")
    return found


def build_features(frame: pl.DataFrame, project: Project) -> pl.DataFrame:
    """Give keys, target and inputs in the order of the keys; `ContractError` where they aren't as declared.

    The frame is one that keeps its contract.
    """
    declared, features = _declared(project), frame
    if isinstance(project.features, str):
        build: Features = load_hook("features", project.features, Features)
        features = build(frame)
    contract = Contract(keys=project.keys, columns=declared, ignored=frozenset(project.keys))
    problems = contract.check_schema(features.schema) or _absent(features, project)
    problems = problems or contract.problems(features.select(list(dict.fromkeys([*project.keys, *declared]))))
    if problems:
        who = f"the hook features, {project.features}, gives" if features is not frame else "the data has"
        raise ContractError("\n  ".join([f"{who} other rows than project.yaml declares:", *problems]))
    features = contract.cast(features)
    return features.sort(project.keys) if project.keys else features


def rows_of(
    features: pl.DataFrame,
    inputs: Sequence[Input],
    transforms: Sequence[AnyTransform] = (),
    labels: Sequence[str] = (),
) -> Rows:
    """The inputs as the model sees them, encoded as the bundle declares."""
    matrix = encode(inputs, columns_of(features, inputs), transforms)
    known = {each.name: each for each in inputs}
    seen = [known.get(name) or _made(name) for name in matrix_columns(inputs, transforms)]
    return Rows(inputs=seen, matrix=matrix, labels=tuple(labels))


def columns_of(features: pl.DataFrame, inputs: Sequence[Input]) -> dict[str, ArrayLike]:
    """The inputs as a bundle takes them: columns by name."""
    types: dict[str, pl.DataType] = {"number": pl.Float64(), "category": pl.String(), "datetime": pl.Datetime("us")}
    return {each.name: features[each.name].cast(types[each.kind]).to_numpy() for each in inputs}


def _from_columns(project: Project, target: str) -> dict[str, Column]:
    """The columns of the data that are inputs."""
    taken, time = _taken(project), project.time.column if project.time else None
    return {
        name: column
        for name, column in project.columns.items()
        if name in taken
        or (column.type == "category" and name != target)
        or (column.type == "number" and name not in (target, time, *project.keys))
    }


def _taken(project: Project) -> set[str]:
    return {name for transform in project.transforms for name in transform.takes()}


def _input(name: str, column: Column) -> Input:
    if column.type not in _KINDS:
        raise UserError(f"project.yaml: inputs.{name} is of type {column.type}: an input is a number or a category")
    return Input(
        name=name,
        kind=_KINDS[column.type],
        nullable=column.nullable,
        values=list(column.values),
        unknown=column.unknown,
        range=column.range,
    )


def _made(name: str) -> Input:
    """What a transform makes: a number, missing where it can't be computed."""
    return Input(name=name, kind="number", nullable=True)


def _absent(features: pl.DataFrame, project: Project) -> list[str]:
    return [f"{name}: the column is missing" for name in project.keys if name not in features.columns]


def _declared(project: Project) -> dict[str, Column]:
    """What a row that is learnt from must hold."""
    target, time = output_of(project).name, project.time.column if project.time else None
    if time is not None and (time not in project.columns or project.columns[time].type != "datetime"):
        raise UserError(f"project.yaml: columns.{time} must be a datetime")
    names = [*project.keys, *([time] if time else [])]
    named = {name: project.columns[name] for name in names if project.columns[name].type != "ignore"}
    inputs = {each.name: project.inputs.get(each.name) or project.columns[each.name] for each in inputs_of(project)}
    return {**named, target: project.columns[target].model_copy(update={"nullable": False}), **inputs}
