"""The vocabulary of conditions."""

from __future__ import annotations

from typing import Any

import pytest

from goldenpath.policy.base import SpecError
from goldenpath.policy.conditions import Condition


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ({"equals": "a"}, "a"),
        ({"equals": True}, True),
        ({"equals": 1}, 1),
        ({"not_equals": "a"}, "b"),
        ({"in_": ("a", "b")}, "b"),
        ({"not_in": ("a", "b")}, "c"),
        ({"at_least": 80}, 80),
        ({"at_least": 0.5}, 1),
        ({"at_least": "3.11"}, "3.12"),
        ({"at_least": "v2.9"}, "v2.10"),
        ({"at_least": "2026-01-01"}, "2026-02-01"),
        ({"at_most": 120}, 100),
        ({"version_range": ">=2,<3"}, "==2.4"),
        ({"version_range": ">=2,<3"}, "2.4"),
        ({"contains": "E501"}, ["E501"]),
        ({"contains": "middle"}, "a middle b"),
        ({"contains": "key"}, {"key": 1}),
        ({"not_contains": "x"}, ["y"]),
        ({"matches": "^a"}, "abc"),
        ({"matches": "3"}, 3),
        ({"not_matches": "^b"}, "abc"),
        ({"present": True}, 0),
        ({"absent": True}, None),
        ({"any": Condition(equals="a")}, ["b", "a"]),
        ({"each": Condition(matches="^a")}, ["aa", "ab"]),
        ({"each": Condition(matches="^a")}, []),
        ({"at_least": 1, "at_most": 3}, 2),
    ],
)
def test_a_condition_holds(condition: dict[str, Any], value: object) -> None:
    assert Condition(**condition).holds(value)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ({"equals": 1}, True),
        ({"equals": True}, 1),
        ({"equals": "1"}, 1),
        ({"not_equals": "a"}, None),
        ({"in_": (1,)}, True),
        ({"not_in": ("a",)}, None),
        ({"at_least": 80}, "80"),
        ({"at_least": 0}, True),
        ({"at_least": "3.11"}, "3.9"),
        ({"at_least": "3.11"}, "main"),
        ({"at_most": 120}, 121),
        ({"at_most": 120}, None),
        ({"version_range": ">=2,<3"}, ">=2"),
        ({"version_range": ">=2,<3"}, ["2"]),
        ({"contains": "a"}, 5),
        ({"not_contains": "a"}, None),
        ({"matches": "true"}, True),
        ({"matches": "a"}, ["a"]),
        ({"not_matches": "a"}, None),
        ({"present": True}, None),
        ({"absent": True}, ""),
        ({"any": Condition(equals="a")}, "a"),
        ({"each": Condition(equals="a")}, "a"),
        ({"at_least": 1, "at_most": 3}, 4),
    ],
)
def test_a_condition_does_not_hold(condition: dict[str, Any], value: object) -> None:
    assert not Condition(**condition).holds(value)


def test_a_condition_says_what_it_wants() -> None:
    assert Condition(at_least=80).describe() == "at least 80"
    assert Condition(in_=("a", "b")).describe() == "one of a, b"
    assert Condition(equals=True).describe() == "= true"
    assert Condition(any=Condition(matches="x")).describe() == "with any item matching x"


def test_a_condition_without_an_operator_is_refused() -> None:
    with pytest.raises(SpecError, match="needs an operator"):
        Condition()


@pytest.mark.parametrize("wrong", [{"matches": "("}, {"version_range": "newest"}])
def test_an_operand_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as caught:
        Condition(**wrong)

    assert caught.value.path == tuple(wrong)
