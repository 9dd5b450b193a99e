from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from road.serving.guard import FREE

from goldenpath import _yaml
from goldenpath.catalog.catalog import read_catalog
from goldenpath.catalog.compose import compose
from goldenpath.catalog.create import Options, Order, Source, create
from goldenpath.standard import BUILTIN, read_standard
from tests.road.serving.servers import running

NAME = "realtime-serving"
STANDARD = read_standard(BUILTIN)
BLUEPRINT = next(b for b in read_catalog(STANDARD.blueprints).blueprints if b.name == NAME)
ANSWERS: dict[str, Any] = _yaml.load((BLUEPRINT.folder / "tests" / "answers.yaml").read_text(encoding="utf-8"))
# The published schemas, strict; a hundred megabytes that only this needs.
VALIDATOR = "kubernetes-validate==1.37.0"


@pytest.fixture(scope="module", params=sorted(ANSWERS))
def repo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the blueprint with one set of answers, without a lock."""
    return rendered(ANSWERS[request.param], tmp_path_factory.mktemp("roads") / "road")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render it with the answers that most take."""
    return rendered({}, tmp_path_factory.mktemp("roads") / "road")


def rendered(answers: dict[str, Any], place: Path) -> Path:
    order = Order(
        blueprint=BLUEPRINT,
        template=compose(BLUEPRINT),
        version=BLUEPRINT.unreleased,
        source=Source(standard=STANDARD.source, ref=STANDARD.ref, url=STANDARD.url_of(NAME)),
        answers=answers,
        destination=place,
    )
    made = create(order, Options(lock=False, git=False), step=lambda _: None)
    assert made is not None
    return made.folder


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command with our own environment, which has the road and all that it needs."""
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "src",
    }
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, check=False)


def test_every_answer_gives_clean_and_formatted_code(repo: Path) -> None:
    lint = run("ruff", "check", "--no-cache", cwd=repo)
    form = run("ruff", "format", "--check", "--diff", "--no-cache", cwd=repo)

    assert lint.returncode == 0, lint.stdout.decode()
    assert form.returncode == 0, form.stdout.decode()


def test_every_answer_gives_the_alerts_and_the_dashboard_that_the_road_makes(repo: Path) -> None:
    files = [repo / "monitoring" / name for name in ("alerts.yaml", "dashboard.json")]
    shipped = [file.read_text(encoding="utf-8") for file in files]

    done = run(sys.executable, "-m", "road.serving", "alerts", cwd=repo)

    assert done.returncode == 0, done.stderr.decode()
    assert [file.read_text(encoding="utf-8") for file in files] == shipped
    assert json.loads(shipped[1])["panels"]


def test_the_project_keeps_its_promises(usual: Path) -> None:
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=usual)

    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.parametrize("script", ["client.py", "triton_client.py"])
def test_the_examples_for_clients_work(usual: Path, script: str) -> None:
    settings = tomllib.loads((usual / "settings.toml").read_text(encoding="utf-8"))
    with running(usual, model=settings["model"]) as server:
        address = f"127.0.0.1:{server.port}"
        url = address if script.startswith("triton") else f"http://{address}"
        done = run(sys.executable, f"scripts/{script}", url, cwd=usual)

    assert done.returncode == 0, done.stderr.decode()
    assert b"departures" in done.stdout


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not here")
def test_prometheus_takes_the_alert_rules(repo: Path) -> None:
    done = run("promtool", "check", "rules", "monitoring/alerts.yaml", cwd=repo)

    assert done.returncode == 0, done.stderr.decode()
    assert b"8 rules found" in done.stdout


def validate(file: Path) -> subprocess.CompletedProcess[bytes]:
    uvx = Path(sys.executable).with_name("uvx")
    return subprocess.run([uvx, "--quiet", VALIDATOR, "--strict", file], capture_output=True, check=False)


@pytest.mark.slow
def test_kubernetes_takes_the_deployment(repo: Path) -> None:
    done = validate(repo / "deploy" / "kubernetes.yaml")

    assert done.returncode == 0, done.stdout.decode()
    assert [kind in done.stdout for kind in (b"resource deployment/", b"resource service/")] == [True, True]
    assert b"WARN" not in done.stdout, "a kind without a schema"


@pytest.mark.slow
def test_kubernetes_would_not_take_a_slip(repo: Path, tmp_path: Path) -> None:
    text = (repo / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8")
    slip = tmp_path / "kubernetes.yaml"
    slip.write_text(text.replace("readinessProbe:", "readynessProbe:"), encoding="utf-8")

    done = validate(slip)

    assert done.returncode == 1
    assert b"readynessProbe" in done.stdout


def test_the_deployment_asks_the_routes_that_the_server_has(usual: Path) -> None:
    text = (usual / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8").partition("---")[0]
    container = _yaml.load(text)["spec"]["template"]["spec"]["containers"][0]
    asked = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")}

    assert asked == {"startup": "/health/ready", "readiness": "/health/ready", "liveness": "/health/live"}
    assert set(asked.values()) <= FREE


def test_what_is_the_teams_is_small(usual: Path) -> None:
    """As few files and lines as a team can know; `road/` is the platform's."""
    ours = [file for file in usual.rglob("*") if file.is_file() and "road" not in file.relative_to(usual).parts]
    python = [file for file in ours if file.suffix == ".py"]
    lines = {folder: sum(map(lines_of, python_in(python, usual / folder))) for folder in ("src", "scripts", "tests")}

    assert len(ours) <= 45
    assert lines["src"] + lines["scripts"] <= 120
    assert lines["tests"] <= 150


def python_in(files: list[Path], folder: Path) -> list[Path]:
    return [file for file in files if file.is_relative_to(folder)]


def lines_of(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_the_sample_is_the_bundle_that_its_checksums_name(usual: Path) -> None:
    done = run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=usual / "models" / "departures")

    assert done.returncode == 0, done.stdout.decode()
