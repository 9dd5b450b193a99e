"""The model of a project that names none: boosted trees, which take what is missing and need no scaling."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, PositiveFloat, PositiveInt
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from road.core.manifest import Output
from road.training.hooks import Model
from road.training.sklearn import Sklearn


class TreeParameters(BaseModel):
    """How the trees are grown; the table `parameters` of settings.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_iter: PositiveInt = 150
    learning_rate: PositiveFloat = 0.08
    max_leaf_nodes: PositiveInt = 31
    min_samples_leaf: PositiveInt = 20
    l2_regularization: NonNegativeFloat = 0.0


class RegressionParameters(TreeParameters):
    """Those of numbers."""

    loss: Literal["squared_error", "absolute_error"] = "squared_error"


def trees_for(output: Output) -> Model:
    """Give the trees that fit what is predicted."""
    if output.kind == "class":
        return Sklearn(make_classifier, TreeParameters)
    return Sklearn(make_regressor, RegressionParameters)


def make_classifier(parameters: TreeParameters, seed: int) -> HistGradientBoostingClassifier:
    """Give trees for classes, not fitted yet."""
    return HistGradientBoostingClassifier(**parameters.model_dump(), early_stopping=False, random_state=seed)


def make_regressor(parameters: RegressionParameters, seed: int) -> HistGradientBoostingRegressor:
    """Give trees for numbers, not fitted yet."""
    return HistGradientBoostingRegressor(**parameters.model_dump(), early_stopping=False, random_state=seed)
