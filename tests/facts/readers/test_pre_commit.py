from __future__ import annotations

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.readers import pre_commit

CONFIG = """\
# comment
repos:
- repo: https://github.com/astral-sh/ruff-pre-commit
  rev: v0.11.0
  hooks:
  - id: ruff
    args: [--fix]
  - id: ruff-format
-   repo: local
    hooks:
    -   id: types
        name: types
-   repo: meta
    hooks: [{id: check-hooks-apply}]
-   repo: https://example.org/x
    rev: 1.10
    hooks:
    - id: x
"""


def _hooks(text: str) -> list[tuple[str, str | None, str, int | None]]:
    facts = pre_commit.read(File(path=".pre-commit-config.yaml", data=text.encode()))
    return [(hook.repo, hook.rev, hook.id, hook.line) for hook in facts.hooks]


def test_each_hook_is_found_with_repo_revision_and_line() -> None:
    assert _hooks(CONFIG) == [
        ("https://github.com/astral-sh/ruff-pre-commit", "v0.11.0", "ruff", 6),
        ("https://github.com/astral-sh/ruff-pre-commit", "v0.11.0", "ruff-format", 8),
        ("local", None, "types", 11),
        ("meta", None, "check-hooks-apply", 14),
        ("https://example.org/x", "1.10", "x", 18),
    ]


def test_the_old_form_without_a_top_key_is_understood() -> None:
    assert _hooks("-   repo: git://x\n    sha: abc\n    hooks:\n    -   id: y\n") == [("git://x", "abc", "y", 4)]


def test_anchors_and_merge_keys_are_resolved() -> None:
    text = "x: &x {rev: v2}\nrepos:\n- <<: *x\n  repo: r\n  hooks:\n  - &h {id: a}\n  - *h\n"

    assert _hooks(text) == [("r", "v2", "a", 6), ("r", "v2", "a", 6)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "is empty"), ("a: 1\n", "no `repos`"), ("repos: [\n", "no YAML"), ("a: 1\n a: b: c", "no YAML")],
)
def test_what_is_no_configuration_is_told(text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        _hooks(text)


def test_odd_shapes_are_survived() -> None:
    assert (
        _hooks("repos:\n- text\n- repo: [a]\n- repo: r\n- repo: r\n  hooks: text\n- repo: r\n  hooks: [text, {id: }]\n")
        == []
    )


def test_the_toml_form_is_understood() -> None:
    text = """
[[repos]]
repo = "https://example.org/x"
rev = "v1"
hooks = [
  { id = "a" },
  { id = "b", args = [] },
]

[[repos]]
repo = "local"

[[repos.hooks]]
id = "c"
"""

    facts = pre_commit.read(File(path="prek.toml", data=text.encode()))

    assert [(hook.repo, hook.rev, hook.id, hook.line) for hook in facts.hooks] == [
        ("https://example.org/x", "v1", "a", 6),
        ("https://example.org/x", "v1", "b", 7),
        ("local", None, "c", 14),
    ]


@pytest.mark.parametrize("text", ["repos = 1\n", "repos = [1, {hooks = 2}, {hooks = [3]}, {hooks = [{id = 'x'}]}]\n"])
def test_odd_toml_is_survived(text: str) -> None:
    assert pre_commit.read(File(path="prek.toml", data=text.encode())).hooks == ()
