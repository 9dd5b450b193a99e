"""The answer of the typed route: a number for each row, or a label with the probability of every label."""

from typing import Annotated, Any, Literal

import msgspec

from road.core.manifest import Manifest, Output
from road.core.predictions import Predictions as Predicted


class Predictions(msgspec.Struct, frozen=True):
    """The answer: a prediction for each row, in their order, and the model that made them."""

    predictions: list[float]
    output: str
    unit: str
    model: str
    version: str


class Answers:
    """Answers of one model, and their type."""

    def __init__(self, manifest: Manifest, version: str) -> None:
        """Make the type for the output that the manifest declares; of a class it names the labels."""
        output = manifest.output
        self.type = Predictions if output.kind == "number" else _class_type(output)
        if output.kind == "number":
            said: tuple[Any, ...] = (output.name, output.unit, manifest.name, version)
        else:
            decided = [value for value in (output.positive, output.threshold) if value is not None]
            said = (output.labels, output.name, manifest.name, version, *decided)
        self._said = said  # what is the same in each answer, in the order of the fields

    def of(self, predicted: Predicted) -> msgspec.Struct:
        """Give the answer with some predictions."""
        if predicted.labels is None or predicted.probabilities is None:
            return self.type(predicted.values.tolist(), *self._said)
        return self.type(predicted.labels, predicted.probabilities.tolist(), *self._said)


def _class_type(output: Output) -> type[msgspec.Struct]:
    label: Any = Literal[tuple(output.labels)]
    width = len(output.labels)
    shares = msgspec.Meta(min_length=width, max_length=width, description="In the order of `labels`.")
    fields: list[tuple[str, Any]] = [
        ("predictions", list[label]),
        ("probabilities", list[Annotated[list[float], shares]]),
        ("labels", list[label]),
        ("output", str),
        ("model", str),
        ("version", str),
    ]
    if output.positive is not None:
        fields.append(("positive", label))
    if output.threshold is not None:
        least = msgspec.Meta(description="The least probability that makes a row `positive`.")
        fields.append(("threshold", Annotated[float, least]))
    return msgspec.defstruct("ClassPredictions", fields, frozen=True)
