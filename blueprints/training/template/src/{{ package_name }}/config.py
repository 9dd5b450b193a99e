"""Settings of training: where things are and how the model is fitted."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt

from .settings import CommonSettings


class Parameters(BaseModel):
    """Hyperparameters of the gradient boosting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    loss: Literal["absolute_error", "squared_error"] = "absolute_error"
    max_iter: PositiveInt = 300
    learning_rate: PositiveFloat = 0.05
    max_leaf_nodes: PositiveInt = 31


class TrainingSettings(CommonSettings):
    """Everything that a training run can be told; recorded with each run."""

    data: Path = Path("data/departures.parquet")
    artifacts: Path = Path("artifacts")
    test_days: PositiveInt = 56
    seed: int = 2013
    threads: PositiveInt = 1
    parameters: Parameters = Parameters()
    code_commit: str | None = None
    tracking: bool = True
    tracking_uri: str | None = None
