from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from {{ package_name }}.brief import Brief, read_brief
from {{ package_name }}.config import TrainingSettings
from {{ package_name }}.runs import Run
from {{ package_name }}.training import train

from .efforts import QUICK

NOW = datetime(2014, 1, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="session")
def panel() -> pl.DataFrame:
    return pl.read_parquet("data/departures.parquet")


@pytest.fixture(scope="session")
def brief() -> Brief:
    return read_brief(Path("brief.yaml"))


@pytest.fixture
def settings(tmp_path: Path) -> TrainingSettings:
    return TrainingSettings(artifacts=tmp_path, parameters=QUICK, tracking=False)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, brief: Brief) -> tuple[TrainingSettings, Run]:
    """One quick training that many tests look at and none changes."""
    artifacts = tmp_path_factory.mktemp("artifacts")
    settings = TrainingSettings(artifacts=artifacts, parameters=QUICK, tracking=False)
    return settings, train(settings, brief, started=NOW)
