from __future__ import annotations

import re

import pytest

from goldenpath.facts.match import Matcher, regex
from goldenpath.facts.readers import READERS


@pytest.mark.parametrize(
    ("glob", "path", "meets"),
    [
        ("**/requirements/*.txt", "requirements/a.txt", True),
        ("**/requirements/*.txt", "x/y/requirements/a.txt", True),
        ("**/requirements/*.txt", "requirements/x/a.txt", False),
        ("**/requirements/*.txt", "my-requirements/a.txt", False),
        (".github/workflows/*.yml", ".github/workflows/a.yml", True),
        (".github/workflows/*.yml", "x/.github/workflows/a.yml", False),
        ("a?[bc]", "axb", True),
        ("a[!bc]", "ab", False),
        ("a.b", "axb", False),
        ("docs/**", "docs/a/b", True),
    ],
)
def test_a_glob_keeps_to_folders(glob: str, path: str, meets: bool) -> None:  # noqa: FBT001 - a table
    assert bool(re.match(regex(glob), path)) is meets


def test_readers_come_in_the_order_of_their_table_whatever_pattern_met() -> None:
    matcher = Matcher({"b": ["*.txt"], "a": ["x*"], "c": ["**/dir/*"], "d": ["X.TXT"]})

    assert matcher.readers("dir/x.txt") == ("b", "a", "c", "d")
    assert matcher.readers("X.Txt") == ("b", "a", "d")
    assert matcher.readers("y") == ()


def test_every_reader_says_what_it_reads() -> None:
    assert list(READERS) == sorted(READERS)
    for reader in READERS.values():
        assert reader.PATTERNS
        assert reader.VERSION >= 1
        assert all(re.compile(regex(pattern)) for pattern in reader.PATTERNS)


def test_a_pattern_that_begins_at_the_root_meets_that_file_alone() -> None:
    matcher = Matcher({"a": ["/package.json", "/.github/x.yml"], "b": ["*.json"]})
    found = {path: matcher.readers(path) for path in ("package.json", "web/package.json", ".github/X.yml")}
    assert found == {"package.json": ("a", "b"), "web/package.json": ("b",), ".github/X.yml": ("a",)}
