"""Version requirements as sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from goldenpath.policy import versions


@pytest.mark.parametrize(
    ("declared", "wanted", "expected"),
    [
        (">=3.11", ">=3.11", True),
        (">=3.11,<3.13", ">=3.11", True),
        (">=3.8", ">=3.11", False),
        (">=3.10.5", ">=3.11", False),
        (">3.10", ">=3.11", False),
        ("==3.11.*", ">=3.11", True),
        ("==3.*", ">=3.11", False),
        ("~=3.11", ">=3.11,<4", True),
        ("~=3.11", ">=3.11,<3.14", False),
        ("", ">=3.11", False),
        ("<4", ">=3.11", False),
        ("!=3.9.*,>=3.8", ">=3.10", False),
        ("===3.12.1", ">=3.11", True),
        ("==2.1", ">=2,<3", True),
        (">=2", ">=2,<3", False),
        (">=2,<3", ">=2,<3,!=2.5.1", False),
    ],
)
def test_a_requirement_lies_within_another_when_it_admits_nothing_else(
    declared: str, wanted: str, *, expected: bool
) -> None:
    assert versions.within(declared, wanted) is expected


@pytest.mark.parametrize(
    ("declared", "series", "expected"),
    [
        (">=3.8", "3.12", True),
        (">=3.8,<3.12", "3.12", False),
        ("==3.12.4", "3.12", True),
        (">3.12.0,<3.13", "3.12", True),
        ("!=3.12.*,>=3.8", "3.12", False),
        ("~=3.11.2", "3.12", False),
    ],
)
def test_a_requirement_admits_a_series_when_it_admits_one_release_of_it(
    declared: str, series: str, *, expected: bool
) -> None:
    assert versions.admits(declared, series) is expected


def test_what_is_no_specifier_is_not_judged() -> None:
    assert versions.within("latest", ">=1") is None
    assert versions.admits("latest", "1") is None


_NUMBERS = st.integers(min_value=0, max_value=6)
_SPECIFIERS = st.builds("{}{}.{}".format, st.sampled_from([">=", "<=", ">", "<", "==", "!=", "~="]), _NUMBERS, _NUMBERS)


@given(st.lists(_SPECIFIERS, max_size=3), st.lists(_SPECIFIERS, min_size=1, max_size=2), _NUMBERS, _NUMBERS, _NUMBERS)
def test_within_never_overlooks_a_version(
    declared: list[str], wanted: list[str], major: int, minor: int, micro: int
) -> None:
    left, right = ",".join(declared), ",".join(wanted)

    if versions.within(left, right):
        release = f"{major}.{minor}.{micro}"
        assert SpecifierSet(right).contains(release) or not SpecifierSet(left).contains(release)


@given(st.lists(_SPECIFIERS, max_size=3), st.lists(_SPECIFIERS, max_size=2), _NUMBERS, _NUMBERS, _NUMBERS)
def test_meet_never_overlooks_a_version(
    declared: list[str], wanted: list[str], major: int, minor: int, micro: int
) -> None:
    left, right, release = ",".join(declared), ",".join(wanted), f"{major}.{minor}.{micro}"

    if SpecifierSet(left).contains(release) and SpecifierSet(right).contains(release):
        assert versions.meet(left, right)
    assert versions.meet(left, right) is versions.meet(right, left)


@given(st.lists(_SPECIFIERS, max_size=3), _NUMBERS, _NUMBERS, _NUMBERS)
def test_admits_never_overlooks_a_release_of_the_series(
    declared: list[str], major: int, minor: int, micro: int
) -> None:
    if SpecifierSet(",".join(declared)).contains(f"{major}.{minor}.{micro}"):
        assert versions.admits(",".join(declared), f"{major}.{minor}")


@given(st.lists(_SPECIFIERS, min_size=1, max_size=3))
def test_a_requirement_lies_within_itself_and_within_all(declared: list[str]) -> None:
    assert versions.within(",".join(declared), ",".join(declared))
    assert versions.within(",".join(declared), "")
