"""Makes models of a cafe for tests: all kinds of inputs, transforms, and a number, two or three labels as output."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper
from road.core.bundle import write_bundle
from road.core.encoding import encode, matrix_columns
from road.core.manifest import Column, Graph, Output
from road.core.reference import Distribution, describe
from road.core.transforms import DateParts, Log

from tests.road.bundles import make_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from road.core.manifest import Manifest

NAME = "cafe"
INPUTS = [
    Column(name="drink", kind="category", values=["tea", "coffee", "other"], unknown="other", nullable=True),
    Column(name="size", kind="category", values=["small", "large"], nullable=True),
    Column(name="guests", kind="number", range=(0, 80)),
    Column(name="rain", kind="number", nullable=True),
    Column(name="opened", kind="datetime"),
]
TRANSFORMS = [DateParts(date_parts="opened", parts=("weekday", "hour")), Log(log="guests")]
COLUMNS = matrix_columns(INPUTS, TRANSFORMS)
OUTPUTS = {
    "number": Output(name="cakes", unit="cakes"),
    "binary": Output(name="mood", kind="class", labels=["calm", "busy"], positive="busy", threshold=0.2),
    "multiclass": Output(name="mood", kind="class", labels=["calm", "busy", "full"]),
}
ROWS: list[dict[str, Any]] = [
    {"drink": "tea", "size": "large", "guests": 3, "rain": 0.5, "opened": "2026-03-02T08:00"},
    {"drink": "cocoa", "size": "small", "guests": 70, "rain": None, "opened": "2026-03-07 21:30:00"},
    {"drink": None, "size": None, "guests": 0, "rain": 12.5, "opened": "2026-03-08"},
]
MATRIX = [
    [0, 1, 3, 0.5, 1, 8, np.log1p(3)],
    [2, 0, 70, np.nan, 6, 21, np.log1p(70)],
    [np.nan, np.nan, 0, 12.5, 7, 0, 0],
]


def columns_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Give rows as a batch run has them."""
    return {column.name: [row[column.name] for row in rows] for column in INPUTS}


def seen(count: int = 1000) -> list[dict[str, Any]]:
    """Give rows of training: three in four drink tea, a tenth of the rain is missing."""
    first = datetime(2013, 1, 1)  # as the manifest says
    return [
        {
            "drink": ["tea", "tea", "tea", "coffee"][at % 4],
            "size": None if at % 20 == 0 else ["small", "large"][at % 2],
            "guests": at % 60,
            "rain": None if at % 10 == 0 else (at % 37) / 3,
            "opened": (first + timedelta(hours=at % 744)).isoformat(),
        }
        for at in range(count)
    ]


def manifest_of(kind: str, **output: Any) -> Manifest:
    """Give a manifest whose output is of a kind, with other fields where some are given."""
    matrix = encode(INPUTS, columns_of(seen()), TRANSFORMS)
    made = make_manifest(INPUTS)
    return made.model_copy(
        update={
            "name": NAME,
            "transforms": TRANSFORMS,
            "output": OUTPUTS[kind].model_copy(update=output),
            "graph": Graph(input="features", output="prediction", columns=COLUMNS, opset=18),
            "features": describe(COLUMNS, matrix),
            "predictions": Distribution.of(np.linspace(0, 1, 101)),
        }
    )


def add_cafe(folder: Path, kind: str, **output: Any) -> str:
    """Write a bundle into a new folder, and give its digest."""
    return write_bundle(folder, manifest_of(kind, **output), graph_of(OUTPUTS[kind]))


def graph_of(output: Output) -> bytes:
    """Give the bytes of a model: a tenth of what a row has in all, or a probability that grows with it per label."""
    labels = np.arange(output.width, dtype=np.float32)
    constants: dict[str, NDArray[Any]] = {
        "axes": np.array([1], dtype=np.int64),
        "nothing": np.array([0], dtype=np.float32),
        "weights": np.array([[0.1]], dtype=np.float32) if output.kind == "number" else labels[None, :] / 10,
        "bias": np.zeros(1, dtype=np.float32) if output.kind == "number" else -6 * labels * labels / labels.size,
    }
    end = "prediction" if output.kind == "number" else "scores"
    nodes = [
        helper.make_node("IsNaN", ["features"], ["gone"]),
        helper.make_node("Where", ["gone", "nothing", "features"], ["there"]),
        helper.make_node("ReduceSum", ["there", "axes"], ["sum"], keepdims=1),
        helper.make_node("MatMul", ["sum", "weights"], ["weighted"]),
        helper.make_node("Add", ["weighted", "bias"], [end]),
    ]
    if output.kind == "class":
        nodes.append(helper.make_node("Softmax", ["scores"], ["prediction"], axis=1))
    graph = helper.make_graph(
        nodes,
        NAME,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(COLUMNS)])],
        [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, output.width])],
        [onnx.numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())
