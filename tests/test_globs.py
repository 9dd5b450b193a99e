"""Globs over paths and ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath import _globs


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
        ("[+--].py", ",.py"),
        ("[?--].py", "[?--].py"),
        ("[a&&b].py", "&.py"),
        ("[a-]", "-"),
        ("a+b.py", "a+b.py"),
        ("**", "new\nline"),
    ],
)
def test_a_glob_matches(pattern: str, path: str) -> None:
    assert _globs.matches(pattern, path)


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
        ("docs[!x]a.md", "docs/a.md"),
        ("git.example.org/*", "git.example.org/acme/fraud"),
    ],
)
def test_a_glob_does_not_match(pattern: str, path: str) -> None:
    assert not _globs.matches(pattern, path)


def test_only_a_pattern_without_wildcards_is_literal() -> None:
    assert _globs.is_literal("docs/a.md")
    assert not _globs.is_literal("docs/*.md")
    assert not _globs.is_literal("docs/")


@given(st.text("ab/*?[]!-^.", max_size=8), st.text("ab/.", max_size=8))
def test_start_and_ending_never_hide_a_match(pattern: str, path: str) -> None:
    if _globs.matches(pattern, path):
        assert path.startswith(_globs.start(pattern))
        assert path.endswith(_globs.ending(pattern))


def _by_hand(pattern: str, path: str) -> bool:
    """Match letter by letter, as the words of the module say."""
    if not pattern:
        return not path
    if pattern.startswith("**/"):
        rest = pattern[3:]
        return _by_hand(rest, path) or any(c == "/" and _by_hand(rest, path[i + 1 :]) for i, c in enumerate(path))
    if pattern.startswith("**"):
        return any(_by_hand(pattern[2:], path[i:]) for i in range(len(path) + 1))
    if pattern[0] == "*":
        return any(_by_hand(pattern[1:], path[i:]) for i in range(len(path) + 1) if "/" not in path[:i])
    same = path[:1] == pattern[0] or (pattern[0] == "?" and path[:1] not in {"", "/"})
    return same and _by_hand(pattern[1:], path[1:])


@given(st.text("ab/*?", min_size=1, max_size=7), st.text("ab/", max_size=7))
def test_the_compiled_pattern_is_the_one_matched_by_hand(pattern: str, path: str) -> None:
    wanted = pattern + "**" if pattern.endswith("/") else pattern

    assert _globs.matches(pattern, path) is _by_hand(wanted, path)


@given(st.text(max_size=8), st.text(max_size=8))
def test_any_text_is_a_pattern_and_a_literal_one_matches_itself_alone(pattern: str, path: str) -> None:
    matched = _globs.matches(pattern, path)

    if _globs.is_literal(pattern):
        assert matched is (pattern == path)
