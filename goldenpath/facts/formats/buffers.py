"""Models that are protocol buffers, which have no mark: their fields must be those of the format."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from goldenpath.facts.formats.base import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRAPH, _PRODUCER = 7, 2
_FIELDS = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26))
_VERSIONS = range(1, 31)
_VARINT, _LENGTH = 0, 2
_MORE = 128
_BITS = 64
_NODE = 1
_NAME = re.compile(rb"[\w.][\w./>-]{0,200}")
_OPERATION = re.compile(rb"_?[A-Z][A-Za-z0-9]{2,60}")
_TYPED = (b"dtype", b"shape", b"output_types")
_SERVED = (b"serve", b"MLIR", b"PartitionedCall")


def onnx(head: bytes) -> Format | None:
    """Tell a model of ONNX: a small version first, then fields that it knows, a graph among them."""
    if len(head) < len(b"\x08\x08:\0") or head[1] not in _VERSIONS:
        return None
    producer = ""
    for number, wire, value in _fields(head):
        if number == _GRAPH and wire == _LENGTH:
            by = f" by {producer}" if producer else ""
            return Format(kind="onnx", reason=f"begins as a model of ONNX{by}", detail=producer or None)
        if number not in _FIELDS or number == _GRAPH:
            return None
        if number == _PRODUCER and wire == _LENGTH:
            producer = value.decode("ascii", "replace") if value.isascii() else ""
    return None


def saved_model(head: bytes) -> Format | None:
    """Tell TensorFlow's saved model: schema version 1, then a graph with its tags and functions."""
    if not head.startswith(b"\x08\x01\x12") or not any(word in head for word in _SERVED):
        return None
    return Format(kind="tensorflow", reason="begins as a saved model of TensorFlow", detail="tensorflow")


def graph(head: bytes) -> Format | None:
    """Tell a graph of TensorFlow: it begins with a node, which has a name, an operation and a type."""
    number, wire, node = next(_fields(head), (0, 0, b""))
    if (number, wire) != (_NODE, _LENGTH) or not any(word in node for word in _TYPED):
        return None
    said = [(number, value) for number, _, value in islice(_fields(node), 2)]
    if [number for number, _ in said] != [1, 2]:
        return None
    if not _NAME.fullmatch(said[0][1]) or not _OPERATION.fullmatch(said[1][1]):
        return None
    return Format(kind="tensorflow", reason="begins as a graph of TensorFlow", detail="tensorflow")


def _fields(head: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, wire type and bytes of the top-level fields, as far as they can be read; 0 for what is none."""
    at = 0
    while at < len(head):
        key, at = _varint(head, at)
        number, wire = key >> 3, key & 7
        if wire not in {_VARINT, _LENGTH}:
            yield 0, wire, b""
            return
        length, after = _varint(head, at)
        at = after + (length if wire == _LENGTH else 0)
        yield number, wire, head[after:at] if wire == _LENGTH else b""


def _varint(head: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, and the place after it."""
    value = shift = 0
    while at < len(head) and shift < _BITS:
        byte = head[at]
        value |= (byte % _MORE) << shift
        at, shift = at + 1, shift + 7
        if byte < _MORE:
            break
    return value, at
