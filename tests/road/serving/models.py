"""Makes models of a market for tests: each gives a factor times the sum of a row, and 0 for what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper
from road.core.bundle import write_bundle
from road.core.manifest import Column
from road.core.reference import Distribution

from tests.road.bundles import make_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from road.core.manifest import Manifest

NAME = "stalls"
OUTPUT = "sum"
INPUTS = (
    Column(name="stall", kind="category", values=["fish", "fruit", "tea"]),
    Column(name="guests", kind="number"),
    Column(name="price", kind="number"),
    Column(name="rain", kind="number", nullable=True),
)
ROWS: list[dict[str, Any]] = [
    {"stall": "fruit", "guests": 2, "price": 0.5, "rain": 1.0},
    {"stall": "fish", "guests": 3, "price": 1.0, "rain": 0.25},
    {"stall": "tea", "guests": 0, "price": 2.5, "rain": None},
]
SUMS = [4.5, 4.25, 4.5]


def manifest_of(inputs: Sequence[Column] = INPUTS) -> Manifest:
    """Give a manifest whose reference is even: each category as often, numbers from 0 to 10, a tenth missing."""
    numbers = np.linspace(0, 10, 1001)
    gaps = np.where(np.arange(numbers.size) % 10 == 0, np.nan, numbers)
    known = {
        column.name: Distribution.of(
            np.arange(999) % len(column.values) if column.kind == "category" else (gaps if column.nullable else numbers)
        )
        for column in inputs
    }
    made = make_manifest(list(inputs))
    return made.model_copy(update={"name": NAME, "features": known, "predictions": Distribution.of(numbers * 3)})


def add_bundle(folder: Path, factor: float = 1.0, inputs: Sequence[Column] = INPUTS) -> str:
    """Write a bundle into a new folder, and give its digest."""
    return write_bundle(folder, manifest_of(inputs), scaled(len(inputs), factor))


def scaled(width: int, factor: float) -> bytes:
    """Give the bytes of a model that multiplies the sum of what a row has."""
    constants: dict[str, NDArray[Any]] = {
        "axes": np.array([1], dtype=np.int64),
        "factor": np.array([factor], dtype=np.float32),
        "nothing": np.array([0], dtype=np.float32),
        "least": np.array(-1e30, dtype=np.float32),  # that the sum of a row is a number, whatever it holds
        "most": np.array(1e30, dtype=np.float32),
    }
    graph = helper.make_graph(
        [
            helper.make_node("IsNaN", ["features"], ["gone"]),
            helper.make_node("Where", ["gone", "nothing", "features"], ["there"]),
            helper.make_node("Clip", ["there", "least", "most"], ["bounded"]),
            helper.make_node("ReduceSum", ["bounded", "axes"], ["sum"], keepdims=1),
            helper.make_node("Mul", ["sum", "factor"], ["prediction"]),
        ],
        "scaled",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, 1])],
        [onnx.numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())
