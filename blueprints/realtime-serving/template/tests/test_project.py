"""Holds the project to its promises: the model that is named is served by the brief's numbers."""

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml
from road.core.brief import read_brief
from road.core.bundle import Bundle
from road.core.location import load_bundle
from road.serving import application, is_enforced
from road.serving.config import ServingSettings
from starlette.testclient import TestClient

CLOSE = 1e-3
BRIEF = read_brief(Path("brief.yaml"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The server with the model of the settings, which its gate has let in, and all hooks."""
    headers: dict[str, str] = {}  # what the hook `authenticate` asks for, where there is one
    with TestClient(application(), headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """The model, with rows that it never saw and what it said of them where it was trained."""
    return load_bundle(ServingSettings.read().model)


@pytest.fixture(scope="module")
def expected(bundle: Bundle) -> object:
    """A number for each of these rows, or the probability of each label."""
    numbers = np.ravel(bundle.manifest.examples.expected).tolist()
    assert numbers, "train it anew: it carries no examples"
    return pytest.approx(numbers, rel=CLOSE, abs=CLOSE)


def test_the_server_predicts_what_training_predicted(
    client: TestClient, bundle: Bundle, expected: object
) -> None:
    answer = client.post("/predict", json={"rows": bundle.manifest.examples.rows}).json()

    assert np.ravel(answer.get("probabilities", answer["predictions"])).tolist() == expected


def test_so_it_does_by_the_open_inference_protocol(
    client: TestClient, bundle: Bundle, expected: object
) -> None:
    name, rows = bundle.manifest.name, bundle.manifest.examples.rows
    inputs = [
        {**tensor, "shape": [len(rows)], "data": [row[tensor["name"]] for row in rows]}
        for tensor in client.get(f"/v2/models/{name}").json()["inputs"]
    ]

    answer = client.post(f"/v2/models/{name}/infer", json={"inputs": inputs})

    assert answer.json()["outputs"][-1]["data"] == expected


def test_hooks_may_stand_in_the_package() -> None:
    assert importlib.import_module(BRIEF.project.replace("-", "_"))


def test_every_number_of_the_brief_is_used() -> None:
    idle = [path for path in BRIEF.demands() if not is_enforced(path)]

    assert idle == [], "use these, or take them out of the brief"


def test_alerts_and_dashboard_are_those_of_the_brief(tmp_path: Path) -> None:
    for name in ("brief.yaml", "project.yaml", "settings.toml"):
        shutil.copy(name, tmp_path)

    command = [sys.executable, "-m", "road.serving", "alerts"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    subprocess.run(command, cwd=tmp_path, env=kept, check=True)  # noqa: S603 - our own interpreter

    for made in (tmp_path / "monitoring").iterdir():
        assert made.read_text() == Path("monitoring", made.name).read_text(), "run `make alerts`"


def test_every_alert_has_its_place_in_the_runbook() -> None:
    lines = Path("docs/runbook.md").read_text().splitlines()
    places = {line.lower().lstrip("# ").replace(" ", "-") for line in lines if line[:2] == "##"}
    groups = yaml.safe_load(Path("monitoring/alerts.yaml").read_text())["groups"]
    told = [rule["annotations"]["runbook"] for group in groups for rule in group["rules"]]

    assert told
    assert [each for each in told if each.partition("#")[2] not in places] == []


def test_kubernetes_waits_longer_than_the_server_takes_to_leave() -> None:
    deployment = next(yaml.safe_load_all(Path("deploy/kubernetes.yaml").read_text()))
    settings = ServingSettings.read()

    patience = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert patience > settings.drain_seconds + settings.stop_seconds


def test_what_the_brief_points_at_is_there() -> None:
    asked = BRIEF.concerns
    concerns = (asked.privacy, asked.ethics, asked.regulation, asked.security)
    paths = {concern.evidence for concern in concerns} | set(BRIEF.decisions)

    assert {path for path in paths if not Path(path).is_file()} == set()
