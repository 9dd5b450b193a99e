from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from road.core.brief import read_brief
from road.core.bundle import Bundle
from road.core.project import Project
from road.core.repository import Repository
from road.serving.app import assemble
from road.serving.config import ServingSettings
from road.serving.service import Service
from starlette.testclient import TestClient

from tests.road.briefs import write_brief
from tests.road.serving.cafes import OUTPUTS, add_cafe
from tests.road.serving.models import add_bundle
from tests.road.serving.registries import add_model, point

logging.getLogger("httpx2").setLevel(logging.WARNING)

Make = Callable[..., Repository[ServingSettings]]
Open = Callable[..., TestClient]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a bundle."""
    folder = tmp_path_factory.mktemp("models") / "stalls"
    add_bundle(folder)
    return folder


@pytest.fixture(scope="session")
def bundle(model: Path) -> Bundle:
    """Give the same bundle, loaded."""
    return Bundle.load(model)


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Give a registry whose champion gives the sum of a row."""
    folder = tmp_path / "registry"
    point(folder, add_model(folder, 1.0))
    return folder


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a repository's folder: a brief that the model meets, and a project that declares nothing."""
    folder = tmp_path_factory.mktemp("repository")
    write_brief(folder, metric="wape", threshold=0.2, min_gain=0.05)
    (folder / "project.yaml").write_text("version: 1\n")
    return folder


@pytest.fixture
def make(model: Path, place: Path) -> Make:
    """Make a repository with some settings."""

    def made(**settings: Any) -> Repository[ServingSettings]:
        given = {"model": str(model), "max_rows": 100, "watch_seconds": 0, **settings}
        brief, project = read_brief(place / "brief.yaml"), Project(version=1)
        return Repository(settings=ServingSettings(**given), brief=brief, project=project)

    return made


@pytest.fixture
def service(make: Make) -> Service:
    return Service(make())


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(assemble(service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def cafes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the folder of a bundle for each kind of output."""
    folder = tmp_path_factory.mktemp("cafes")
    for kind in OUTPUTS:
        add_cafe(folder / kind, kind)
    return {kind: folder / kind for kind in OUTPUTS}


@pytest.fixture
def serve(cafes: dict[str, Path], make: Make) -> Iterator[Open]:
    """Serve a bundle by its kind."""
    opened: list[TestClient] = []

    def served(kind: str, **settings: Any) -> TestClient:
        client = TestClient(assemble(Service(make(model=str(cafes[kind]), **settings))), raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield served
    for client in opened:
        client.__exit__(None, None, None)
