"""Settings of training: where things are and how a run goes."""

from pathlib import Path

from pydantic import PositiveInt

from road.core.settings import CommonSettings
from road.training.parameters import Parameters


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
