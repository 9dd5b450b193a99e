"""`stack`: what a fleet runs, by the radar."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

RADAR = """\
serving:
  - {name: fastapi, match: {dependency: fastapi}, ring: adopt}
  - {name: flask, match: {dependency: flask}, ring: hold, successor: fastapi, until: 2027-06-30}
"""


@pytest.fixture
def standard(tmp_path: Path) -> Path:
    folder = tmp_path / "standard"
    (folder / "policies").mkdir(parents=True)
    (folder / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\nradar: radar.yaml\npolicies: policies/\n")
    (folder / "radar.yaml").write_text(RADAR)
    (folder / "policies/broken.yaml").write_text("- id: no-policy\n")
    return folder


@pytest.fixture
def fleet(make_repo: Callable[..., Path]) -> str:
    make_repo({"requirements.txt": "fastapi==0.115.0\n"}, "fleet/new")
    make_repo({"requirements.txt": "flask==3.0.0\nfastapi\n"}, "fleet/old")
    return "fleet"


def test_it_shows_rings_and_repos_whatever_the_policies_are(run: Run, fleet: str, standard: Path) -> None:
    done = run("stack", fleet, "--standard", str(standard))

    assert (done.returncode, done.stderr) == (0, "")
    assert "flask (1) -> fastapi until 2027-06-30" in done.stdout
    assert "fastapi (2)" in done.stdout


def test_it_is_the_same_whoever_does_the_work(run: Run, fleet: str, standard: Path) -> None:
    one, two = (
        run("stack", fleet, "--standard", str(standard), "--format", "json", "--jobs", jobs).stdout for jobs in "12"
    )

    assert one == two
    assert json.loads(one)["categories"][0]["share_on_adopt"] == pytest.approx(2 / 3, abs=1e-4)


def test_a_repo_that_can_t_be_read_is_no_clean_run(run: Run, fleet: str, standard: Path, tmp_path: Path) -> None:
    (tmp_path / "fleet/bad.git/refs").mkdir(parents=True)
    (tmp_path / "fleet/bad.git/objects").mkdir()
    (tmp_path / "fleet/bad.git/HEAD").write_text("ref: refs/heads/main\n")

    assert run("stack", fleet, "--standard", str(standard)).returncode == 3
    assert run("stack", fleet, "--standard", str(standard), "--max-unreadable", "1").returncode == 0


def test_a_standard_without_a_radar_is_told(run: Run, fleet: str, standard: Path) -> None:
    (standard / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\n")

    done = run("stack", fleet, "--standard", str(standard))

    assert done.returncode == 2
    assert "has no radar" in done.stderr
