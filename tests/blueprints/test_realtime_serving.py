from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from goldenpath import _yaml
from goldenpath.catalog.catalog import read_catalog
from goldenpath.catalog.compose import compose
from goldenpath.catalog.create import Options, Order, Source, create
from goldenpath.standard import BUILTIN, read_standard

NAME = "realtime-serving"
STANDARD = read_standard(BUILTIN)
BLUEPRINT = next(b for b in read_catalog(STANDARD.blueprints).blueprints if b.name == NAME)
ANSWERS: dict[str, Any] = _yaml.load((BLUEPRINT.folder / "tests" / "answers.yaml").read_text(encoding="utf-8"))
# The published schemas, strict; a hundred megabytes that only this needs.
VALIDATOR = "kubernetes-validate==1.37.0"
# What the rendered repo's own code makes of its brief; it needs no more than we have ourselves.
MADE = """
import sys
from pathlib import Path
sys.path.insert(0, "src")
from importlib import import_module
package = next(Path("src").iterdir()).name
brief = import_module(package + ".brief").read_brief(Path("brief.yaml"))
rules = import_module(package + ".monitoring").alert_rules(brief)
board = import_module(package + ".dashboard").dashboard(brief)
sys.stdout.buffer.write((rules + "\\0" + board).encode())
"""


@pytest.fixture(scope="module", params=sorted(ANSWERS))
def repo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the blueprint with one set of answers, without a lock."""
    order = Order(
        blueprint=BLUEPRINT,
        template=compose(BLUEPRINT),
        version=BLUEPRINT.unreleased,
        source=Source(standard=STANDARD.source, ref=STANDARD.ref, url=STANDARD.url_of(NAME)),
        answers=ANSWERS[request.param],
        destination=tmp_path_factory.mktemp("roads") / "road",
    )
    made = create(order, Options(lock=False, git=False), step=lambda _: None)
    assert made is not None
    return made.folder


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    env = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, check=False)


def test_every_answer_gives_clean_and_formatted_code(repo: Path) -> None:
    lint = run("ruff", "check", "--no-cache", cwd=repo)
    form = run("ruff", "format", "--check", "--diff", "--no-cache", cwd=repo)

    assert lint.returncode == 0, lint.stdout.decode()
    assert form.returncode == 0, form.stdout.decode()


def test_every_answer_gives_the_alerts_and_the_dashboard_that_the_code_makes(repo: Path) -> None:
    made = run(sys.executable, "-c", MADE, cwd=repo)

    assert made.returncode == 0, made.stderr.decode()
    rules, board = made.stdout.decode().split("\0")
    assert (repo / "monitoring" / "alerts.yaml").read_text(encoding="utf-8") == rules
    assert (repo / "monitoring" / "dashboard.json").read_text(encoding="utf-8") == board
    assert json.loads(board)["panels"]


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


def test_the_deployment_waits_longer_than_the_server_takes_to_leave(repo: Path) -> None:
    text = (repo / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8").partition("---")[0]
    pod = _yaml.load(text)["spec"]["template"]["spec"]
    config = next(repo.glob("src/*/config.py")).read_text(encoding="utf-8")
    seconds = [
        float(line.partition("=")[2]) for line in config.splitlines() if line.strip().startswith(("drain_", "stop_"))
    ]

    assert len(seconds) == 2
    assert pod["terminationGracePeriodSeconds"] > sum(seconds)
    assert pod["containers"][0]["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert pod["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/health/ready"


def test_the_sample_is_the_bundle_that_its_checksums_name(repo: Path) -> None:
    done = run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=repo / "models" / "departures")

    assert done.returncode == 0, done.stdout.decode()
