"""`facts`: what a repo is, as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run


def test_technologies_are_told_by_the_radar_of_the_standard(
    run: Run, make_repo: Callable[..., Path], tmp_path: Path
) -> None:
    make_repo({"requirements.txt": "flask==3.0.0\n"})
    (tmp_path / "standard").mkdir()
    (tmp_path / "standard/goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\nradar: radar.yaml\n")
    (tmp_path / "standard/radar.yaml").write_text("web:\n  - {name: flask, match: {dependency: flask}, ring: trial}\n")

    shipped = json.loads(run("facts", "repo", "--format", "json").stdout)["technologies"]
    ours = json.loads(run("facts", "repo", "--format", "json", "--standard", "standard").stdout)["technologies"]

    assert [(row["name"], row["ring"], row["line"]) for row in shipped] == [("flask", "hold", 1)]
    assert [(row["category"], row["ring"]) for row in ours] == [("web", "trial")]


def test_a_line_says_where_its_file_is_test_data(run: Run, make_repo: Callable[..., Path]) -> None:
    make_repo({"requirements.txt": "flask\n", "tests/fixtures/requirements.txt": "torch\n"})

    lines = run("facts", "repo").stdout.splitlines()

    said = {line.split()[0]: "aside=fixture" in line for line in lines if "source=index" in line}
    assert said == {"requirements.txt:1": False, "tests/fixtures/requirements.txt:1": True}
