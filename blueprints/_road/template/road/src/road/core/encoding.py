"""Turns columns of values into the matrix that a model takes; training, batch and serving do it by this code alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from road.core.errors import UserError
from road.core.manifest import Column
from road.core.transforms import Transform, names_of, run_all


class InputError(UserError):
    """The rows aren't what the model was trained for."""


def matrix_columns(inputs: Sequence[Column], transforms: Sequence[Transform]) -> list[str]:
    """Names of the matrix's columns: numbers and categories in their order, then what transforms make."""
    return [*(each.name for each in inputs if each.kind != "datetime"), *names_of(transforms)]


def encode(
    inputs: Sequence[Column], columns: Mapping[str, ArrayLike], transforms: Sequence[Transform] = ()
) -> NDArray[np.float32]:
    """Turn columns into a float32 matrix with a row each.

    A missing number or category is NaN. `InputError` says which column isn't as the inputs declare it, and in which
    rows.
    """
    names = [column.name for column in inputs]
    _check_names(names, columns)
    encoded = {column.name: _encode(column, columns[column.name]) for column in inputs}
    lengths = {name: len(values) for name, values in encoded.items()}
    if len(set(lengths.values())) > 1:
        raise InputError(f"columns differ in length: {lengths}")
    return assemble(inputs, encoded, transforms)


def assemble(
    inputs: Sequence[Column], encoded: Mapping[str, NDArray[Any]], transforms: Sequence[Transform]
) -> NDArray[np.float32]:
    """Put columns that are encoded each, and what transforms make of them, side by side.

    They are float32, numbers as well as codes of categories; datetimes are datetime64[us].
    """
    seen = [encoded[column.name] for column in inputs if column.kind != "datetime"]
    if not transforms:
        return np.column_stack(seen)
    made = run_all(transforms, _for_transforms(inputs, encoded)).values()
    with np.errstate(over="ignore"):
        return np.column_stack([*seen, *(_finite(values) for values in made)])


def _for_transforms(inputs: Sequence[Column], encoded: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Numbers as they are for the model too: of float32, so that a row gives the same in each repository."""
    return {
        each.name: encoded[each.name] if each.kind == "datetime" else encoded[each.name].astype(np.float64)
        for each in inputs
    }


def _finite(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """What is too large for the model counts as missing, as what can't be computed does."""
    small = values.astype(np.float32)
    return np.where(np.isinf(small), np.float32(np.nan), small)


def _check_names(expected: Sequence[str], columns: Mapping[str, ArrayLike]) -> None:
    missing = [name for name in expected if name not in columns]
    unknown = [name for name in columns if name not in expected]
    if missing or unknown:
        raise InputError(f"inputs differ from what the model expects: missing {missing}, unknown {unknown}")


def _encode(column: Column, values: ArrayLike) -> NDArray[Any]:
    if column.kind == "category":
        return _encode_category(column, np.asarray(values, dtype=object))
    array = _array(column, values)
    if array.ndim != 1:
        raise InputError(f"{column.name} must be one column, not of shape {array.shape}")
    if column.kind == "datetime":
        times = _times(column, array)
        _check_missing(column, np.isnat(times))
        return times
    if array.dtype.kind not in "iuf" and not _numbers_or_none(array):
        raise InputError(f"{column.name} must be numbers, not {array.dtype}")
    try:
        with np.errstate(over="ignore"):  # what is too large is infinite, and named below
            numbers = array.astype(np.float32)
    except OverflowError as error:
        raise InputError(f"{column.name} is out of range: {error}") from error
    if np.isinf(numbers).any():
        raise InputError(f"{column.name} is infinite in rows {_some(np.isinf(numbers))}")
    _check_missing(column, np.isnan(numbers))
    return numbers


def _check_missing(column: Column, gone: NDArray[np.bool_]) -> None:
    if not column.nullable and gone.any():
        raise InputError(f"{column.name} is missing in rows {_some(gone)}")


def _times(column: Column, array: NDArray[Any]) -> NDArray[np.datetime64]:
    """Local times without a zone, to the microsecond; texts are those of ISO 8601."""
    if array.dtype.kind == "M":
        return array.astype("datetime64[us]")
    try:
        return np.array([_time(value) for value in array], dtype="datetime64[us]")
    except (TypeError, ValueError) as error:
        raise InputError(f"{column.name} must be times such as 2026-01-31T08:00: {error}") from error


def _time(value: object) -> datetime | None:
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(found, datetime) and found.tzinfo is not None:
        raise ValueError(f"{value} has a time zone, wanted is local time")
    if found is not None and not isinstance(found, datetime):
        raise TypeError(f"{value!r} is no time")
    return found


def _array(column: Column, values: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise InputError(f"{column.name} must be one column: {error}") from error


def _encode_category(column: Column, values: NDArray[np.object_]) -> NDArray[np.float32]:
    """The place of each value, counted from 0; NaN for a missing one."""
    if values.ndim != 1:
        raise InputError(f"{column.name} must be one column, not of shape {values.shape}")
    codes: dict[object, float] = {value: float(code) for code, value in enumerate(column.values)}
    other = codes[column.unknown] if column.unknown is not None else -1.0
    codes[None] = np.nan
    try:
        encoded = np.array([codes.get(value, other) for value in values], dtype=np.float32)
    except TypeError as error:  # a value that no dictionary could hold, such as a list
        raise InputError(f"{column.name} must be texts: {error}") from error
    _check_missing(column, np.isnan(encoded))
    if (encoded < 0).any():
        raise InputError(
            f"{column.name} is none of {column.values} in rows {_some(encoded < 0)}: "
            f"{sorted({str(v) for v in values[encoded < 0]})[:5]}"
        )
    return encoded


def _numbers_or_none(array: NDArray[Any]) -> bool:
    return array.dtype == object and all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in array.ravel()
    )


def _some(mask: NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(mask)
    return ", ".join(map(str, rows[:5])) + (" ..." if rows.size > 5 else "")
