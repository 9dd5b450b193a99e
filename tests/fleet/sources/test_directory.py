from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.fleet.sources.directory import Directory
from goldenpath.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def paths(root: Path) -> list[str]:
    return [os.path.relpath(repo.path, root) for repo in Directory(path=str(root)).list().repos]


def test_work_trees_and_bare_repos_are_found_by_path(
    tmp_path: Path, make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    make_repo({"a": ""}, "b/work")
    git(tmp_path, "clone", "-q", "--bare", "b/work", "a/bare.git")
    (tmp_path / "notes").mkdir()

    fleet = Directory(path=str(tmp_path)).list()

    assert [(repo.id, repo.name, repo.path) for repo in fleet.repos] == [
        ("a/bare.git", "bare", str(tmp_path / "a/bare.git")),
        ("b/work", "work", str(tmp_path / "b/work")),
    ]
    assert fleet.problems == ()


def test_a_work_tree_is_not_searched_for_more_repos(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": ""}, "outer")
    git(repo, "init", "-q", "inner")

    assert paths(repo.parent) == ["outer"]


def test_the_folder_itself_may_be_a_repo(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"a": ""}, "fraud")

    [found] = Directory(path=str(repo)).list().repos

    assert (found.id, found.path) == ("fraud", str(repo))


def test_links_to_folders_are_not_followed(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "outside/repo")
    (tmp_path / "fleet").mkdir()
    (tmp_path / "fleet" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "fleet" / "loop").symlink_to(".")

    assert paths(tmp_path / "fleet") == []


def test_a_linked_work_tree_counts_only_where_its_repo_is_not_there(
    tmp_path: Path, make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo({"a": ""}, "z/main")
    for name in ("one", "two"):
        git(repo, "worktree", "add", "-q", "-b", name, str(tmp_path / "linked" / name))

    assert paths(tmp_path) == ["z/main"]
    assert paths(tmp_path / "linked") == ["one"]


def test_a_broken_repo_is_listed_so_that_it_is_counted(tmp_path: Path) -> None:
    (tmp_path / "broken" / ".git").mkdir(parents=True)
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / ".git").write_text("gitdir: /nowhere\n")

    fleet = Directory(path=str(tmp_path)).list()

    assert [repo.id for repo in fleet.repos] == ["broken", "lost"]
    for repo in fleet.repos:
        with pytest.raises(UnreadableError):
            open_snapshot(repo)


def test_a_folder_that_cannot_be_listed_is_a_problem(folder_as_nobody: Path, git: Callable[..., str]) -> None:
    git(folder_as_nobody, "init", "-q", "fine")
    (folder_as_nobody / "closed").mkdir(mode=0o000)

    fleet = Directory(path=str(folder_as_nobody)).list()

    assert [repo.id for repo in fleet.repos] == ["fine"]
    assert [(problem.path, problem.reason) for problem in fleet.problems] == [
        (str(folder_as_nobody / "closed"), "it can't be listed: Permission denied")
    ]


def test_a_repo_that_may_not_be_read_is_listed_so_that_it_is_counted(
    folder_as_nobody: Path, git: Callable[..., str]
) -> None:
    git(folder_as_nobody, "init", "-q", "closed")
    (folder_as_nobody / "closed" / ".git").chmod(0)

    [repo] = Directory(path=str(folder_as_nobody)).list().repos

    with pytest.raises(UnreadableError):
        open_snapshot(repo)


def test_a_folder_without_a_repo_is_a_problem(tmp_path: Path) -> None:
    [problem] = Directory(path=str(tmp_path)).list().problems

    assert "no git repo" in problem.reason
