"""What a model bundle says of itself: the fields of `bundle.json`, format version 1.

docs/bundle-format.md is the description for people.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from road.core.reference import Distribution
from road.core.transforms import AnyTransform

FORMAT_VERSION: Literal[1] = 1


class Facts(BaseModel):
    """A part of the manifest: no unknown keys, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Facts):
    """One input, as whoever uses the model gives it.

    A number; a category, which the model sees as the place of its value in `values`; or a datetime, which only
    transforms look at. An unseen value of a category counts as `unknown` where that is named, else it is refused.
    """

    name: str
    kind: Literal["number", "category", "datetime"]
    nullable: bool = False
    values: list[str] = []
    unknown: str | None = None
    range: tuple[float, float] | None = None


class Output(Facts):
    """The prediction: a number, or a class with the probability of each label."""

    name: str
    kind: Literal["number", "class"] = "number"
    unit: str = ""
    labels: list[str] = Field(default=[], description="Of a class, in the order of the probabilities.")
    positive: str | None = Field(default=None, description="Of two labels, the one that is looked for.")
    threshold: float | None = Field(default=None, description="The least probability of a positive.")

    @property
    def width(self) -> int:
        """How many numbers the graph gives for a row."""
        return len(self.labels) if self.kind == "class" else 1


class Graph(Facts):
    """How to call the model: one float32 matrix in, with these columns; one float32 matrix out."""

    input: str
    output: str
    columns: list[str] = Field(description="Inputs by name, then the features that transforms make.")
    opset: int


class Examples(Facts):
    """Rows that the model never saw, and what the fitted model said of them; readers hold the graph to it."""

    rows: list[dict[str, float | str | None]] = []
    expected: list[list[float]] = Field(default=[], description="For each row what the graph gives.")


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
    split: str = Field(default="", description="How the rows to judge by were told from those to learn from.")
    trained_on: Period | None = Field(default=None, description="Where rows have a time.")
    tested_on: Period | None = None


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
    transforms: list[AnyTransform] = []
    output: Output
    graph: Graph
    examples: Examples = Examples()
    evaluation: Evaluation
    data: Data
    code: Code
    features: dict[str, Distribution]
    predictions: Distribution
