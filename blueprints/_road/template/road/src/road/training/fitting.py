"""Fits the project's model, predicts with it and exports it, within the threads that the settings allow."""

from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel

from road.core.manifest import Graph
from road.training import predictions
from road.training.config import Training
from road.training.graph import finish
from road.training.hooks import Model, Rows, Vector
from road.training.model import load_model, read_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainer:
    """The project's model, and how it is to be fitted."""

    model: Model
    reference: str
    parameters: BaseModel
    seed: int
    threads: int
    minimum: float | None

    @classmethod
    def of(cls, repository: Training) -> Self:
        """Find the model and its parameters; `UserError` says what is wrong with either."""
        project, settings = repository.project, repository.settings
        model = load_model(project)
        return cls(
            model=model,
            reference=f"project.yaml: model: {project.model}",
            parameters=read_parameters(model, settings.parameters),
            seed=settings.seed,
            threads=settings.threads,
            minimum=project.wanted_target().minimum,
        )

    def fit(self, rows: Rows, target: Vector) -> "Fitted":
        """Fit to rows in the order of time."""
        with self.model.limit_threads(self.threads):
            content = self.model.fit(rows, target, self.parameters, self.seed)
        return Fitted(trainer=self, content=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted model, before its export."""

    trainer: Trainer
    content: Any

    def predict(self, rows: Rows) -> Vector:
        """Predict a number for each row, none below the least that the target can have."""
        trainer = self.trainer
        with trainer.model.limit_threads(trainer.threads):
            found = trainer.model.predict(self.content, rows.matrix)
        return predictions.at_least(predictions.checked(found, len(rows.matrix), trainer.reference), trainer.minimum)

    def export(self) -> tuple[bytes, Graph]:
        """Give the graph of the bundle, and how to call it."""
        return finish(self.trainer.model.to_onnx(self.content), self.trainer.minimum)
