from __future__ import annotations

import contextlib
import random
import time

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.match import Matcher
from goldenpath.facts.model import TABLES, Facts
from goldenpath.facts.readers import READERS

HOSTILE = (
    b"",
    b"\n\n",
    b"\0\1\2" * 100,
    b"\xff\xfe",
    "\ufeff\ufeffa: 1\n".encode("utf-16"),
    b"\xe9t\xe9 = 1\n",
    b"<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> x\n",
    b"{{ cookiecutter.name }}: {% if x %}\n",
    b"a: &a [*a]\n",
    b"[" * 20_000,
    b"{" * 20_000,
    b"- " * 20_000,
    b"{}",
    b"[]",
    b"null",
    b"3",
    b"a",
    b"a: {b: [c, {d: e}]}\n",
    b'{"a": [1, {"b": null}]}',
    b"[a]\nb = 1\n[[c]]\nd = [1, {e = 2}]\n",
    b"import a\nfrom b import c\n",
    b"FROM a\nUSER b\n",
    b"x" * 100_000,
)


REPEATED = (b"[", b"${", b"{{ ", b"a=", b" ", b"-----BEGIN ", b"://", b"FROM <<E ", b"\\\n", b"a: &a\n")


def _name(pattern: str) -> str:
    return pattern.replace("**/", "").replace("*", "x").replace("?", "x")


@pytest.mark.parametrize("name", READERS)
def test_a_reader_says_what_it_reads(name: str) -> None:
    reader = READERS[name]

    assert reader.PATTERNS
    assert reader.VERSION >= 1
    assert reader.__doc__
    matcher = Matcher({name: reader.PATTERNS})
    assert [pattern for pattern in reader.PATTERNS if "[" not in pattern and not matcher.readers(_name(pattern))] == []


@pytest.mark.parametrize("name", READERS)
def test_a_reader_reads_or_refuses_whatever_stands_in_a_file(name: str) -> None:
    reader = READERS[name]
    noise = random.Random(7)  # noqa: S311 - noise, the same in each run
    pieces = [noise.randbytes(200), bytes(noise.choices(b"abc:=[]{}-#'\"\n ,.<>/@", k=400))]

    for data in (*HOSTILE, *pieces):
        for pattern in reader.PATTERNS:
            file = File(path=_name(pattern), data=data)
            try:
                facts = reader.read(file)
            except ReadError as error:
                assert str(error)  # noqa: PT017 - either outcome is right, and both are looked at
                continue
            assert isinstance(facts, Facts)
            assert {row.path for table in TABLES for row in facts.table(table)} <= {file.path}
            assert facts == reader.read(file)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "piece", [b"[", b"${", b"{{ ", b"a=", b" ", b"-----BEGIN ", b"://", b"FROM <<E ", b"\\\n", b"a: &a\n"]
)
def test_repetition_costs_a_reader_little(name: str, piece: bytes) -> None:
    reader = READERS[name]
    data = b"FROM a\nARG x=" + piece * (200_000 // len(piece)) + b"]x"
    start = time.perf_counter()

    with contextlib.suppress(ReadError):
        reader.read(File(path=_name(reader.PATTERNS[0]), data=data))

    assert time.perf_counter() - start < 4


def test_the_table_is_sorted() -> None:
    assert list(READERS) == sorted(READERS)
