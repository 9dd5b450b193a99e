"""Globs over paths and ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.policy import globs


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("README.md", "README.md"),
        ("*.md", "README.md"),
        ("**/*.ipynb", "a.ipynb"),
        ("**/*.ipynb", "a/b/c.ipynb"),
        ("src/**", "src/a/b.py"),
        ("src/", "src/a.py"),
        ("docs/**/0*.md", "docs/0001.md"),
        ("git.example.org/acme/fraud-*", "git.example.org/acme/fraud-eu"),
        ("**", "anything/at/all"),
        ("[ab].py", "b.py"),
        ("[!ab].py", "c.py"),
        ("[z-a].py", "[z-a].py"),
        ("[[^].py", "^.py"),
        ("a+b.py", "a+b.py"),
        ("**", "new\nline"),
    ],
)
def test_a_glob_matches(pattern: str, path: str) -> None:
    assert globs.matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.md", "docs/README.md"),
        ("README.md", "docs/README.md"),
        ("README.md", "README.md.bak"),
        ("src/", "src"),
        ("a.py", "aXpy"),
        ("?.py", "ab.py"),
        ("[!ab].py", "a.py"),
        ("git.example.org/*", "git.example.org/acme/fraud"),
    ],
)
def test_a_glob_does_not_match(pattern: str, path: str) -> None:
    assert not globs.matches(pattern, path)


def test_only_a_pattern_without_wildcards_is_literal() -> None:
    assert globs.is_literal("docs/a.md")
    assert not globs.is_literal("docs/*.md")
    assert not globs.is_literal("docs/")


@given(st.text("ab/*?[]!-^.", max_size=8), st.text("ab/.", max_size=8))
def test_start_and_ending_never_hide_a_match(pattern: str, path: str) -> None:
    if globs.matches(pattern, path):
        assert path.startswith(globs.start(pattern))
        assert path.endswith(globs.ending(pattern))
