from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.fleet.sources.listing import Listing, listing_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_paths_are_relative_to_the_lists_folder(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    one, two = make_repo({"a": ""}, "one"), make_repo({"a": ""}, "more/two")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "fleet.txt").write_text(f"# ours\n\n  ../one\n{two}\n../one/\n")

    fleet = listing_file(str(tmp_path / "lists" / "fleet.txt")).list()

    assert [repo.path for repo in fleet.repos] == [str(one), str(two)]
    assert fleet.problems == ()


def test_a_path_that_is_not_there_is_a_problem_with_its_line(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "one")

    fleet = Listing(text="one\nnowhere\n", folder=str(tmp_path), name="-").list()

    assert [repo.id for repo in fleet.repos] == ["one"]
    assert [(problem.path, problem.reason) for problem in fleet.problems] == [
        ("nowhere", "-:2: there is no such folder")
    ]
