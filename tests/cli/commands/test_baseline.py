"""`--baseline` and `--since`: an earlier run decides what is new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

POLICY = """\
- id: has-readme
  title: There is a README
  capability: ownership
  level: 1
  severity: low
  enforcement: {block: 2026-01-01}
  file: {exists: README.md}
  rationale: People start there.
- id: non-root
  title: Containers don't run as root
  capability: security
  level: 2
  severity: high
  enforcement: {block: 2026-01-01}
  fact: {table: containers, each: {user: {not_in: [root]}}, missing: not_applicable}
  rationale: A breakout starts as root.
"""


@pytest.fixture
def drift(tmp_path: Path, make_repo: Callable[..., Path], run: Run) -> Callable[..., tuple[int, str]]:
    """Give `drift(*options)` over one repo without a README, of which before.json tells."""
    folder = tmp_path / "standard"
    (folder / "policies").mkdir(parents=True)
    (folder / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\npolicies: policies/\n")
    (folder / "policies/all.yaml").write_text(POLICY)
    make_repo({"x.py": ""}, "fleet/one")

    def call(*options: str) -> tuple[int, str]:
        done = run("drift", "fleet", "--standard", str(folder), *options)
        return done.returncode, done.stdout + done.stderr

    assert call("--format", "json", "--output", "before.json")[0] == 1
    return call


def worsen(tmp_path: Path, git: Callable[..., str]) -> None:
    repo = tmp_path / "fleet/one"
    (repo / "Dockerfile").write_text("FROM x\nUSER root\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "worse")


def test_only_what_is_new_decides_the_exit_code(
    drift: Callable[..., tuple[int, str]], tmp_path: Path, git: Callable[..., str]
) -> None:
    code, said = drift("--baseline", "before.json")
    worsen(tmp_path, git)
    later, told = drift("--baseline", "before.json")

    assert (code, later) == (0, 1)
    assert "1 finding known from the baseline; 0 new" in said
    assert "1 finding known from the baseline; 1 new" in told
    assert "has-readme" not in told
    assert "has-readme" in drift("--baseline", "before.json", "--all")[1]


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_the_tables_of_a_fleet_count_only_what_is_new(
    form: str, drift: Callable[..., tuple[int, str]], tmp_path: Path, make_repo: Callable[..., Path]
) -> None:
    make_repo({"x.py": ""}, "fleet/two")

    said = drift("--baseline", "before.json", "--format", form)[1]

    rows = {line.replace("|", " ").replace("`", "").split()[0]: line for line in said.splitlines() if line.strip(" |-")}
    assert (tmp_path / "fleet/two").is_dir()
    counts = {name: rows[name].replace("|", " ").replace("`", "").split()[1:5] for name in ("one", "two")}
    assert counts == {"one": ["0", "0", "0", "0"], "two": ["0", "1", "0", "0"]}
    if form == "terminal":
        assert "New findings: 1 block, 0 warn, 0 audit, 0 planned, 0 waived" in said
        assert "1 finding known from the baseline, counted nowhere below" in said
        assert rows["has-readme"].split()[-4:] == ["1", "of", "2", "1"]


def test_since_tells_what_changed(
    drift: Callable[..., tuple[int, str]], tmp_path: Path, git: Callable[..., str]
) -> None:
    worsen(tmp_path, git)

    said = drift("--since", "before.json")[1]
    told = json.loads(drift("--since", "before.json", "--format", "json")[1])

    assert "1 new finding, 0 gone" in said
    assert "has-readme" not in said
    assert [(item["policy"], item["place"]) for item in told["new"]] == [("non-root", "Dockerfile:2")]


def test_since_knows_two_formats(drift: Callable[..., tuple[int, str]]) -> None:
    code, said = drift("--since", "before.json", "--format", "csv")

    assert (code, "terminal or json" in said) == (2, True)
