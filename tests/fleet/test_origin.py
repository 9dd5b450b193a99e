from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.fleet.origin import origin_url, repo_id

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "url",
    [
        "git@git.example.org:acme/fraud.git",
        "git.example.org:acme/fraud",
        "ssh://git@git.example.org:2222/acme/fraud.git",
        "https://git.example.org/acme/fraud.git",
        "https://git.example.org/acme/fraud/",
        "https://user:t0ken@GIT.example.ORG:8443/acme/fraud.git",
        "https://t0ken@git.example.org/acme/fraud?token=t0ken#t0ken",
        "git://git.example.org//acme/fraud.git",
    ],
)
def test_every_spelling_of_a_url_names_the_same_repo(url: str) -> None:
    assert repo_id(url) == "git.example.org/acme/fraud"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/git/fraud.git",
        "../fraud",
        "file:///srv/git/fraud",
        "C:\\repos\\fraud",
        "C:/repos/fraud",
        "ext::sh -c 'touch x'",
        "https://git.example.org",
        "https://git.example.org/../../etc",
        "https://[broken/acme",
        "git@git.example.org:acme/\x1b[31mred",
        "https://git.example.org/acme/<script>",
    ],
)
def test_what_is_no_remote_repo_has_no_id(url: str) -> None:
    assert repo_id(url) == ""


def test_groups_of_groups_and_the_case_of_paths_are_kept() -> None:
    assert repo_id("https://git.example.org/Acme/ml/Fraud.git") == "git.example.org/Acme/ml/Fraud"


@given(st.from_regex(r"[A-Za-z0-9_]{6,20}", fullmatch=True))
def test_a_secret_in_a_url_never_shows(secret: str) -> None:
    url = f"https://x-{secret}-x:{secret}-y@git.example.org/acme/fraud"

    assert repo_id(url) == "git.example.org/acme/fraud"


@given(st.text(max_size=60))
def test_any_text_gives_an_id_that_is_safe_to_print_or_none(text: str) -> None:
    found = repo_id(text)

    assert found.isprintable()
    assert found == "" or found.count("/") >= 1


def test_the_first_url_of_origin_is_read_as_git_reads_it(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        '[core]\n\turl = no\n[remote "upstream"]\n\turl = other\n'
        '[Remote "origin"] ; the one\n\tURL = "git@h.example:a/b c" # why\n\turl = second\n'
    )

    assert origin_url(tmp_path) == "git@h.example:a/b c"


def test_includes_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "more").write_text('[remote "origin"]\n\turl = git@h.example:a/b\n')
    (tmp_path / "config").write_text(f"[include]\n\tpath = {tmp_path / 'more'}\n")

    assert origin_url(tmp_path) == ""


def test_a_config_that_is_no_file_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config")

    assert origin_url(tmp_path) == ""
