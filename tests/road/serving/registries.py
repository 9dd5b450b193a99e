"""Makes registries with models that can be told apart: each multiplies the sum of a row."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from {{ package_name }}.bundle import write_bundle
from {{ package_name }}.manifest import Column

from .bundles import INPUTS, make_manifest

ROWS: list[dict[str, Any]] = [
    {"place": "south", "count": 2, "wind": 0.5},
    {"place": "north", "count": 3, "wind": 1.0},
]
SUMS = [3.5, 4.0]


def add_model(registry: Path, factor: float, inputs: list[Column] | None = None) -> str:
    """Add a model that gives `factor` times the sum of a row, and give its digest."""
    aside = registry / "aside"
    digest = write_bundle(aside, make_manifest(inputs or INPUTS), scaled(len(INPUTS), factor))
    folder = registry / "versions" / digest[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
    return digest


def point(registry: Path, digest: str) -> None:
    """Make a model the champion, as the training road does: aside, then in place."""
    trained = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    entry = {"digest": digest, "run": "r", "trained": trained, "seconds": 1.0}
    aside = registry / ".aliases.json"
    aside.write_text(json.dumps({"candidate": entry, "champion": entry}))
    aside.replace(registry / "aliases.json")


def scaled(width: int, factor: float) -> bytes:
    """Give the bytes of a model that multiplies the sum of a row."""
    axes = onnx.numpy_helper.from_array(np.array([1], dtype=np.int64), "axes")
    by = onnx.numpy_helper.from_array(np.array([factor], dtype=np.float32), "factor")
    graph = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1),
            helper.make_node("Mul", ["sum", "factor"], ["prediction"]),
        ],
        "scaled",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, 1])],
        [axes, by],
    )
    opset = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())
