"""Which commit a repo stood at on a day."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.history import commit_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Git, MakeRepo

FIRST = 1_700_000_000  # when `make_repo` commits
DAY = 86_400


def commit(folder: Path, moment: int, *options: str) -> str:
    """Commit at a moment, and return the commit."""
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **who, "GIT_COMMITTER_DATE": f"@{moment} +1200"}
    command = ["git", "commit", "-q", "--allow-empty", "-m", "parent 00\n\ncommitter > 1 +0000", *options]
    subprocess.run(command, cwd=folder, env=env, check=True)
    return subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_it_is_the_last_one_at_the_moment_or_before(make_repo: MakeRepo, git: Git, tmp_path: Path) -> None:
    repo = make_repo({"a": "1"})
    first = git(repo, "rev-parse", "HEAD")
    second = commit(repo, FIRST + DAY)
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare.git")

    for path in (repo, tmp_path / "bare.git"):
        assert commit_at(path, FIRST + DAY) == second
        assert commit_at(path, FIRST + DAY - 1) == first
        assert commit_at(path, FIRST) == first
        assert commit_at(path, FIRST - 1) is None
        assert commit_at(path, FIRST + DAY, ref="HEAD~1") == first


def test_only_first_parents_are_followed(make_repo: MakeRepo, git: Git) -> None:
    repo = make_repo({"a": "1"})
    first = git(repo, "rev-parse", "HEAD")
    git(repo, "switch", "-q", "-c", "side")
    commit(repo, FIRST + DAY)
    git(repo, "switch", "-q", "main")
    commit(repo, FIRST + 2 * DAY)
    git(repo, "merge", "-q", "--no-commit", "--no-ff", "side")
    merged = commit(repo, FIRST + 3 * DAY)

    assert commit_at(repo, FIRST + 3 * DAY) == merged
    assert commit_at(repo, FIRST + DAY) == first


def test_a_shallow_history_that_doesnt_reach_back_is_told(make_repo: MakeRepo, git: Git, tmp_path: Path) -> None:
    repo = make_repo({"a": "1"})
    second = commit(repo, FIRST + DAY)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo}", "shallow")

    assert commit_at(tmp_path / "shallow", FIRST + DAY) == second
    with pytest.raises(UnreadableError, match="its history is shallow and doesn't reach back so far"):
        commit_at(tmp_path / "shallow", FIRST)


def test_a_commit_that_is_missing_is_told(make_repo: MakeRepo, git: Git) -> None:
    repo = make_repo({"a": "1"})
    first = git(repo, "rev-parse", "HEAD")
    commit(repo, FIRST + DAY)
    (repo / ".git/objects" / first[:2] / first[2:]).unlink()

    with pytest.raises(UnreadableError, match=f"object {first[:12]} is missing"):
        commit_at(repo, FIRST)


def test_a_repo_without_a_commit_cant_be_read(tmp_path: Path, git: Git) -> None:
    git(tmp_path, "init", "-q", "-b", "main")

    with pytest.raises(UnreadableError, match="there is no commit on 'main'"):
        commit_at(tmp_path, FIRST)
