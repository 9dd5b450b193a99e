import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from {{ package_name }}.app import create_app
from {{ package_name }}.brief import Brief, read_brief
from {{ package_name }}.config import ServingSettings
from {{ package_name }}.service import Service

logging.getLogger("httpx2").setLevel(logging.WARNING)

MODEL = Path("models/departures")


@pytest.fixture(scope="session")
def brief() -> Brief:
    """The brief, content with any model: tests hold whatever the brief asks."""
    brief = read_brief(Path("brief.yaml"))
    content = {"threshold": 100.0, "min_gain": 0.0}
    requirement = brief.objective.requirement.model_copy(update=content)
    objective = brief.objective.model_copy(update={"requirement": requirement})
    return brief.model_copy(update={"objective": objective})


@pytest.fixture(scope="session")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief that asks for no good model, so that tests hold whatever the brief asks."""
    brief = yaml.safe_load(Path("brief.yaml").read_text())
    brief["objective"]["requirement"] |= {"threshold": 100.0, "min_gain": 0.0}
    file = tmp_path_factory.mktemp("brief") / "brief.yaml"
    file.write_text(yaml.safe_dump(brief))
    return file


@pytest.fixture(scope="session")
def examples() -> list[dict[str, Any]]:
    """Rows of the sample with what training's own model predicted for them."""
    content: list[dict[str, Any]] = json.loads(Path("models/examples.json").read_text())
    return content


@pytest.fixture(scope="session")
def rows(examples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [example["row"] for example in examples]


@pytest.fixture
def settings() -> ServingSettings:
    return ServingSettings(model=str(MODEL), max_rows=100, watch_seconds=0)


@pytest.fixture
def service(settings: ServingSettings, brief: Brief) -> Service:
    return Service(settings, brief)


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client
