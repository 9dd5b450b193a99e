from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import GoldenpathError
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


def test_repos_outside_the_lists_folder_are_named_from_what_their_paths_share(
    tmp_path: Path, make_repo: Callable[..., Path]
) -> None:
    one, two = make_repo({"a": ""}, "store/acme/repo"), make_repo({"a": ""}, "store/beta/repo")
    (tmp_path / "lists").mkdir()

    fleet = Listing(text=f"{one}\n{two}\n", folder=str(tmp_path / "lists")).list()

    assert [repo.id for repo in fleet.repos] == ["acme/repo", "beta/repo"]


def test_a_path_that_is_not_there_is_a_problem_with_its_line(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "one")

    fleet = Listing(text="one\nnowhere\n", folder=str(tmp_path), name="-").list()

    assert [repo.id for repo in fleet.repos] == ["one"]
    assert [(problem.path, problem.reason) for problem in fleet.problems] == [
        ("nowhere", "-:2: there is no such folder")
    ]


def test_any_text_is_a_list_of_paths_that_are_not_there(tmp_path: Path) -> None:
    text = "a\0b\n~nobody-of-this-name/x\n" + "x" * 5000 + "\n\udcff\n"

    fleet = Listing(text=text, folder=str(tmp_path)).list()

    assert fleet.repos == ()
    assert [problem.reason for problem in fleet.problems] == [
        f"list:{number}: there is no such folder" for number in (1, 2, 3, 4)
    ]


def test_a_list_with_a_byte_order_mark_is_read(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "one")
    (tmp_path / "list.txt").write_bytes(b"\xef\xbb\xbfone\r\n")

    assert [repo.id for repo in listing_file(str(tmp_path / "list.txt")).list().repos] == ["one"]


def test_a_folder_that_is_no_repo_is_listed_so_that_it_is_counted(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()

    assert [repo.id for repo in Listing(text="plain", folder=str(tmp_path)).list().repos] == ["plain"]


def test_a_list_says_how_a_repo_stands(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "one")
    make_repo({"a": ""}, "with space")
    make_repo({"a": ""}, "odd name=x")
    text = "one  owner=team-risk lifecycle=production tier=1 topics=fraud,batch id=git.example.org/acme/one\n"
    text += "with space owner=team-b\nodd name=x\n"

    one, spaced, odd = Listing(text=text, folder=str(tmp_path)).list().repos

    assert (one.id, one.name) == ("git.example.org/acme/one", "one")
    assert (one.owner, one.lifecycle, one.tier, one.topics) == ("team-risk", "production", "1", ("fraud", "batch"))
    assert (spaced.id, spaced.owner, spaced.lifecycle) == ("with space", "team-b", None)
    assert (odd.id, odd.owner) == ("odd name=x", None)


def test_a_list_in_yaml_says_the_same(tmp_path: Path, make_repo: Callable[..., Path]) -> None:
    make_repo({"a": ""}, "one")
    make_repo({"a": ""}, "two")
    file = tmp_path / "fleet.yaml"
    file.write_text("- {path: one, owner: team-risk, lifecycle: production, topics: [fraud, batch]}\n- two\n- gone\n")

    fleet = listing_file(str(file)).list()

    assert [(r.id, r.owner, r.lifecycle, r.topics) for r in fleet.repos] == [
        ("one", "team-risk", "production", ("fraud", "batch")),
        ("two", None, None, ()),
    ]
    assert [problem.reason for problem in fleet.problems] == [f"{file}:3: there is no such folder"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("l", "one\none ownr=a\n", "l:2: a list says nothing of 'ownr'\n  Did you mean 'owner'?"),
        ("l", "one owner=\n", "l:1: owner is empty\n  Write owner=VALUE, or leave it out."),
        ("l", "one owner=a owner=b\n", "l:1: a key is given twice\n  Say it once; of topics, topics=A,B."),
        ("l", "one owner=a\none owner=b\n", "l:2: one is listed twice, differently\n  Say it once."),
        ("l.yaml", "- {path: one, ownr: a}\n", "l.yaml:1:15: unknown key 'ownr'\n  Did you mean 'owner'?"),
        ("l.yml", "- {owner: a}\n", "l.yml:1:3: the key 'path' is missing"),
        ("l.yaml", "one: {}\n", "l.yaml:1:1: must be a list of repos"),
    ],
)
def test_a_mistake_in_a_list_is_told_with_its_place(
    name: str, text: str, told: str, tmp_path: Path, make_repo: Callable[..., Path]
) -> None:
    make_repo({"a": ""}, "one")

    with pytest.raises(GoldenpathError) as caught:
        Listing(text=text, folder=str(tmp_path), name=name).list()

    assert str(caught.value) == told
