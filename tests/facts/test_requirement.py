from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.requirements import Requirement as Packaging

from goldenpath.facts.requirement import parse, source_of, split_ref, without_secret
from tests.growth import LINEAR, growth

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "name", "specifier", "pinned"),
    [
        ("numpy", "numpy", "", False),
        ("Scikit_Learn==1.2", "scikit-learn", "==1.2", True),
        ("torch==1.7.1+cu110", "torch", "==1.7.1+cu110", True),
        ("foo===1.0-custom", "foo", "===1.0-custom", True),
        ("foo==1.2.*", "foo", "==1.2.*", False),
        ("foo~=1.2", "foo", "~=1.2", False),
        ("foo>=1,<2", "foo", "<2,>=1", False),
        ("foo (>=1, <2)", "foo", "<2,>=1", False),
        ("foo >1 <2", "foo", "<2,>1", False),
        ("foo==1.0,", "foo", "==1.0", True),
        ("foo>=1,==1.5", "foo", "==1.5,>=1", True),
        ("pytz (>dev)", "pytz", ">dev", False),
        ("foo>=1.*", "foo", ">=1.*", False),
        ("numpy=1.2", "numpy", "=1.2", False),
        ("a.b-c_d", "a-b-c-d", "", False),
    ],
)
def test_a_requirement_is_read(text: str, name: str, specifier: str, pinned: bool) -> None:  # noqa: FBT001 - a table
    found = parse(text)

    assert found
    assert (found.name, found.specifier, found.pinned) == (name, specifier, pinned)


def test_extras_and_markers_are_in_their_normal_form() -> None:
    found = parse("uvicorn [standard, Watch_Files] >=0.2 ; python_version<'3.8' and extra=='x'")

    assert found
    assert found.extras == ("Watch_Files", "standard")
    assert found.marker == 'python_version < "3.8" and extra == "x"'


@pytest.mark.parametrize(
    ("text", "source", "pinned"),
    [
        ("x @ git+https://host/o/x@main", "vcs", False),
        (f"x @ git+https://host/o/x@{COMMIT}", "vcs", True),
        ("x @ git+https://host/o/x@0123456", "vcs", False),
        ("x @ https://host/x-1.0-py3-none-any.whl", "url", True),
        ("x @ https://host/latest.zip", "url", False),
        (f"x @ https://host/x-1.0.tar.gz#sha256={'a' * 64}", "url", True),
        ("x @ file:///tmp/x", "path", False),
        ("x@./libs/x ; sys_platform == 'linux'", "path", False),
    ],
)
def test_a_direct_reference_says_where_it_comes_from(text: str, source: str, pinned: bool) -> None:  # noqa: FBT001
    found = parse(text)

    assert found
    assert (found.source, found.pinned) == (source, pinned)


@pytest.mark.parametrize("text", ["", "tensorflow 2.0", "The system shall log in", "-r x", "{{ name }}", "a b>=1", "é"])
def test_what_is_no_requirement_gives_nothing(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("size", [4000, 1_000_000])
@pytest.mark.parametrize(
    ("start", "piece"),
    [("a", "a"), ("a", "-"), ("a", " >"), ("a", " ,>=1"), ("a>=1", " "), ("a>=1", ", "), ("a", ">=1 ")],
)
def test_a_line_without_end_costs_no_more_than_its_length(start: str, piece: str, size: int) -> None:
    def read(text: str) -> None:
        assert parse(text) is None

    assert growth(read, lambda n: start + piece * (n // len(piece)) + "!", size) <= LINEAR


def test_a_password_never_gets_into_a_record() -> None:
    found = parse("x @ git+https://user:s3cret@host/o/x@main")

    assert found
    assert "s3cret" not in repr(found)
    assert without_secret("ssh://git@host/o/x") == "ssh://git@host/o/x"


@pytest.mark.parametrize(
    ("location", "bare", "ref"),
    [
        ("git+https://host/o/x.git@v1#egg=x", "git+https://host/o/x.git", "v1"),
        ("git+ssh://git@host/o/x", "git+ssh://git@host/o/x", ""),
        ("git+https://host/o/x@feature/y", "git+https://host/o/x", "feature/y"),
        ("git@host:o/x.git@v2", "git@host:o/x.git", "v2"),
    ],
)
def test_a_ref_is_told_from_a_user(location: str, bare: str, ref: str) -> None:
    assert split_ref(location) == (bare, ref)
    assert source_of(location) == "vcs"


_NAME = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
_VERSION = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}((a|b|rc)[0-9])?", fullmatch=True)
_CLAUSE = st.tuples(st.sampled_from(["==", ">=", "<=", "<", ">", "!="]), _VERSION).map("".join)


@given(_NAME, st.lists(_CLAUSE, max_size=3), st.lists(_NAME, max_size=2))
def test_what_packaging_reads_is_read_alike(name: str, clauses: list[str], extras: list[str]) -> None:
    assume(not re.fullmatch(r"\d+(?:\.\d+)+", name))  # a version alone, as in version.txt, is no package to us
    text = f"{name}[{', '.join(extras)}] {', '.join(clauses)}"
    wanted = Packaging(text)

    found = parse(text)

    assert found
    assert found.specifier == str(wanted.specifier)
    assert len(found.extras) <= len(wanted.extras)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    found = parse(text)

    assert found is None or found.name
