"""Turns the inputs that a bundle declares into typed requests: decoder, matrix and JSON Schema.

The decoder and the published schema come from the same types, so that they can't disagree.
"""

from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from road.core.encoding import InputError, encode
from road.core.manifest import Column, Manifest
from road.serving.problems import Problem

_LARGEST = float(np.finfo(np.float32).max)
_LOCAL = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}(:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?)?)?$"


class Category(Enum):
    """A value of a category; as a number it is its place among the declared values."""

    def __init__(self, _: str) -> None:
        """Number the members in the order in which they are declared."""
        self.code = float(len(type(self).__members__))

    def __float__(self) -> float:
        """Give what the model sees."""
        return self.code


class LocalTime(datetime):
    """A date and time without a zone, as a request has it."""


class Schema:
    """Request types of one bundle."""

    def __init__(self, manifest: Manifest, max_rows: int) -> None:
        """Make the types for the inputs that the manifest declares."""
        self.texts = frozenset(column.name for column in manifest.inputs if column.kind != "number")
        """The inputs that are texts where they aren't typed: categories and datetimes."""
        self.row = _row_type(manifest.inputs)
        rows = Annotated[
            list[self.row],  # type: ignore[name-defined]  # made while running
            msgspec.Meta(min_length=1, max_length=max_rows, description="One or more rows."),
        ]
        self.request = msgspec.defstruct("PredictRequest", [("rows", rows)], frozen=True, forbid_unknown_fields=True)
        self._manifest = manifest
        self._is_matrix = not manifest.transforms and all(map(_is_cell, manifest.inputs))
        self._decoder = msgspec.json.Decoder(self.request, dec_hook=_read)

    def decode(self, body: bytes) -> NDArray[np.float32]:
        """Read and check a request, and give the model's matrix; raises msgspec's errors or a `Problem`."""
        request: Any = self._decoder.decode(body)
        values = [msgspec.structs.astuple(row) for row in request.rows]
        if self._is_matrix:
            return np.array(values, dtype=np.float32)
        return self._encode(values)

    def _encode(self, rows: list[tuple[Any, ...]]) -> NDArray[np.float32]:
        """Go by columns, as a batch run does: for what no row alone can tell of the matrix."""
        inputs = self._manifest.inputs
        columns: dict[str, Any] = {
            column.name: [value.value if isinstance(value, Category) else value for value in values]
            for column, values in zip(inputs, zip(*rows, strict=True), strict=True)
        }
        try:
            return encode(inputs, columns, self._manifest.transforms)
        except InputError as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


def accepts(old: Manifest, new: Manifest) -> bool:
    """Whether every request that is right for the old model is right for the new one, and answered alike."""
    if [column.name for column in old.inputs] != [column.name for column in new.inputs]:
        return False
    pairs = zip(old.inputs, new.inputs, strict=True)
    given, gives = (each.output.model_copy(update={"threshold": None}) for each in (old, new))
    return given == gives and all(_widens(before, after) for before, after in pairs)


def json_schema(kind: type) -> dict[str, Any]:
    """Describe the one type that msgspec doesn't know."""
    if kind is not LocalTime:
        raise NotImplementedError
    text = "Local time of ISO 8601, without a zone."
    return {"type": "string", "description": text, "pattern": _LOCAL}


def _widens(before: Column, after: Column) -> bool:
    if before.kind != after.kind or before.nullable > after.nullable:
        return False
    if after.unknown is not None:  # any text is right
        return True
    return before.unknown is None and set(before.values) <= set(after.values)


def _is_cell(column: Column) -> bool:
    """Whether a value by itself says what stands in the matrix."""
    return column.kind == "number" or (column.kind == "category" and column.unknown is None)


def _read(kind: type, value: object) -> object:
    """Read a local time; the message repeats nothing, since the client wrote it."""
    if kind is not LocalTime or not isinstance(value, str):
        raise TypeError("Expected a local time as text")
    try:
        found = LocalTime.fromisoformat(value)
    except ValueError:
        raise ValueError("Expected a local time such as 2026-01-31T08:00") from None
    if found.tzinfo is not None:
        raise ValueError("Expected a local time without a zone, such as 2026-01-31T08:00")
    return found


def _row_type(columns: list[Column]) -> type[msgspec.Struct]:
    # A column's name may be no Python name, so fields are numbered and renamed.
    names = {f"column_{at}": column.name for at, column in enumerate(columns)}
    fields = [(name, _type_of(column, name)) for name, column in zip(names, columns, strict=True)]
    return msgspec.defstruct("Row", fields, rename=names, frozen=True, kw_only=True, forbid_unknown_fields=True)


def _type_of(column: Column, name: str) -> Any:
    kind = _present(column, name)
    return kind | None if column.nullable else kind


def _present(column: Column, name: str) -> Any:
    """The type of a value that isn't missing."""
    if column.kind == "datetime":
        return LocalTime
    if column.kind == "number":
        about = None if column.range is None else "Training saw {:g} to {:g}.".format(*column.range)
        return Annotated[float, msgspec.Meta(ge=-_LARGEST, le=_LARGEST, description=about)]
    if column.unknown is not None:
        about = f"A text that training didn't name counts as {column.unknown}."
        return Annotated[str, msgspec.Meta(description=about, examples=list(column.values))]
    members = [(f"value_{at}", value) for at, value in enumerate(column.values)]
    return Category(name, members)  # type: ignore[call-arg]  # Enum's functional form
