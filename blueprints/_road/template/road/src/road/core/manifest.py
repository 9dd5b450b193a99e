"""What a model bundle says of itself: the fields of `bundle.json`, format version 1.

docs/bundle-format.md is the description for people.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from road.core.reference import Distribution

FORMAT_VERSION: Literal[1] = 1


class Facts(BaseModel):
    """A part of the manifest: no unknown keys, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Facts):
    """One input: a number, or a category whose place in `values` is what the model sees."""

    name: str
    kind: Literal["number", "category"]
    nullable: bool = False
    values: list[str] = []


class Output(Facts):
    """The prediction."""

    name: str
    unit: str


class Graph(Facts):
    """How to call the model: one float32 matrix in, one float32 column out."""

    input: str
    output: str
    opset: int


class Evaluation(Facts):
    """The deciding metric on rows that training never saw, beside threshold and baseline."""

    metric: str
    direction: Literal["lower", "higher"]
    value: float
    threshold: float
    baseline: str
    baseline_value: float
    rows: int
    segments: dict[str, float] = Field(description="The metric by group of rows.")


class Period(Facts):
    """First and last hour of some rows."""

    first: datetime
    last: datetime


class Data(Facts):
    """What the model was trained and tested on."""

    source: str
    sha256: str
    rows: int
    trained_on: Period
    tested_on: Period


class Code(Facts):
    """What wrote the bundle."""

    commit: str
    dirty: bool
    packages: dict[str, str]
    seed: int
    parameters: dict[str, int | float | str]


class Purpose(Facts):
    """Why the model exists, from the brief."""

    objective: str
    owner: str
    prediction: str
    personal_data: bool


class Manifest(Facts):
    """Everything that `bundle.json` says."""

    format_version: Literal[1] = FORMAT_VERSION
    name: str
    purpose: Purpose
    inputs: list[Column]
    output: Output
    graph: Graph
    evaluation: Evaluation
    data: Data
    code: Code
    features: dict[str, Distribution]
    predictions: Distribution
