"""Settings of training: where things are and how a run goes."""

from pathlib import Path
from typing import Any

from pydantic import Field, PositiveInt

from road.core.repository import Repository
from road.core.settings import CommonSettings


class TrainingSettings(CommonSettings):
    """Everything that a training run can be told; recorded with each run."""

    data: str = Field(description="Where the data is: a Parquet file, or what the hook `source` takes.")
    artifacts: Path = Path("artifacts")
    seed: int = 2013
    threads: PositiveInt = 1
    parameters: dict[str, Any] = Field(default={}, description="Those of the model, which checks them.")
    code_commit: str | None = None
    tracking: bool = True
    tracking_uri: str | None = None


Training = Repository[TrainingSettings]
"""What every command of training is given."""
