"""Whatever is written in a policy file or found in a repo, the answer is one of those that there are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.policy.conditions import Condition
from goldenpath.policy.load import read_policies
from goldenpath.policy.waivers import read_waivers

_SCALARS = st.one_of(st.text(max_size=6), st.integers(-5, 5), st.floats(), st.booleans())
_VALUES = st.recursive(
    st.one_of(st.none(), _SCALARS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)
_POLICY = """\
- id: a-b
  title: A b
  capability: security
  level: 2
  severity: high
  enforcement: {audit: 2026-11-01, block: 2027-02-01}
  when: {any: [{fact: containers}, {not: {file: "**/x"}}]}
  fact: {table: containers, each: {user: {not_in: [root, "0"]}}, missing: fail}
  rationale: Because.
  cases:
    fail: [{Dockerfile: "FROM x"}]
"""
_WAIVER = """\
- policy: a-b
  repo: "*"
  owner: a
  reason: b
  ticket: c
  expires: 2027-03-01
"""
_PIECES = st.one_of(
    st.text("-:{}[]\"'&*!|>#%@`,?~<= \n\tab01", max_size=6),
    st.sampled_from(
        [
            "null",
            "1.5",
            "2026-13-45",
            "<<: *a",
            "[[]]",
            "{}",
            "yes",
            "\x00",
            "\ud800",
            "\\ud800",
            '"\\ud800"',
            "é",
            "9" * 30,
        ]
    ),
)
_CUTS = st.tuples(st.integers(0, 330), st.integers(0, 25), _PIECES)


def _mutated(text: str, cut: tuple[int, int, str]) -> str:
    start, length, piece = cut
    return text[:start] + piece + text[start + length :]


@given(_CUTS)
def test_a_policy_file_is_read_or_its_mistakes_are_told_inside_it(cut: tuple[int, int, str]) -> None:
    text = _mutated(_POLICY, cut)

    policies, mistakes = read_policies(text, "p.yaml")

    assert len(policies) <= 1 or not mistakes or len(policies) + len(mistakes) >= 2
    for mistake in mistakes:
        assert mistake.message
        assert mistake.line is None or 1 <= mistake.line <= text.count("\n") + 2
    assert policies or mistakes or not any(line.strip() and line[0] != "#" for line in text.splitlines())


@given(_CUTS)
def test_a_waiver_file_is_read_or_its_mistakes_are_told(cut: tuple[int, int, str]) -> None:
    waivers, mistakes = read_waivers(_mutated(_WAIVER, cut), "w.yaml")

    assert all(waiver.owner and waiver.reason and waiver.ticket for waiver in waivers)
    assert all(str(mistake).startswith("w.yaml") for mistake in mistakes)


@pytest.mark.parametrize(
    ("operator", "opposite"),
    [("equals", "not_equals"), ("in_", "not_in"), ("contains", "not_contains"), ("matches", "not_matches")],
)
@given(value=_VALUES, operand=_SCALARS)
def test_an_operator_and_its_opposite_never_hold_together(
    operator: str, opposite: str, value: Any, operand: Any
) -> None:
    if operator == "in_":
        operand = (operand,)
    if operator == "matches":
        operand = "^[a-f0-3]"

    both = (Condition(**{operator: operand}).holds(value), Condition(**{opposite: operand}).holds(value))

    assert both != (True, True)
    if value is None or (operator == "matches" and not isinstance(value, (str, int, float))):
        assert both == (False, False)
    else:
        assert True in both


@given(value=_VALUES)
def test_everything_is_present_or_absent(value: Any) -> None:
    assert Condition(present=True).holds(value) is not Condition(absent=True).holds(value)
    assert Condition(present=False).holds(value) is Condition(absent=True).holds(value)


@given(value=st.integers(-5, 5), least=st.integers(-5, 5), most=st.integers(-5, 5))
def test_bounds_hold_for_what_lies_between_them(value: int, least: int, most: int) -> None:
    assert Condition(at_least=least, at_most=most).holds(value) is (least <= value <= most)


@given(value=_VALUES, operand=_SCALARS)
def test_no_value_makes_a_comparison_raise(value: Any, operand: Any) -> None:
    for condition in (
        Condition(version_range=">=1,<2"),
        Condition(any=Condition(equals=operand)),
        Condition(each=Condition(not_equals=operand)),
        *((Condition(at_least=operand), Condition(at_most=operand)) if not isinstance(operand, bool) else ()),
    ):
        assert condition.holds(value) in {True, False}


@given(items=st.lists(_SCALARS, max_size=4), operand=_SCALARS)
def test_any_and_each_ask_the_items(items: list[Any], operand: Any) -> None:
    wanted = Condition(equals=operand)

    assert Condition(any=wanted).holds(items) is any(wanted.holds(item) for item in items)
    assert Condition(each=wanted).holds(items) is all(wanted.holds(item) for item in items)
