from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from pydantic import BaseModel, PositiveFloat
from road.core.errors import UserError
from road.training.config import Training
from road.training.fitting import Trainer
from road.training.hooks import Matrix, Rows, Vector
from road.training.model import NoParameters, load_model, read_parameters
from road.training.sklearn import Sklearn
from road.training.training import train
from road.training.trees import RegressionParameters
from sklearn.linear_model import LinearRegression

from tests.road.training.shops import NOW, Declare, Parameters, make_trees, setting

HOOK = "tests.road.training.test_model"


class Share(BaseModel):
    share: PositiveFloat = 1.0


class Lazy:
    """A model of the project's own: some share of one of its inputs."""

    parameters = Share
    libraries = ("pydantic",)

    def fit(self, rows: Rows, target: Vector, parameters: Share, seed: int) -> np.ndarray:
        at = [each.name for each in rows.inputs].index("day_before")
        weights = np.zeros((rows.matrix.shape[1], 1), dtype=np.float32)
        weights[at] = parameters.share + seed * target.min() * 0
        return weights

    def predict(self, fitted: np.ndarray, matrix: Matrix) -> np.ndarray:
        return np.asarray(np.nan_to_num(matrix) @ fitted)

    def to_onnx(self, fitted: np.ndarray) -> bytes:
        zero = numpy_helper.from_array(np.zeros(1, np.float32), "zero")
        graph = helper.make_graph(
            [
                helper.make_node("IsNaN", ["rows"], ["gone"]),
                helper.make_node("Where", ["gone", "zero", "rows"], ["known"]),
                helper.make_node("MatMul", ["known", "weights"], ["prediction"]),
            ],
            "lazy",
            [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, len(fitted)])],
            [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, 1])],
            [numpy_helper.from_array(fitted, "weights"), zero],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        return bytes(made.SerializeToString())

    def limit_threads(self, count: int) -> AbstractContextManager[object]:
        return nullcontext(count)


lazy = Lazy()


def test_a_model_of_the_project_s_own_goes_the_whole_way(repository: Training, declare: Declare) -> None:
    project = declare(model=f"{HOOK}:lazy", target={"column": "sales", "minimum": 0})
    mine = setting(replace(repository, project=project), parameters={"share": "0.9"})

    run = train(mine, started=NOW)

    assert run.parameters == {"share": 0.9}
    assert "pydantic" in run.code.packages
    assert "scikit-learn" not in run.code.packages
    assert run.evaluation.value != run.evaluation.baseline_value


class Speechless(Lazy):
    def predict(self, fitted: np.ndarray, matrix: Matrix) -> np.ndarray:
        return super().predict(fitted, matrix)[1:]


class Unsure(Lazy):
    def predict(self, fitted: np.ndarray, matrix: Matrix) -> np.ndarray:
        return super().predict(fitted, matrix) / 0


class Mislabelled(Lazy):
    libraries = ("no-such-library",)


speechless, unsure, mislabelled = Speechless(), Unsure(), Mislabelled()


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("speechless", r"gives an array of shape \(335, 1\) for 336 rows"),
        ("unsure", "gives no number for 336 of 336 rows"),
        ("mislabelled", "project.yaml: model: its libraries name no-such-library, which isn't installed"),
    ],
)
def test_a_model_that_does_not_do_its_part_is_named(
    name: str, said: str, repository: Training, declare: Declare
) -> None:
    with pytest.raises(UserError, match=said):
        train(replace(repository, project=declare(model=f"{HOOK}:{name}")), started=NOW)


class Narrow(Lazy):
    def fit(self, matrix: Matrix, target: Vector) -> Any:  # type: ignore[override]
        return matrix, target


narrow, estimator = Narrow(), LinearRegression()


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        (
            f"{HOOK}:estimator",
            "is no model, it has no parameters, libraries, to_onnx, limit_threads: road.training.skl",
        ),
        (f"{HOOK}:HOOK", "is no model, it has no parameters, libraries, fit,"),
        (f"{HOOK}:narrow", r"narrow\.fit takes .*, but is called with \(rows, target, parameters, seed\)"),
        (f"{HOOK}:Lazy", r"Lazy\.fit takes \(self, .*, but is called with"),
        (f"{HOOK}:lasy", f"model: {HOOK} has no lasy; did you mean lazy"),
        (f"{HOOK}:no_seed", r"no_seed takes \(parameters: .*, but is called with \(parameters, seed\)"),
    ],
)
def test_what_is_no_model_is_refused(reference: str, said: str, declare: Declare) -> None:
    with pytest.raises(UserError, match=said):
        load_model(declare(model=reference))


def test_a_project_without_a_model_gets_trees(declare: Declare) -> None:
    model = load_model(declare(model=None))

    assert isinstance(model, Sklearn)
    assert model.parameters is RegressionParameters


def no_seed(parameters: Parameters) -> Any:
    return make_trees(parameters, 1)


def plain(parameters: NoParameters, seed: int) -> LinearRegression:
    return LinearRegression(positive=bool(parameters.model_fields_set) and bool(seed))


def unannotated(parameters, seed):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    return plain(parameters, seed)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("shops:make_trees", Parameters), ("test_model:plain", NoParameters), ("test_model:unannotated", NoParameters)],
)
def test_a_plain_function_makes_an_estimator(name: str, kind: type[BaseModel], declare: Declare) -> None:
    model = load_model(declare(model=f"tests.road.training.{name}"))

    assert isinstance(model, Sklearn)
    assert model.parameters is kind


def test_parameters_of_the_settings_become_the_model_s(repository: Training) -> None:
    assert Trainer.of(setting(repository, parameters={"trees": "7"})).parameters == Parameters(trees=7)


class Capital(BaseModel):
    C: PositiveFloat = 1.0


def capital(parameters: Capital, seed: int) -> LinearRegression:
    return LinearRegression(tol=parameters.C / (1 + seed))


def test_the_environment_may_write_a_parameter_in_lower_case_and_wins(declare: Declare) -> None:
    model = load_model(declare(model=f"{HOOK}:capital"))

    assert read_parameters(model, {"C": 3.0, "c": "0.5"}) == Capital(C=0.5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tree": 7}, r"settings are wrong: parameters\.tree: there is no such parameter; did you mean trees\?"),
        ({"trees": 0}, r"settings are wrong: parameters\.trees: Input should be greater than 0"),
        ({"trees": "many"}, r"settings are wrong: parameters\.trees: Input should be a valid integer"),
    ],
)
def test_parameters_that_are_wrong_are_named(given: dict[str, Any], said: str, declare: Declare) -> None:
    model = load_model(declare())

    with pytest.raises(UserError, match=said):
        read_parameters(model, given)
