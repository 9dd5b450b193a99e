"""A bundle is proved when it is loaded: its graph must give what its manifest declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from road.core.bundle import Bundle, BundleError, write_bundle
from road.core.manifest import Column, Examples, Manifest, Output
from road.core.transforms import Log

from tests.road.bundles import INPUTS, make_manifest, make_model

ROWS: list[dict[str, float | str | None]] = [
    {"place": "south", "count": 2.0, "wind": 0.5},
    {"place": "north", "count": 3.0, "wind": None},
]


def load(folder: Path, manifest: Manifest, model: bytes) -> Bundle:
    write_bundle(folder / "bundle", manifest, model)
    return Bundle.load(folder / "bundle")


def changed(**fields: Any) -> Manifest:
    return Manifest.model_validate({**make_manifest(INPUTS).model_dump(), **fields})


def graph_giving(shape: list[int | None], kind: int = TensorProto.FLOAT, name: str = "prediction") -> bytes:
    """Give a model whose answer is its matrix, as another type and declared as of some shape."""
    node = helper.make_node("Cast", ["features"], [name], to=kind)
    graph = helper.make_graph(
        [node],
        "same",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info(name, kind, shape)],
    )
    opset = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())


@pytest.mark.parametrize("declared", [[None, 3], [None, 1], [None, None]])
def test_a_graph_that_gives_three_numbers_for_one_is_refused(tmp_path: Path, declared: list[int | None]) -> None:
    with pytest.raises(BundleError, match=r"gives shape \(1, 3\) for 1 rows, but bundle\.json declares \(1, 1\)"):
        load(tmp_path, make_manifest(INPUTS), graph_giving(declared))


@pytest.mark.parametrize(
    "model",
    [graph_giving([None, 3], kind=TensorProto.DOUBLE), graph_giving([None, 3], name="other")],
    ids=["type", "name"],
)
def test_a_graph_of_another_type_or_name_is_refused(tmp_path: Path, model: bytes) -> None:
    with pytest.raises(BundleError, match=r"gives .*declares prediction of tensor\(float\)"):
        load(tmp_path, make_manifest(INPUTS), model)


def test_a_class_has_a_probability_for_each_label(tmp_path: Path) -> None:
    output = Output(name="c", kind="class", labels=["a", "b", "c"])

    bundle = load(tmp_path, changed(output=output), graph_giving([None, 3]))

    assert bundle.predict({"place": ["south"], "count": [3], "wind": [0]}).labels == ["b"]
    two = changed(output=Output(name="c", kind="class", labels=["a", "b"]))
    with pytest.raises(BundleError, match=r"gives shape \(1, 3\) .*declares \(1, 2\)"):
        load(tmp_path / "two", two, graph_giving([None, 3]))


def test_examples_hold_a_graph_to_what_the_fitted_model_said(tmp_path: Path) -> None:
    right = Examples(rows=ROWS[:1], expected=[[3.5]])
    wrong = Examples(rows=ROWS[:1], expected=[[3.6]])

    load(tmp_path, changed(examples=right), make_model(3))
    with pytest.raises(BundleError, match=r"says \[3\.5\] of example 0, .*said \[3\.6\]"):
        load(tmp_path / "wrong", changed(examples=wrong), make_model(3))


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        (Examples(rows=ROWS, expected=[[3.5], [3.0]]), "example 1"),
        (Examples(rows=ROWS, expected=[[3.5]]), r"examples have \(1, 1\) numbers, the model gives \(2, 1\)"),
        (Examples(rows=[{"place": "west", "count": 1, "wind": 1}], expected=[[1.0]]), "examples: place is none of"),
        (Examples(rows=[{"place": "south"}], expected=[[1.0]]), "examples: count is missing"),
    ],
)
def test_examples_that_do_not_fit_are_refused(tmp_path: Path, examples: Examples, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        load(tmp_path, changed(examples=examples), make_model(3))


def test_a_transform_that_is_another_one_now_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [Column(name="a", kind="number"), Column(name="b", kind="number")]
    graph = {"input": "features", "output": "prediction", "columns": ["a", "b", "a_log"], "opset": 18}
    examples = Examples(rows=[{"a": 1.0, "b": 2.0}], expected=[[3 + float(np.log(2))]])
    fields = {"inputs": inputs, "transforms": [Log(log="a")], "graph": graph, "examples": examples}
    manifest = changed(**fields)
    load(tmp_path, manifest, make_model(3))

    monkeypatch.setattr(Log, "run", lambda self, columns: iter([np.log2(1 + columns[self.log])]))

    with pytest.raises(BundleError, match="the graph, a transform or the runtime is another one"):
        Bundle.load(tmp_path / "bundle")


def test_columns_that_are_not_those_of_the_inputs_are_refused(tmp_path: Path) -> None:
    graph = {"input": "features", "output": "prediction", "columns": ["count", "place", "wind"], "opset": 18}

    with pytest.raises(BundleError, match=r"graph\.columns aren't what inputs and transforms make"):
        load(tmp_path, changed(graph=graph), make_model(3))


def test_a_model_that_fails_when_it_runs_is_refused(tmp_path: Path) -> None:
    shape = onnx.numpy_helper.from_array(np.array([7, 7], dtype=np.int64), "shape")
    graph = helper.make_graph(
        [helper.make_node("Reshape", ["features", "shape"], ["prediction"])],
        "fails",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, 1])],
        [shape],
    )
    opset = [helper.make_opsetid("", 18)]
    model = bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())

    with pytest.raises(BundleError, match="can't be run"):
        load(tmp_path, make_manifest(INPUTS), model)
