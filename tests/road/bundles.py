"""Makes small bundles for tests: the model adds up its inputs."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper
from road.core.bundle import write_bundle
from road.core.manifest import (
    Code,
    Column,
    Data,
    Evaluation,
    Graph,
    Manifest,
    Output,
    Period,
    Purpose,
)
from road.core.reference import Distribution

INPUTS = [
    Column(name="place", kind="category", values=["north", "south"]),
    Column(name="count", kind="number"),
    Column(name="wind", kind="number", nullable=True),
]
ROWS: dict[str, Any] = {"place": ["south", "north"], "count": [2, 3], "wind": [0.5, 1.0]}


def make_bundle(folder: Path, inputs: list[Column] | None = None) -> str:
    """Write a bundle and give its digest."""
    return write_bundle(folder, make_manifest(inputs or INPUTS), make_model(len(INPUTS)))


def make_model(width: int) -> bytes:
    """Give the bytes of a model that adds up a row."""
    axes = onnx.numpy_helper.from_array(np.array([1], dtype=np.int64), "axes")
    graph = helper.make_graph(
        [helper.make_node("ReduceSum", ["features", "axes"], ["prediction"], keepdims=1)],
        "sum",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, 1])],
        [axes],
    )
    opset = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())


def make_classifier(width: int, labels: int) -> bytes:
    """Give the bytes of a model that adds up a row, and makes the second of its labels likelier with the sum."""
    weights = np.array([[0.0, 1.0, *([0.5] * (labels - 2))]], dtype=np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1),
            helper.make_node("MatMul", ["sum", "weights"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["prediction"], axis=1),
        ],
        "classes",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, labels])],
        [
            onnx.numpy_helper.from_array(np.array([1], dtype=np.int64), "axes"),
            onnx.numpy_helper.from_array(weights, "weights"),
        ],
    )
    opset = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())


def make_manifest(inputs: list[Column]) -> Manifest:
    """Give a manifest that goes with the model."""
    period = Period(first=datetime(2013, 1, 1), last=datetime(2013, 2, 1))
    distribution = Distribution.of([1.0, 2.0, 3.0])
    return Manifest(
        name="sum",
        purpose=Purpose(objective="Add up", owner="Anna", prediction="The sum", personal_data=False),
        inputs=inputs,
        output=Output(name="sum", unit="things"),
        graph=Graph(input="features", output="prediction", columns=[each.name for each in inputs], opset=18),
        evaluation=Evaluation(
            metric="wape",
            direction="lower",
            value=0.1,
            threshold=0.2,
            baseline="yesterday",
            baseline_value=0.3,
            rows=10,
            segments={"north": 0.1},
        ),
        data=Data(source="test", sha256="0" * 64, rows=20, trained_on=period, tested_on=period),
        code=Code(commit="abc", dirty=False, packages={}, seed=1, parameters={}),
        features={column.name: distribution for column in inputs},
        predictions=distribution,
    )
