"""Turns the inputs that a bundle declares into typed requests: decoder, matrix and JSON Schema.

The decoder and the published schema come from the same types, so that they can't disagree.
"""

from enum import Enum
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from road.core.manifest import Column, Manifest

_LARGEST = float(np.finfo(np.float32).max)
Number = Annotated[float, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]


class Category(Enum):
    """A value of a category; as a number it is its place among the declared values."""

    def __init__(self, _: str) -> None:
        """Number the members in the order in which they are declared."""
        self.code = float(len(type(self).__members__))

    def __float__(self) -> float:
        """Give what the model sees."""
        return self.code


class Predictions(msgspec.Struct, frozen=True):
    """The answer: a prediction for each row, in their order, and the model that made them."""

    predictions: list[float]
    output: str
    unit: str
    model: str
    version: str


class Schema:
    """Request types of one bundle."""

    def __init__(self, manifest: Manifest, max_rows: int) -> None:
        """Make the types for the inputs that the manifest declares."""
        self.row = _row_type(manifest.inputs)
        rows = Annotated[
            list[self.row],  # type: ignore[name-defined]  # made while running
            msgspec.Meta(min_length=1, max_length=max_rows, description="One or more rows."),
        ]
        self.request = msgspec.defstruct("PredictRequest", [("rows", rows)], frozen=True, forbid_unknown_fields=True)
        self._decoder = msgspec.json.Decoder(self.request)

    def decode(self, body: bytes) -> NDArray[np.float32]:
        """Read and check a request, and give the model's matrix; raises msgspec's errors."""
        request: Any = self._decoder.decode(body)
        values = [msgspec.structs.astuple(row) for row in request.rows]
        return np.array(values, dtype=np.float32)


def accepts(old: Manifest, new: Manifest) -> bool:
    """Whether every request that is right for the old model is right for the new one."""
    if [column.name for column in old.inputs] != [column.name for column in new.inputs]:
        return False
    pairs = zip(old.inputs, new.inputs, strict=True)
    return old.output == new.output and all(_widens(before, after) for before, after in pairs)


def _widens(before: Column, after: Column) -> bool:
    return before.kind == after.kind and before.nullable <= after.nullable and set(before.values) <= set(after.values)


def _row_type(columns: list[Column]) -> type[msgspec.Struct]:
    # A column's name may be no Python name, so fields are numbered and renamed.
    names = {f"column_{at}": column.name for at, column in enumerate(columns)}
    fields = [(name, _type_of(column, name)) for name, column in zip(names, columns, strict=True)]
    return msgspec.defstruct("Row", fields, rename=names, frozen=True, kw_only=True, forbid_unknown_fields=True)


def _type_of(column: Column, name: str) -> Any:
    kind: Any = Number
    if column.kind == "category":
        members = [(f"value_{at}", value) for at, value in enumerate(column.values)]
        kind = Category(name, members)  # type: ignore[call-arg]  # Enum's functional form
    return kind | None if column.nullable else kind
