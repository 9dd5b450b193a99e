from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from road.core.errors import UserError
from road.training.graph import finish

COLUMNS = ["a", "b"]
ROWS = np.array([[1, -5], [2, 3]], dtype=np.float32)


def make(
    nodes: list[Any],
    ends: tuple[str, str] = ("x", "y"),
    *,
    kind: int = TensorProto.FLOAT,
    more: list[Any] | None = None,
) -> bytes:
    """Give a graph of nodes that takes two numbers a row, and has the weight `axes`."""
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(ends[0], TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info(ends[1], kind, [None, 1]), *(more or [])],
        [numpy_helper.from_array(np.array([1], dtype=np.int64), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return bytes(model.SerializeToString())


def total(source: str, target: str) -> Any:
    return helper.make_node("ReduceSum", [source, "axes"], [target], keepdims=1)


def run(content: bytes) -> list[float]:
    session = onnxruntime.InferenceSession(content)
    (result,) = session.run(["prediction"], {"features": ROWS})
    return [float(value) for value in np.asarray(result).reshape(-1)]


@pytest.mark.parametrize(
    "ends", [("x", "y"), ("features", "prediction"), ("x", "prediction"), ("prediction", "features")]
)
@pytest.mark.parametrize(("minimum", "expected"), [(None, [-4, 5]), (0, [0, 5]), (-1.5, [-1.5, 5]), (7, [7, 7])])
def test_a_graph_gets_the_names_of_a_bundle_and_the_least_value(
    ends: tuple[str, str], minimum: float | None, expected: list[float]
) -> None:
    content, called = finish(make([total(*ends)], ends), COLUMNS, minimum=minimum)

    assert run(content) == expected
    assert (called.input, called.output, called.opset) == ("features", "prediction", 18)
    assert called.columns == COLUMNS


@pytest.mark.parametrize("name", ["features", "prediction", "zero", "minimum", "unbounded"])
@pytest.mark.parametrize(("minimum", "expected"), [(None, [-4, 5]), (0, [0, 5]), (-1.5, [-1.5, 5])])
def test_another_value_of_a_name_gives_way(name: str, minimum: float | None, expected: list[float]) -> None:
    nodes = [total("x", name), helper.make_node("Identity", [name], ["y"])]

    assert run(finish(make(nodes), COLUMNS, minimum=minimum)[0]) == expected


def test_the_same_graph_gives_the_same_bytes() -> None:
    first, same = (finish(make([total("x", "y")]), COLUMNS, minimum=0) for _ in range(2))

    assert first == same


def test_a_value_is_renamed_in_branches_too() -> None:
    """The branch reaches out for the input, by its name."""
    body = helper.make_graph(
        [helper.make_node("ReduceSum", ["x", "axes"], ["inner"], keepdims=1)],
        "body",
        [],
        [helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)],
    )
    true = helper.make_node("Constant", [], ["true"], value=numpy_helper.from_array(np.array(1, dtype=bool)))
    branch = helper.make_node("If", ["true"], ["y"], then_branch=body, else_branch=body)

    content, _ = finish(make([true, branch]), COLUMNS, minimum=0)

    assert run(content) == [0, 5]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no graph", "to_onnx gives no valid graph"),
        (
            make(
                [total("x", "z"), helper.make_node("Cast", ["z"], ["y"], to=TensorProto.DOUBLE)],
                kind=TensorProto.DOUBLE,
            ),
            "gives a graph with outputs y of DOUBLE, want one of FLOAT",
        ),
        (
            make(
                [total("x", "y"), helper.make_node("Neg", ["y"], ["z"])],
                more=[helper.make_tensor_value_info("z", TensorProto.FLOAT, [None, 1])],
            ),
            "with outputs y of FLOAT, z of FLOAT, want one",
        ),
    ],
    ids=["bytes", "doubles", "two outputs"],
)
def test_a_graph_that_no_bundle_could_hold_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        finish(content, COLUMNS, minimum=0)


def test_weights_that_are_listed_as_inputs_are_none() -> None:
    model = onnx.load_model_from_string(make([total("x", "y")]))
    model.graph.input.append(helper.make_tensor_value_info("axes", TensorProto.INT64, [1]))

    content, called = finish(bytes(model.SerializeToString()), COLUMNS)

    assert called.input == "features"
    assert run(content) == [-4, 5]


def with_labels(labels: int = TensorProto.INT64) -> bytes:
    """Give a graph as converters make it of a classifier: labels first, made by nodes that nothing else needs."""
    nodes = [
        helper.make_node("ArgMax", ["x"], ["places"], axis=1, keepdims=0),
        helper.make_node("Cast", ["places"], ["y"], to=labels),
        helper.make_node("Softmax", ["x"], ["likely"], axis=1),
    ]
    return make(nodes, kind=labels, more=[helper.make_tensor_value_info("likely", TensorProto.FLOAT, [None, 2])])


@pytest.mark.parametrize("labels", [TensorProto.INT64, TensorProto.STRING])
def test_of_classes_the_probabilities_alone_are_kept(labels: int) -> None:
    content, _ = finish(with_labels(labels), COLUMNS, classes=True)
    graph = onnx.load_model_from_string(content).graph

    assert [each.name for each in graph.output] == ["prediction"]
    assert [node.op_type for node in graph.node] == ["Softmax"]
    assert run(content) == pytest.approx([0.9975, 0.0025, 0.2689, 0.7311], abs=1e-4)


def test_labels_where_numbers_are_predicted_are_refused() -> None:
    with pytest.raises(UserError, match="with outputs y of INT64, likely of FLOAT, want one of FLOAT"):
        finish(with_labels(), COLUMNS)


def test_what_a_branch_reads_is_kept() -> None:
    body = helper.make_graph(
        [helper.make_node("Softmax", ["twice"], ["inner"], axis=1)],
        "body",
        [],
        [helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)],
    )
    nodes = [
        helper.make_node("Constant", [], ["true"], value=numpy_helper.from_array(np.array(1, dtype=bool))),
        helper.make_node("Add", ["x", "x"], ["twice"]),
        helper.make_node("If", ["true"], ["y"], then_branch=body, else_branch=body),
    ]

    content, _ = finish(make(nodes), COLUMNS, classes=True)

    assert run(content) == pytest.approx([1.0, 0.0, 0.1192, 0.8808], abs=1e-4)
