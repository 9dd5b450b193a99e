"""Requests and answers of the Open Inference Protocol: tensors as JSON or as raw bytes.

Each input of the bundle is a tensor of its own, of shape [rows] or [rows, 1]: numbers as FP32 or
another number type, categories and local times as BYTES. With `Inference-Header-Content-Length` the body is that
much JSON, then the binary tensors one after the other.
"""

import math
from collections.abc import Collection
from http import HTTPStatus
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from road.serving.problems import Error, Problem

HEADER_LENGTH = b"inference-header-content-length"
_DIGITS = 12  # of a length; more would be slow to read
_LARGEST = float(np.finfo(np.float64).max)
_NUMBERS = {
    "BOOL": "?",
    "INT8": "<i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "UINT8": "<u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}
# What JSON may hold: a number or a text may be missing, and `true` is no number.
_NUMBER: tuple[type, ...] = (int, float, type(None))
_TYPES: dict[str, tuple[type, ...]] = {"BYTES": (str, type(None)), "BOOL": (bool, int)}


class InputTensor(msgspec.Struct, frozen=True):
    """One input, with its values in `data`, or in the binary part when their size is given."""

    name: str
    datatype: str
    shape: list[int]
    data: list[Any] | None = None
    parameters: dict[str, Any] = {}


class AskedOutput(msgspec.Struct, frozen=True):
    """An output that is asked for, and how."""

    name: str
    parameters: dict[str, Any] = {}


class InferRequest(msgspec.Struct, frozen=True):
    """A request of the protocol."""

    inputs: list[InputTensor]
    id: str = ""
    outputs: list[AskedOutput] = []
    parameters: dict[str, Any] = {}


class OutputTensor(msgspec.Struct, frozen=True, omit_defaults=True):
    """The predictions, with their values here or in the binary part."""

    name: str
    datatype: str
    shape: list[int]
    data: list[float | str] | None = None
    parameters: dict[str, Any] = {}


class InferResponse(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer of the protocol."""

    model_name: str
    model_version: str
    outputs: list[OutputTensor]
    id: str = ""


_decoder = msgspec.json.Decoder(InferRequest)


def decode(body: bytes, header_length: bytes | None) -> tuple[InferRequest, bytes]:
    """Split a body into the request and its binary part."""
    if header_length is None:
        return _decoder.decode(body), b""
    length = int(header_length) if header_length.isdigit() and len(header_length) <= _DIGITS else -1
    if not 0 <= length <= len(body):
        raise Problem(HTTPStatus.BAD_REQUEST, "Inference-Header-Content-Length is not valid.")
    return _decoder.decode(body[:length]), body[length:]


def columns(request: InferRequest, tail: bytes, max_rows: int, texts: Collection[str]) -> dict[str, NDArray[Any]]:
    """The inputs as columns by name; `Problem` names the tensor that is wrong. `texts` have to be BYTES."""
    found: dict[str, NDArray[Any]] = {}
    for at, tensor in enumerate(request.inputs):
        rows = _rows(tensor, at, max_rows)
        if tensor.name in found:
            raise _wrong(at, tensor, "is given twice")
        if tensor.name in texts and tensor.datatype != "BYTES":
            raise _wrong(at, tensor, f"has the datatype {tensor.datatype!r}, wants BYTES")
        size = tensor.parameters.get("binary_data_size")
        if size is None:
            found[tensor.name] = _from_json(tensor, at, rows)
            continue
        if type(size) is not int or not 0 <= size <= len(tail):
            raise _wrong(at, tensor, "has a binary_data_size that the body does not hold")
        found[tensor.name] = _from_bytes(tensor, at, rows, tail[:size])
        tail = tail[size:]
    if tail:
        raise Problem(HTTPStatus.BAD_REQUEST, f"{len(tail)} bytes belong to no tensor.")
    return found


def _rows(tensor: InputTensor, at: int, max_rows: int) -> int:
    shape = tensor.shape
    if len(shape) not in (1, 2) or shape[1:] not in ([], [1]) or shape[0] < 1:
        raise _wrong(at, tensor, f"has shape {shape}, wants [rows] or [rows, 1]")
    if shape[0] > max_rows:
        raise _wrong(at, tensor, f"has {shape[0]} rows, at most {max_rows} are taken")
    return shape[0]


def _from_json(tensor: InputTensor, at: int, rows: int) -> NDArray[Any]:
    if tensor.data is None:
        raise _wrong(at, tensor, "has neither data nor binary_data_size")
    values = [v for part in tensor.data for v in (part if isinstance(part, list) else [part])]
    if len(values) != rows:
        raise _wrong(at, tensor, f"has {len(values)} values, its shape says {rows}")
    wanted = _TYPES.get(tensor.datatype, _NUMBER if tensor.datatype in _NUMBERS else None)
    if wanted is None:
        raise _wrong(at, tensor, f"has the unknown datatype {tensor.datatype!r}")
    if not all(type(value) in wanted for value in values):
        raise _wrong(at, tensor, f"has values that are not of type {tensor.datatype}")
    if tensor.datatype == "BYTES":
        return np.array(values, dtype=object)
    if any(value is not None and not -_LARGEST <= value <= _LARGEST for value in values):
        raise _wrong(at, tensor, "has numbers that are out of range")
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _from_bytes(tensor: InputTensor, at: int, rows: int, content: bytes) -> NDArray[Any]:
    if tensor.datatype == "BYTES":
        return _texts(tensor, at, rows, content)
    if tensor.datatype not in _NUMBERS:
        raise _wrong(at, tensor, f"has the unknown datatype {tensor.datatype!r}")
    kind = np.dtype(_NUMBERS[tensor.datatype])
    if len(content) != rows * kind.itemsize:
        raise _wrong(at, tensor, f"has {len(content)} bytes, wants {rows * kind.itemsize}")
    return np.frombuffer(content, dtype=kind).astype(np.float64)


def _texts(tensor: InputTensor, at: int, rows: int, content: bytes) -> NDArray[Any]:
    """Texts, each behind its length in four bytes."""
    texts: list[str] = []
    place = 0
    while place + 4 <= len(content) and len(texts) < rows:
        length = int.from_bytes(content[place : place + 4], "little")
        place += 4 + length
        if place > len(content):
            break
        texts.append(_text(tensor, at, content[place - length : place]))
    if len(texts) != rows or place != len(content):
        raise _wrong(at, tensor, f"has bytes that are not {rows} texts with their lengths")
    return np.array(texts, dtype=object)


def _text(tensor: InputTensor, at: int, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _wrong(at, tensor, f"holds text that is not UTF-8: {error.reason}") from error


def _wrong(at: int, tensor: InputTensor, reason: str) -> Problem:
    detail = f"Input {tensor.name!r} {reason}."
    error = Error(pointer=f"/inputs/{at}", detail=detail)
    return Problem(HTTPStatus.BAD_REQUEST, detail, errors=(error,))
