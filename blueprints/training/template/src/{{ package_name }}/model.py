"""Fits the model and turns it into ONNX, with everything that a caller would forget inside."""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import HistGradientBoostingRegressor

from .config import Parameters
from .manifest import Graph

GRAPH = Graph(input="features", output="prediction", opset=18)


def fit(
    matrix: NDArray[np.float32], target: NDArray[np.float64], parameters: Parameters, seed: int
) -> HistGradientBoostingRegressor:
    """Fit gradient-boosted trees; the same input and seed give the same model."""
    model = HistGradientBoostingRegressor(
        random_state=seed, early_stopping=False, **parameters.model_dump()
    )
    model.fit(matrix, target)
    _round_splits(model)
    return model


def to_onnx(model: HistGradientBoostingRegressor) -> bytes:
    """Export a model; the graph also keeps predictions from falling below zero."""
    converted: Any = convert_sklearn(
        model,
        name="forecast",  # without one it is random, and so would be the digest
        initial_types=[(GRAPH.input, FloatTensorType([None, model.n_features_in_]))],
        target_opset={"": GRAPH.opset, "ai.onnx.ml": 3},
    )
    graph = converted.graph
    raw = graph.output[0].name
    zero = numpy_helper.from_array(np.zeros((), dtype=np.float32), "zero")
    graph.initializer.append(zero)
    graph.node.append(helper.make_node("Max", [raw, "zero"], [GRAPH.output], name="not_below_zero"))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(GRAPH.output, TensorProto.FLOAT, [None, 1]))
    onnx.checker.check_model(converted)
    return bytes(converted.SerializeToString(deterministic=True))


def _round_splits(model: HistGradientBoostingRegressor) -> None:
    """Round each split down to float32: no float32 value can tell it from the split as it was.

    ONNX holds splits as float32 and would round to the nearest, which may be the very next value;
    rows with it would then go the other way than in the fitted model.
    """
    for (predictor,) in model._predictors:
        exact = predictor.nodes["num_threshold"]
        near = exact.astype(np.float32)
        below = np.nextafter(near, np.float32(-np.inf))
        predictor.nodes["num_threshold"] = np.where(near > exact, below, near)
