"""Reads `brief.yaml`: why this repository exists, and the numbers that it is held to.

Gates, budgets and alert rules read their numbers here and nowhere else, so changing the
brief changes what is enforced. `brief.schema.json` is the same model as JSON Schema.
"""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from road.core.documents import Section, read_document
from road.core.errors import UserError

Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


def _clock(value: object) -> time:
    """Read a time of day; YAML reads 10:00 without quotes as a number, which is refused."""
    if isinstance(value, str):
        return time.fromisoformat(value)
    raise ValueError('write a time of day in quotes, such as "08:00"')


Clock = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}),
]


class OperatingPoint(Section):
    """From which probability on a row counts as positive: chosen on rows that training holds back for it."""

    rule: Literal["fixed", "f1", "precision_at_least", "recall_at_least"]
    value: Share | None = Field(default=None, description="The probability, or the share to be kept.")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "OperatingPoint":
        if (self.value is None) is not (self.rule == "f1"):
            raise ValueError("f1 takes no value" if self.rule == "f1" else f"{self.rule} takes a value from 0 to 1")
        return self


class Requirement(Section):
    """What the ML system must reach for the objective to be met."""

    prediction: Text = Field(description="What is predicted, when, and from what is known then.")
    metric: Text = Field(description="The metric that decides, by its name.")
    direction: Literal["lower", "higher"] = Field(description="Which side is good.")
    threshold: float = Field(description="The worst value that may be released.")
    proposed: bool = Field(
        default=False, description="Whether the threshold is a machine's proposal, which nobody agreed to yet."
    )
    baseline: Text = Field(description="The simple rule that the model must beat.")
    min_gain: Share = Field(description="Share by which to beat the baseline.")
    operating_point: OperatingPoint | None = None
    segments: dict[Text, Share] = Field(
        default={}, description="By column: the largest share by which a group may be worse than the whole."
    )


class Objective(Section):
    """What the business wants, who answers for it, and what follows for the ML system."""

    statement: Text = Field(description="The business outcome, in the words of its owner.")
    owner: Text = Field(description="Who in the business answers for the outcome.")
    requirement: Requirement


class Training(Section):
    """What training is held to."""

    max_minutes: Positive = Field(description="Longest time that a training may take.")
    max_champion_age_days: Positive = Field(description="Age at which the model in use is too old.")


class Batch(Section):
    """What batch inference is held to."""

    input_ready: Clock = Field(description="When the input has arrived, local time.")
    deadline: Clock = Field(description="When the predictions are due, local time.")
    max_bad_row_share: Share = Field(description="Share of rows that may be quarantined.")


class Serving(Section):
    """What real-time serving is held to."""

    latency_p50_ms: Positive
    latency_p99_ms: Positive
    throughput_rps: Positive
    availability: Share


class QualityAttributes(Section):
    """What the system must hold besides being right; a road that doesn't apply is absent."""

    training: Training | None = None
    batch: Batch | None = None
    serving: Serving | None = None


class Constraints(Section):
    """What limits the work and may be negotiated with the owner."""

    time: Text
    budget: Text
    skills: Text


class Concern(Section):
    """What may not be negotiated: the position taken, and the file that shows it."""

    position: Text
    evidence: Text = Field(description="Path in this repository.")


class Privacy(Concern):
    """Privacy, with the one fact that others ask for."""

    personal_data: bool


class Concerns(Section):
    """The cross-cutting concerns: not negotiable, each with its evidence."""

    privacy: Privacy
    ethics: Concern
    regulation: Concern
    security: Concern


class Roles(Section):
    """Who does what."""

    product_owner: Text
    ml_engineering: Text
    operations: Text


class Brief(Section):
    """The whole brief."""

    version: Literal[1] = Field(description="Version of this format.")
    project: Text
    objective: Objective
    quality_attributes: QualityAttributes
    constraints: Constraints
    concerns: Concerns
    roles: Roles
    decisions: list[Text] = Field(description="Paths of decision records.")

    def demands(self) -> dict[str, float | time]:
        """Every number and time under objective and quality attributes, by dotted path."""
        return {
            **_leaves(self.objective, "objective"),
            **_leaves(self.quality_attributes, "quality_attributes"),
        }

    def number(self, path: str) -> float:
        """The number at a dotted path; `UserError` where the brief has none."""
        value = self.demands().get(path)
        if not isinstance(value, int | float):
            raise UserError(f"brief.yaml has no number at {path}")
        return float(value)


def read_brief(path: Path) -> Brief:
    """Read and validate a brief; `UserError` names file, line and key of each mistake."""
    return read_document(path, Brief)


def _leaves(section: Section, prefix: str) -> dict[str, float | time]:
    found: dict[str, float | time] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        path = f"{prefix}.{name}"
        if isinstance(value, Section):
            found |= _leaves(value, path)
        elif isinstance(value, dict):
            found |= {f"{path}.{key}": each for key, each in value.items()}
        elif isinstance(value, int | float | time) and not isinstance(value, bool):
            found[path] = value
    return found
