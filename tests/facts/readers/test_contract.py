"""What every reader owes, whatever bytes it is given: facts of that file, or a ReadError that says why not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.model import TABLES, Facts
from goldenpath.facts.readers import MANIFESTS, READERS

_PIECES = [
    b"\xff\xfe",
    b"\0",
    b"\n",
    b"  ",
    b"[",
    b"{",
    b"- ",
    b"a: ",
    b'"',
    b"'",
    b"x = ",
    b"<<<<<<< ",
    b"\xe9",
    b"&a *a",
]
_PIECES += [
    b"dependencies:",
    b"[project]\n",
    b"FROM x\n",
    b"import os\n",
    b"]]",
    b"}",
    b"#",
    b"\\\n",
    b"\xf0\x9f\x90\x8d",
]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60)
@given(data=st.one_of(st.binary(max_size=80), st.lists(st.sampled_from(_PIECES), max_size=12).map(b"".join)))
def test_any_bytes_give_facts_of_that_file_or_a_reason(name: str, data: bytes) -> None:
    path = f"some/{READERS[name].PATTERNS[0].rpartition('/')[2].replace('*', 'x')}"
    facts = Facts()
    reason = "none"

    try:
        facts = READERS[name].read(File(path=path, data=data))
    except ReadError as error:
        reason = error.reason

    assert reason
    for table in TABLES:
        for row in facts.table(table):
            assert row.path == path
            assert row.line is None or row.line >= 1


@pytest.mark.parametrize("name", READERS)
def test_an_empty_file_is_no_failure_of_the_reader(name: str) -> None:
    try:
        READERS[name].read(File(path="x", data=b""))
    except ReadError as error:
        assert error.reason  # noqa: PT017 - either way is right, silence about a failure isn't


def test_the_readers_of_manifests_are_readers() -> None:
    assert not MANIFESTS - set(READERS)
