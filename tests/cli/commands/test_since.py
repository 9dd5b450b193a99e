"""`drift --since DATE`: each repo as it was, judged as of that day, against each repo as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.snapshot.test_history import DAY, FIRST, commit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run
    from tests.conftest import Git, MakeRepo

POLICIES = """\
- id: has-readme
  title: There is a README
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2020-01-01, block: 2024-01-01}
  file: {exists: README.md}
  rationale: People start there.
- id: few-secrets
  title: No key
  capability: security
  level: 1
  severity: high
  enforcement: {audit: 2020-01-01}
  file: {absent: "*.key"}
  rationale: Keys are secret.
"""
THEN = "2023-11-15"  # the day after `make_repo` commits


@pytest.fixture
def fleet(tmp_path: Path, make_repo: MakeRepo, git: Git) -> Path:
    """Give a fleet in which one finding came, one went, one only grew older, one repo is new, one is cut off."""
    standard = tmp_path / "standard"
    (standard / "policies").mkdir(parents=True)
    (standard / "goldenpath.yaml").write_text("name: acme\nversion: 1.0.0\npolicies: policies/\n")
    (standard / "policies/all.yaml").write_text(POLICIES)
    for name, then, now in (
        ("came", {"README.md": ""}, {"README.md": "", "x.key": ""}),
        ("went", {"x": ""}, {"x": "", "README.md": ""}),
        ("aged", {"x": ""}, {"x": ""}),
        ("late", {"x": ""}, {"README.md": ""}),
    ):
        repo = make_repo(then, f"fleet/{name}")
        for path in now:
            (repo / path).write_text("")
        git(repo, "add", "-A")
        commit(repo, FIRST + 9 * DAY, *(["--amend"] if name == "late" else []))
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}/fleet/aged", "fleet/shallow")
    git(tmp_path, "clone", "-q", "--bare", str(tmp_path / "fleet/came"), "fleet/bare.git")
    return tmp_path


def changes(run: Run, *options: str) -> dict[str, Any]:
    """Return what changed."""
    done = run("drift", "fleet", "--standard", "standard", "--format", "json", "--since", THEN, *options)
    assert done.returncode == 1, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_came_went_and_aged_is_told_apart(call: Run, jobs: str) -> None:
    found = changes(call, "--jobs", jobs)

    def told(kind: str) -> list[tuple[str, str]]:
        return [(item["repo"].rpartition("/")[2], item["policy"]) for item in found[kind]]

    assert (found["since"]["as_of"], found["since"]["standard"]) == (THEN, "acme 1.0.0")
    assert told("new") == [("bare.git", "few-secrets"), ("came", "few-secrets")]
    assert told("gone") == [("went", "has-readme")]
    assert [
        (*pair, item["before"], item["stage"]) for pair, item in zip(told("stages"), found["stages"], strict=True)
    ] == [("aged", "has-readme", "audit", "block")]
    assert [name.rpartition("/")[2] for name in found["repos"]["came"]] == ["late"]
    assert [(item["repo"].rpartition("/")[2], item["reason"]) for item in found["unknown"]] == [
        ("shallow", "its history is shallow and doesn't reach back so far")
    ]


@pytest.mark.usefixtures("fleet")
def test_a_clone_that_lacks_files_of_then_is_told(call: Run, make_repo: MakeRepo, git: Git) -> None:
    repo = make_repo({"x": "as it was"}, "fleet/partial")
    blob = git(repo, "rev-parse", "HEAD:x")
    (repo / "x").write_text("as it is")
    git(repo, "add", "-A")
    commit(repo, FIRST + 9 * DAY)
    (repo / ".git/objects" / blob[:2] / blob[2:]).unlink()

    found = changes(call)

    (reason,) = [item["reason"] for item in found["unknown"] if item["repo"] == "partial"]
    assert reason.startswith("1 of its 1 files as they were at ")
    assert "partial" not in {item["repo"] for item in (*found["new"], *found["gone"])}


@pytest.mark.usefixtures("fleet")
def test_a_person_reads_it_in_sections(call: Run) -> None:
    done = call("drift", "fleet", "--standard", "standard", "--since", THEN)

    assert done.stdout.startswith(f"Since {THEN}, by acme 1.0.0; now ")
    assert "block    has-readme: 1 finding in 1 repo (was audit)" in done.stdout
    assert "Repos that couldn't be read as they were, so that nobody knows what changed (1)" in done.stdout


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("2023-13-01", "--since 2023-13-01 is no date"),
        ("2999-01-01", "--since 2999-01-01 is later than"),
        ("last-week", "last-week: can't be read: No such file"),
    ],
)
def test_a_day_that_is_none_or_is_to_come_is_told(call: Run, said: str, told: str) -> None:
    done = call("drift", "fleet", "--standard", "standard", "--since", said)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.usefixtures("fleet")
def test_a_file_that_is_named_like_a_day_is_a_file(call: Run, fleet: Path) -> None:
    call("drift", "fleet", "--standard", "standard", "--format", "json", "--output", THEN)

    assert changes(call)["since"]["as_of"] != THEN
    assert (fleet / THEN).is_file()
