from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from road.core.errors import UserError
from road.core.manifest import Column
from road.training.graph import finish
from road.training.hooks import Matrix, Rows, Vector
from road.training.model import NoParameters
from road.training.sklearn import Sklearn
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import (
    BaggingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_info

MAKERS: dict[str, Any] = {
    "trees": lambda _, seed: HistGradientBoostingRegressor(random_state=seed, max_iter=20, learning_rate=0.3),
    "forest": lambda _, seed: RandomForestRegressor(n_estimators=10, random_state=seed),
    "line": lambda _, __: Ridge(),
    "scaled": lambda _, __: make_pipeline(StandardScaler(), Ridge()),
    "trees in a pipeline": lambda _, seed: make_pipeline(HistGradientBoostingRegressor(random_state=seed, max_iter=20)),
    "trees in an ensemble": lambda _, seed: BaggingRegressor(
        HistGradientBoostingRegressor(random_state=seed, max_iter=20), n_estimators=2, bootstrap=False
    ),
}


def fit(name: str, matrix: Matrix, target: Vector) -> tuple[Sklearn[NoParameters], Any]:
    model = Sklearn(MAKERS[name], NoParameters)
    inputs = [Column(name=str(at), kind="number") for at in range(matrix.shape[1])]
    with model.limit_threads(1):
        return model, model.fit(Rows(inputs=inputs, matrix=matrix), target, NoParameters(), 1)


def run(content: bytes, matrix: Matrix, *, classes: bool = False) -> Vector:
    columns = [str(at) for at in range(matrix.shape[1])]
    content, graph = finish(content, columns, classes=classes)
    (found,) = onnxruntime.InferenceSession(content).run([graph.output], {graph.input: matrix})
    return np.asarray(found, dtype=np.float64).reshape(len(matrix), -1).squeeze()


@pytest.mark.parametrize("name", MAKERS)
def test_the_exported_model_predicts_as_the_fitted_one(name: str) -> None:
    chance = np.random.default_rng(3)
    matrix = chance.normal(0, 3, (300, 4)).astype(np.float32)
    target = matrix[:, 0] * 2.0 + chance.normal(0, 0.1, 300)

    model, fitted = fit(name, matrix, target)

    np.testing.assert_allclose(run(model.to_onnx(fitted), matrix), model.predict(fitted, matrix), atol=2e-4, rtol=1e-4)
    assert model.to_onnx(fitted) == model.to_onnx(fit(name, matrix, target)[1])


@pytest.mark.parametrize("name", ["trees", "trees in a pipeline", "trees in an ensemble"])
@pytest.mark.parametrize("value", [0.09, 0.21, 0.43, 1.1, 7.3, 1234.5])
def test_the_exported_model_tells_values_apart_as_the_fitted_one_does(value: float, name: str) -> None:
    """The split lies between two values that float32 just tells apart, so it has to be rounded down."""
    low = np.float32(value)
    high = np.nextafter(low, np.float32(np.inf))
    matrix = np.repeat(np.array([[low], [high]], dtype=np.float32), 100, axis=0)
    target = np.repeat([1.0, 9.0], 100)

    model, fitted = fit(name, matrix, target)

    exported = run(model.to_onnx(fitted), matrix)
    np.testing.assert_allclose(exported, model.predict(fitted, matrix), rtol=1e-5)
    assert exported[0] < exported[-1]


CLASSIFIERS: dict[str, Any] = {
    "trees": lambda _, seed: HistGradientBoostingClassifier(random_state=seed, max_iter=10),
    "forest": lambda _, seed: RandomForestClassifier(n_estimators=10, random_state=seed),
    "line": lambda _, seed: LogisticRegression(random_state=seed),
    "scaled": lambda _, seed: make_pipeline(StandardScaler(), LogisticRegression(random_state=seed)),
}


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_an_exported_classifier_gives_the_probability_of_each_label(name: str, width: int) -> None:
    chance = np.random.default_rng(3)
    matrix = chance.normal(0, 3, (300, 4)).astype(np.float32)
    target = np.digitize(matrix[:, 0], [-1.0, 1.0][: width - 1]).astype(np.float64)
    model = Sklearn(CLASSIFIERS[name], NoParameters)
    rows = Rows(inputs=[], matrix=matrix, labels=tuple("abc"[:width]))

    fitted = model.fit(rows, target, NoParameters(), 1)

    likely = model.predict(fitted, matrix)
    assert likely.shape == (300, width)
    assert (likely.argmax(axis=1) == target).mean() > 0.9
    np.testing.assert_allclose(run(model.to_onnx(fitted), matrix, classes=True), likely, atol=1e-5)


def test_an_estimator_that_can_not_be_exported_is_named() -> None:
    model = Sklearn(lambda _, __: DummyRegressor(), NoParameters)
    matrix = np.zeros((3, 1), dtype=np.float32)
    fitted = model.fit(Rows(inputs=[], matrix=matrix), np.arange(3.0), NoParameters(), 1)

    with pytest.raises(
        UserError, match=r"model: DummyRegressor can't be exported to ONNX: .*shape calculator"
    ) as error:
        model.to_onnx(fitted)

    assert "\n" not in str(error.value)


def test_threads_are_limited_while_it_lasts() -> None:
    model = Sklearn(MAKERS["line"], NoParameters)
    before = [pool["num_threads"] for pool in threadpool_info()]

    with model.limit_threads(1):
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}

    assert [pool["num_threads"] for pool in threadpool_info()] == before
