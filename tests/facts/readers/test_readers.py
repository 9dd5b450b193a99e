"""What every reader says of itself, and what a hostile file may cost it; test_contract.py has what it returns."""

from __future__ import annotations

import contextlib

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.match import Matcher
from goldenpath.facts.readers import READERS
from tests.growth import LINEAR, growth

REPEATED = (b"[", b"${", b"{{ ", b"a=", b" ", b"-----BEGIN ", b"://", b"FROM <<E ", b"\\\n", b"a: &a\n")


def _name(pattern: str) -> str:
    return pattern.removeprefix("/").replace("**/", "").replace("*", "x").replace("?", "x")


@pytest.mark.parametrize("name", READERS)
def test_a_reader_says_what_it_reads(name: str) -> None:
    reader = READERS[name]

    assert reader.PATTERNS
    assert reader.VERSION >= 1
    assert reader.__doc__
    matcher = Matcher({name: reader.PATTERNS})
    assert [pattern for pattern in reader.PATTERNS if "[" not in pattern and not matcher.readers(_name(pattern))] == []


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("piece", REPEATED)
def test_repetition_costs_a_reader_no_more_than_its_length(name: str, piece: bytes) -> None:
    reader = READERS[name]

    def file_of(size: int) -> File:
        data = b"FROM a\nARG x=" + piece * (size // len(piece)) + b"]x"
        return File(path=_name(reader.PATTERNS[0]), data=data)

    def read(file: File) -> None:
        with contextlib.suppress(ReadError):
            reader.read(file)

    assert growth(read, file_of, 200_000) <= LINEAR


def test_the_table_is_sorted() -> None:
    assert list(READERS) == sorted(READERS)
