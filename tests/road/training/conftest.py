from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from road.core.brief import read_brief
from road.core.project import Project, read_project
from road.core.repository import Repository
from road.training.config import Training, TrainingSettings
from road.training.training import train

from tests.road.briefs import write_brief
from tests.road.training.shops import NOW, PROJECT, Declare, Trained, make_panel, setting


@pytest.fixture(scope="session")
def panel() -> pl.DataFrame:
    return make_panel()


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Give `declare(**changes)`: the invented project with other keys; None takes one out."""

    def make(**changes: Any) -> Project:
        content = {key: value for key, value in {**PROJECT, **changes}.items() if value is not None}
        (tmp_path / "project.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return read_project(tmp_path / "project.yaml")

    return make


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory, panel: pl.DataFrame) -> Training:
    """Give a repository that tests make others of, and that none changes."""
    folder = tmp_path_factory.mktemp("origin")
    panel.write_parquet(folder / "sales.parquet")
    (folder / "project.yaml").write_text(yaml.safe_dump(PROJECT, sort_keys=False), encoding="utf-8")
    settings = TrainingSettings(data=str(folder / "sales.parquet"), artifacts=folder / "artifacts", tracking=False)
    brief = read_brief(write_brief(folder))
    return Repository(settings=settings, brief=brief, project=read_project(folder / "project.yaml"))


@pytest.fixture
def repository(origin: Training, tmp_path: Path) -> Training:
    """Give the invented repository, with artifacts of its own."""
    return setting(origin, artifacts=tmp_path / "artifacts")


@pytest.fixture(scope="session")
def trained(origin: Training) -> Trained:
    """Give one training that many tests look at and none changes."""
    return origin, train(origin, started=NOW)
