"""Turns the graph that a model exports into that of a bundle: its names are known, no value is below the least."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from road.core.errors import UserError
from road.core.manifest import Graph

INPUT, OUTPUT = "features", "prediction"
_INNER = "unbounded"


def finish(content: bytes, minimum: float | None) -> tuple[bytes, Graph]:
    """Give the bundle's graph, and how to call it; the same graph gives the same bytes."""
    try:
        model: Any = onnx.load_model_from_string(content)
        onnx.checker.check_model(model)
    except Exception as error:  # onnx's errors share no base class
        raise UserError(f"project.yaml: model: to_onnx gives no valid graph: {error}") from error
    graph = model.graph
    given, raw = _ends(graph)
    _rename(graph, given, INPUT)
    if minimum is None:
        _rename(graph, raw, OUTPUT)
    else:
        inner = _INNER if raw == OUTPUT else raw
        _rename(graph, raw, inner)
        _bound(graph, inner, minimum)
    onnx.checker.check_model(model)
    opset = next(each.version for each in model.opset_import if each.domain in ("", "ai.onnx"))
    return bytes(model.SerializeToString(deterministic=True)), Graph(input=INPUT, output=OUTPUT, opset=opset)


def _ends(graph: Any) -> tuple[str, str]:
    """Names of the one input and the one output, which must be float32."""
    weights = {each.name for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in weights]
    for name, found in (("input", inputs), ("output", list(graph.output))):
        kinds = [TensorProto.DataType.Name(each.type.tensor_type.elem_type) for each in found]
        if kinds != ["FLOAT"]:
            said = ", ".join(f"{each.name} of {kind}" for each, kind in zip(found, kinds, strict=True))
            raise UserError(f"project.yaml: model: to_onnx gives a graph with the {name}s {said}, want one of FLOAT")
    return inputs[0].name, graph.output[0].name


def _rename(graph: Any, old: str, new: str) -> None:
    if old == new:
        return
    if new in _values(graph):
        raise UserError(f"project.yaml: model: to_onnx gives a graph that calls another value {new}")
    for end in (*graph.input, *graph.output, *graph.value_info):
        end.name = new if end.name == old else end.name
    _rename_in_nodes(graph, old, new)


def _values(graph: Any) -> set[str]:
    made = {name for node in graph.node for name in node.output}
    return made | {each.name for each in (*graph.input, *graph.initializer)}


def _rename_in_nodes(graph: Any, old: str, new: str) -> None:
    """Rename a value wherever it is used, also in the bodies of loops and branches."""
    for node in graph.node:
        for names in (node.input, node.output):
            for at, name in enumerate(names):
                names[at] = new if name == old else name
        for attribute in node.attribute:
            for body in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                _rename_in_nodes(body, old, new)


def _bound(graph: Any, raw: str, minimum: float) -> None:
    """Give the raw value or the least one, whichever is more."""
    word = "minimum" if minimum else "zero"
    graph.initializer.append(numpy_helper.from_array(np.array(minimum, dtype=np.float32), word))
    graph.node.append(helper.make_node("Max", [raw, word], [OUTPUT], name=f"not_below_{word}"))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, 1]))
