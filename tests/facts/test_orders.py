from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.orders import FIRST, python, semantic

RISING = (
    "0.0.0-0",
    "0.0.1",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2.0",
    "1.10.0",
    "2.0.0",
)


@given(st.integers(0, len(RISING) - 1), st.integers(0, len(RISING) - 1))
def test_semantic_versions_rise_as_their_specification_says(left: int, right: int) -> None:
    one, other = semantic(RISING[left]), semantic(RISING[right])

    assert one is not None
    assert other is not None
    assert (one < other, one == other) == (left < right, left == right)
    assert FIRST["npm"] < one


def test_what_a_version_is_built_on_does_not_count() -> None:
    assert semantic("1.2.3+build.5") == semantic("v1.2.3")


@pytest.mark.parametrize("text", ["", "1", "1.2", "latest", "1.2.3.4", "1.2.x", "git+https://example.org", "9" * 99])
def test_what_is_no_semantic_version_has_no_order(text: str) -> None:
    assert semantic(text) is None


def test_python_s_versions_are_ordered_by_its_own_rules() -> None:
    first, later = python("1.0rc1"), python("1.0.post1")

    assert first is not None
    assert later is not None
    assert FIRST["pypi"] < first < later
    assert python("1.0-alpha.beta") is None


def test_a_number_longer_than_python_takes_is_no_version() -> None:
    assert python("9" * 5000) is None
    assert semantic("1.0.0-" + "9" * 5000) is None
