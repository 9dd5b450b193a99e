from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.fleet import SOURCES, Directory, Listing, load, source_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_two_clones_of_one_origin_are_both_kept_under_stable_ids(
    tmp_path: Path, make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    for name in ("work/fraud", "copies/fraud", "copies/deep/fraud"):
        git(make_repo({"a": name}, name), "remote", "add", "origin", "git@git.example.org:acme/fraud.git")

    first, second = load([Directory(path=str(tmp_path))]), load([Directory(path=str(tmp_path))])

    assert first == second
    assert {repo.id: repo.path for repo in first.repos} == {
        "git.example.org/acme/fraud": str(tmp_path / "copies/deep/fraud"),
        "git.example.org/acme/fraud#copies/fraud": str(tmp_path / "copies/fraud"),
        "git.example.org/acme/fraud#work/fraud": str(tmp_path / "work/fraud"),
    }


def test_folders_that_overlap_give_each_repo_once(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "team/one")
    make_repo({"a": ""}, "two")

    fleet = load([Directory(path=str(tmp_path)), Directory(path=str(tmp_path / "team"))])

    assert [repo.id for repo in fleet.repos] == ["team/one", "two"]


def test_equal_names_in_two_folders_stay_apart(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "left/app")
    make_repo({"a": ""}, "right/app")

    fleet = load([Directory(path=str(tmp_path / "left")), Directory(path=str(tmp_path / "right"))])

    assert len({repo.id for repo in fleet.repos}) == len(fleet.repos) == 2


def test_a_file_is_a_list_and_a_folder_is_walked(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "one")
    (tmp_path / "list.txt").write_text("one\n")

    by_list, by_walk = load([source_of(str(tmp_path / "list.txt"))]), load([source_of(str(tmp_path))])

    assert by_list == by_walk


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_every_source_tells_of_a_target_that_is_not_there(kind: str, tmp_path: Path) -> None:
    with pytest.raises(GoldenpathError, match=r"nowhere|can.t be read"):
        SOURCES[kind](str(tmp_path / "nowhere")).list()


def test_what_a_list_says_counts_whichever_target_is_named_first(
    tmp_path: Path, make_repo: Callable[..., Path]
) -> None:
    make_repo({"a": ""}, "fleet/one")
    listing = Listing(text="fleet/one tier=1\n", folder=str(tmp_path))
    folder = Directory(path=str(tmp_path / "fleet"))

    assert [repo.tier for repo in load([folder, listing]).repos] == ["1"]
    assert [repo.tier for repo in load([listing, folder]).repos] == ["1"]
