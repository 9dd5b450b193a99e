"""Reads `project.yaml`: what varies between projects, and where the project's own Python stands.

`brief.yaml` says what the project is held to, `settings.toml` how it runs here. `project.schema.json` is this model
as JSON Schema.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from road.core.documents import Section, read_document
from road.core.errors import UserError
from road.core.transforms import AnyTransform, names_of

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"([1-9][0-9]*)([wdhms])")
_REFERENCE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def _reference(text: str) -> str:
    if _REFERENCE.fullmatch(text) is None:
        raise ValueError(f"{text!r} names no Python: write package.module:name")
    return text


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, timedelta):
        return value
    if found is None:
        raise ValueError("write a whole number and w, d, h, m or s, such as 56d")
    return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})


def duration_text(duration: timedelta) -> str:
    """Write a duration as `project.yaml` does: in whole days, or else the largest unit below that is whole."""
    units = {unit: timedelta(**{_UNITS[unit]: 1}) for unit in "dhms"}
    unit = next((unit for unit, one in units.items() if not duration % one), "s")
    return f"{duration // units[unit]}{unit}"


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Name = Annotated[str, Field(min_length=1)]
Reference = Annotated[str, AfterValidator(_reference)]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$"}),
]


class Column(Section):
    """A column of the data: its type, and what a value of it must hold. `NAME: ignore` is short for that type."""

    type: Literal["number", "category", "datetime", "ignore"]
    range: tuple[float, float] | None = Field(default=None, description="Smallest and largest.")
    values: tuple[str, ...] = Field(default=(), description="All values of a category.")
    unknown: str | None = Field(default=None, description="The value that an unseen one counts as.")
    nullable: bool = Field(default=False, description="Whether a value may be missing.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return {"type": value} if value == "ignore" else value

    @model_validator(mode="after")
    def _goes_together(self) -> "Column":
        if self.range is not None and self.type != "number":
            raise ValueError(f"a {self.type} has no range")
        if self.range is not None and self.range[0] > self.range[1]:
            raise ValueError(f"range goes from {self.range[0]:g} down to {self.range[1]:g}")
        if self.type == "category" and not self.values:
            raise ValueError("a category names its values")
        if len(set(self.values)) < len(self.values):
            raise ValueError("values names one of them twice")
        if self.unknown is not None and self.unknown not in self.values:
            raise ValueError(f"unknown is {self.unknown!r}, which is none of the values")
        return self


class Time(Section):
    """When a row is of."""

    column: Name
    step: Duration | None = Field(default=None, description="A row for each step; no gaps.")
    history: Duration | None = Field(default=None, description="The shortest series to learn from.")


class Target(Section):
    """What is predicted."""

    column: Name
    unit: str = ""
    minimum: float | None = Field(default=None, description="No predicted number is below it.")
    positive: str | None = Field(default=None, description="Of two classes, the one looked for.")


class TimeSplit(Section):
    """The newest rows are kept from training, and judge the model."""

    by: Literal["time"]
    test: Duration = Field(description="How much time before the newest row they span.")
    gap: Duration | None = Field(default=None, description="Time before them that is left out.")


class HashSplit(Section):
    """A share of the rows, by a hash of some columns: a row stays on its side whatever comes in."""

    by: Literal["hash", "group"]
    on: Annotated[tuple[Name, ...], BeforeValidator(_several)] = Field(
        min_length=1, description="Rows that are equal in these stay together."
    )
    test: float = Field(gt=0, lt=1, description="Share kept from training, to judge the model by.")


Split = Annotated[TimeSplit | HashSplit, Field(discriminator="by")]


class Partitions(Section):
    """How a batch repository's panel is cut: a folder NAME=VALUE each."""

    name: Name
    of: Literal["day"] = Field(default="day", description="What a value is: a day of the time.")


Task = Literal["forecasting", "regression", "binary", "multiclass"]
CLASSES: tuple[Task, ...] = ("binary", "multiclass")


class Project(Section):
    """The whole declaration; what a part of the road doesn't ask for may be absent."""

    version: Literal[1] = Field(description="Version of this format.")
    task: Task | None = None
    keys: tuple[Name, ...] = Field(default=(), description="Columns that name a row, time too.")
    time: Time | None = None
    target: Target | None = None
    columns: dict[Name, Column] = Field(default={}, description="What the data must hold.")
    inputs: dict[Name, Column] = Field(default={}, description="What `features` gives the model.")
    partitions: Partitions | None = None
    split: Split | Reference | None = None
    source: Reference | None = Field(default=None, description="Hook: reads the data.")
    features: Reference | tuple[AnyTransform, ...] | None = Field(
        default=None, description="Transforms of a row's own values, or a hook that makes the inputs."
    )
    model: Reference | None = Field(default=None, description="Hook: fits, predicts, exports.")
    metrics: dict[Name, Reference] = Field(default={}, description="Hooks: metrics by name.")
    baselines: dict[Name, str] = Field(default={}, description="Columns, or hooks, by name.")
    checks: tuple[Reference, ...] = Field(default=(), description="Hooks: more of the contract.")
    output: Reference | None = Field(default=None, description="Hook: columns of the output.")
    middleware: tuple[Reference, ...] = Field(default=(), description="Hooks: around the server.")
    authenticate: Reference | None = Field(default=None, description="Hook: who may ask.")
    commands: tuple[Reference, ...] = Field(default=(), description="Hooks: more commands.")

    @model_validator(mode="after")
    def _names_are_known(self) -> "Project":
        named = [*self.keys, *([self.time.column] if self.time else [])]
        unknown = [name for name in named if name not in self.columns] if self.columns else []
        if unknown:
            raise ValueError(f"columns doesn't list {', '.join(dict.fromkeys(unknown))}")
        return self

    @model_validator(mode="after")
    def _transforms_have_what_they_take(self) -> "Project":
        for transform in self.transforms:
            for name, kind in transform.takes().items():
                if name not in self.columns or self.columns[name].type != kind:
                    raise ValueError(
                        f"features: {transform.gives()[0]} is made of {name}, which is no {kind} in columns"
                    )
        made = [*self.columns, *names_of(self.transforms)]
        twice = sorted({name for name in made if made.count(name) > 1})
        if twice:
            raise ValueError(f"features: {', '.join(twice)} would stand there twice")
        return self

    @property
    def transforms(self) -> tuple[AnyTransform, ...]:
        """The declared transforms; none where `features` is a hook."""
        return self.features if isinstance(self.features, tuple) else ()

    def wanted_target(self) -> Target:
        """What is predicted; `UserError` where nothing is declared."""
        if self.target is None:
            raise UserError("project.yaml has no target: which column is to be predicted?")
        return self.target

    def wanted_time(self) -> Time:
        """The time of a row; `UserError` where none is declared."""
        if self.time is None:
            raise UserError("project.yaml has no time: which column says when a row is of?")
        return self.time


def read_project(path: Path) -> Project:
    """Read and validate the declaration; `UserError` names file, line and key of each mistake."""
    return read_document(path, Project)
