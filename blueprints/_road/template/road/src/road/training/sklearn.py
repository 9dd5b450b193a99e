"""Makes a model of an estimator of scikit-learn: `model = Sklearn(estimator, Parameters)`."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import is_classifier
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from road.core.errors import UserError
from road.training.graph import INPUT
from road.training.hooks import Matrix, Rows, Vector

OPSETS = {"": 18, "ai.onnx.ml": 3}
_ASKED = {True: "classes", False: "numbers"}
_SAID = 300  # characters of a converter's message that are told: some hold the whole model
_NAME = "model"  # of the graph: without one it is random, and so would be the digest

P = TypeVar("P", bound=BaseModel)
P_contra = TypeVar("P_contra", bound=BaseModel, contravariant=True)


class EstimatorFactory(Protocol[P_contra]):
    """Makes an estimator, or a pipeline of them."""

    def __call__(self, parameters: P_contra, seed: int) -> Any:
        """Give one that isn't fitted yet; `seed` goes where it takes `random_state`."""


class Sklearn(Generic[P]):
    """The hook `model` for whatever of scikit-learn survives the export to ONNX.

    What doesn't is refused: each training compares the exported model with the fitted one.
    """

    libraries = ("scikit-learn", "skl2onnx")

    def __init__(self, make: EstimatorFactory[P], parameters: type[P]) -> None:
        """Take what makes the estimator, and the kind of parameters that it is made of."""
        self._make = make
        self.parameters = parameters

    def fit(self, rows: Rows, target: Vector, parameters: P, seed: int) -> Any:
        """Fit a new estimator; the splits of trees are rounded as ONNX will hold them."""
        estimator = self._make(parameters, seed)
        _check_kind(estimator, rows.labels)
        estimator.fit(rows.matrix, target.astype(np.int64) if rows.labels else target)
        if rows.labels and list(estimator.classes_) != list(range(len(rows.labels))):
            raise UserError(
                f"project.yaml: model: {type(estimator).__name__} learnt the classes {list(estimator.classes_)} "
                f"in place of 0 to {len(rows.labels) - 1}"
            )
        _round_splits(estimator)
        return estimator

    def predict(self, fitted: Any, matrix: Matrix) -> NDArray[np.float64]:
        """Predict as the estimator does: numbers, or probabilities."""
        found = fitted.predict_proba(matrix) if is_classifier(fitted) else fitted.predict(matrix)
        return np.asarray(found, dtype=np.float64)

    def to_onnx(self, fitted: Any) -> bytes:
        """Convert the estimator; `UserError` names one that can't be."""
        try:
            return _convert(fitted)
        except Exception as error:  # skl2onnx raises errors of many kinds
            said = str(error).partition("\n")[0][:_SAID]
            message = f"project.yaml: model: {type(fitted).__name__} can't be exported to ONNX: {said}"
            raise UserError(message) from error

    def limit_threads(self, count: int) -> AbstractContextManager[object]:
        """Compute with this many threads in the estimator's native code."""
        limit: AbstractContextManager[object] = threadpool_limits(count)
        return limit


def _convert(fitted: Any) -> bytes:
    options = {id(fitted): {"zipmap": False}} if is_classifier(fitted) else None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Field onnx", DeprecationWarning)  # booleans that protobuf 7 refuses
        converted: Any = convert_sklearn(
            fitted,
            name=_NAME,
            initial_types=[(INPUT, FloatTensorType([None, fitted.n_features_in_]))],
            options=options,
            target_opset=OPSETS,
        )
    return bytes(converted.SerializeToString(deterministic=True))


def _check_kind(estimator: Any, labels: Sequence[str]) -> None:
    """Tell of a classifier where numbers are predicted, of a regressor where classes are, and of mere labels."""
    who = f"project.yaml: model: {type(estimator).__name__}"
    if bool(labels) != is_classifier(estimator):
        raise UserError(f"{who} is {'no' if labels else 'a'} classifier, and the task asks for {_ASKED[bool(labels)]}")
    if labels and not hasattr(estimator, "predict_proba"):
        raise UserError(f"{who} gives no probabilities: put it into CalibratedClassifierCV")


def _round_splits(estimator: Any) -> None:
    """Round each split down to float32: no float32 value can tell it from the split as it was.

    ONNX holds splits as float32 and would round to the nearest, which may be the very next value; rows with it would
    then go the other way than in the fitted model.
    """
    for part in _parts(estimator):
        if isinstance(part, HistGradientBoostingRegressor | HistGradientBoostingClassifier):
            _round_splits_of(part)


def _round_splits_of(trees: Any) -> None:
    for predictor in (each for several in getattr(trees, "_predictors", ()) for each in several):
        exact = predictor.nodes["num_threshold"]
        near = exact.astype(np.float32)
        below = np.nextafter(near, np.float32(-np.inf))
        predictor.nodes["num_threshold"] = np.where(near > exact, below, near)


def _parts(estimator: Any) -> Iterator[Any]:
    """An estimator and all that it is made of: the steps of a pipeline, the members of an ensemble."""
    yield estimator
    for value in getattr(estimator, "__dict__", {}).values():
        several = value if isinstance(value, list | tuple) else [value]
        for each in several:
            member = each[1] if isinstance(each, tuple) and len(each) > 1 else each
            if hasattr(member, "predict") or hasattr(member, "predict_proba"):
                yield from _parts(member)
