"""Fits the project's model, predicts with it and exports it, within the threads that the settings allow."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from pydantic import BaseModel

from road.core.errors import UserError
from road.core.manifest import Graph, Output
from road.training import predictions
from road.training.config import Training
from road.training.graph import finish
from road.training.hooks import Model, Rows, Vector
from road.training.model import load_model, read_parameters
from road.training.predictions import Answer
from road.training.target import output_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainer:
    """The project's model, and how it is to be fitted."""

    model: Model
    reference: str
    parameters: BaseModel
    seed: int
    threads: int
    minimum: float | None
    output: Output

    @classmethod
    def of(cls, repository: Training) -> Self:
        """Find the model and its parameters; `UserError` says what is wrong with either."""
        project, settings = repository.project, repository.settings
        model = load_model(project)
        return cls(
            model=model,
            reference=f"project.yaml: model: {project.model or 'the default'}",
            parameters=read_parameters(model, settings.parameters),
            seed=settings.seed,
            threads=settings.threads,
            minimum=project.wanted_target().minimum,
            output=output_of(project),
        )

    def fit(self, rows: Rows, target: Vector) -> "Fitted":
        """Fit to rows in the order of time; `UserError` where a label has no row."""
        there = set(target.tolist()) if self.output.kind == "class" else set()
        absent = [label for at, label in enumerate(self.output.labels) if at not in there]
        if absent:
            raise UserError(
                f"of {len(target):,} rows to learn from none is {' or '.join(absent)}: "
                f"project.yaml lists it under columns.{self.output.name}"
            )
        with self.model.limit_threads(self.threads):
            content = self.model.fit(rows, target, self.parameters, self.seed)
        return Fitted(trainer=self, content=content, columns=tuple(each.name for each in rows.inputs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted model, before its export."""

    trainer: Trainer
    content: Any
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is, by its classes."""
        steps = getattr(self.content, "steps", None)
        parts = [step for _, step in steps] if isinstance(steps, list) else [self.content]
        return ", ".join(type(part).__name__ for part in parts)

    def answer(self, rows: Rows) -> Answer:
        """Predict a number for each row, none below the least that the target can have; or probabilities."""
        trainer = self.trainer
        with trainer.model.limit_threads(trainer.threads):
            found = trainer.model.predict(self.content, rows.matrix)
        answer = predictions.answer_of(found, len(rows.matrix), trainer.output, trainer.reference)
        return np.asarray(predictions.at_least(answer, trainer.minimum), dtype=np.float64)

    def export(self) -> tuple[bytes, Graph]:
        """Give the graph of the bundle, and how to call it."""
        trainer = self.trainer
        content = trainer.model.to_onnx(self.content)
        return finish(content, self.columns, minimum=trainer.minimum, classes=trainer.output.kind == "class")
