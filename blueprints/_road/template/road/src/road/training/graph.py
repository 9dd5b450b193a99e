"""Turns the graph that a model exports into that of a bundle: its names are known, no value is below the least."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from road.core.errors import UserError
from road.core.manifest import Graph

INPUT, OUTPUT = "features", "prediction"


def finish(
    content: bytes, columns: Sequence[str], *, minimum: float | None = None, classes: bool = False
) -> tuple[bytes, Graph]:
    """Give the bundle's graph, and how to call it; the same graph gives the same bytes.

    `columns` are those of the matrix that it takes. Of classes the probabilities alone are kept.
    """
    try:
        model: Any = onnx.load_model_from_string(content)
        onnx.checker.check_model(model)
    except Exception as error:  # onnx's errors share no base class
        raise UserError(f"project.yaml: model: to_onnx gives no valid graph: {error}") from error
    graph = model.graph
    if classes:
        _keep_probabilities(graph)
    _rename(graph, _only(graph, "input"), INPUT)
    result = _only(graph, "output")
    if minimum is None:
        _rename(graph, result, OUTPUT)
    else:
        _bound(graph, minimum)
    onnx.checker.check_model(model)
    opset = next(each.version for each in model.opset_import if each.domain in ("", "ai.onnx"))
    called = Graph(input=INPUT, output=OUTPUT, columns=list(columns), opset=opset)
    return bytes(model.SerializeToString(deterministic=True)), called


def _keep_probabilities(graph: Any) -> None:
    """Leave out the labels that a classifier gives beside the probabilities, and the nodes that make nothing else."""
    labels = (TensorProto.INT64, TensorProto.STRING)
    kept = [each for each in graph.output if each.type.tensor_type.elem_type not in labels]
    del graph.output[:]
    graph.output.extend(kept)
    wanted, nodes = {each.name for each in kept}, []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            wanted |= set(_read_by(node))
            nodes.append(node)
    nodes.reverse()
    weights = [each for each in graph.initializer if each.name in wanted]
    for field, rest in ((graph.node, nodes), (graph.initializer, weights)):
        del field[:]
        field.extend(rest)


def _read_by(node: Any) -> Iterator[str]:
    """The names of values that a node reads, also in the bodies of its loops and branches."""
    yield from node.input
    for attribute in node.attribute:
        for body in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
            yield from (each.name for each in body.output)
            for inner in body.node:
                yield from _read_by(inner)


def _only(graph: Any, end: str) -> str:
    """The name of the one input or output, which must be float32."""
    weights = {each.name for each in graph.initializer}
    found = [each for each in getattr(graph, end) if each.name not in weights]
    kinds = [TensorProto.DataType.Name(each.type.tensor_type.elem_type) for each in found]
    if kinds != ["FLOAT"]:
        said = ", ".join(f"{each.name} of {kind}" for each, kind in zip(found, kinds, strict=True))
        raise UserError(f"project.yaml: model: to_onnx gives a graph with {end}s {said or 'none'}, want one of FLOAT")
    name: str = found[0].name
    return name


def _bound(graph: Any, minimum: float) -> None:
    """Give the result or the least value, whichever is more."""
    if OUTPUT in _names(graph):
        _rename(graph, OUTPUT, _free(graph, "unbounded"))
    word = "minimum" if minimum else "zero"
    least, raw = _free(graph, word), graph.output[0].name
    graph.initializer.append(numpy_helper.from_array(np.array(minimum, dtype=np.float32), least))
    graph.node.append(helper.make_node("Max", [raw, least], [OUTPUT], name=f"not_below_{word}"))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, 1]))


def _names(graph: Any) -> set[str]:
    made = {name for node in graph.node for name in node.output}
    return made | {each.name for each in (*graph.input, *graph.initializer)}


def _free(graph: Any, name: str) -> str:
    """A name that no value of the graph has."""
    while name in _names(graph):
        name += "_"
    return name


def _rename(graph: Any, old: str, new: str) -> None:
    """Rename a value; another one that has the new name gives way."""
    if old == new:
        return
    if new in _names(graph):
        _rename(graph, new, _free(graph, new))
    for each in (*graph.input, *graph.output, *graph.value_info, *graph.initializer):
        each.name = new if each.name == old else each.name
    _rename_in_nodes(graph, old, new)


def _rename_in_nodes(graph: Any, old: str, new: str) -> None:
    """Rename a value wherever it is used, also in the bodies of loops and branches."""
    for node in graph.node:
        for names in (node.input, node.output):
            for at, name in enumerate(names):
                names[at] = new if name == old else name
        for attribute in node.attribute:
            for body in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                _rename_in_nodes(body, old, new)
