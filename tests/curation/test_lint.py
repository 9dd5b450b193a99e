from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath.curation.lint import Weight, lint
from goldenpath.policy.load import load_policies
from goldenpath.testing import policies_of

if TYPE_CHECKING:
    from goldenpath.curation.lint import Remark

TODAY = date(2026, 11, 21)
GOOD = """\
- id: {id}
  title: A title
  capability: security
  level: 1
  severity: low
  enforcement: {dates}
  {when}
  {rule}
  rationale: It hurts.
  remediation: {{text: Mend it.}}
  cases: {{fail: [{{a: ""}}], pass: [{{b: ""}}], not_applicable: [{{c: ""}}]}}
"""


def policy(
    name: str = "one",
    rule: str = "file: {exists: README.md}",
    when: str = "scope: repo",
    dates: str = "{audit: 2026-01-01, block: 2027-01-01}",
) -> str:
    return GOOD.format(id=name, rule=rule, when=when, dates=dates)


def remarks(*texts: str, radar: bool = True) -> tuple[Remark, ...]:
    return lint(policies_of("".join(texts)), as_of=TODAY, radar=radar)


def codes(*texts: str, radar: bool = True) -> list[str]:
    return [remark.code for remark in remarks(*texts, radar=radar)]


def test_a_sound_policy_gives_no_remark() -> None:
    assert remarks(policy(), policy("two", "file: {exists: LICENSE}")) == ()


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ("  cases:", "no-case"),
        ("  remediation:", "no-remediation"),
    ],
)
def test_what_is_left_out_is_told(taken: str, code: str) -> None:
    text = "".join(f"{line}\n" for line in policy().splitlines() if not line.startswith(taken))

    assert set(codes(text)) == {code}


def test_a_condition_without_a_case_that_it_leaves_alone_is_told() -> None:
    text = policy(when="when: {file: a}").replace(', not_applicable: [{c: ""}]', "")

    assert codes(text) == ["no-case"]


@pytest.mark.parametrize(
    "when",
    [
        "{fact: containers, not: {fact: containers}}",
        "{all: [{uses: [flask]}, {file: a}], not: {uses: [flask]}}",
        "{all: [{uses: [flask]}, {file: a}], not: {uses: [flask], file: a}}",
        "{lifecycle: production, all: [{lifecycle: experimental}]}",
        "{tier: [a, b], all: [{all: [{tier: [c]}]}]}",
        "{any: [{owner: a, all: [{owner: b}]}, {file: x, not: {file: x}}]}",
    ],
)
def test_a_condition_that_contradicts_itself_is_unreachable(when: str) -> None:
    (remark,) = remarks(policy(when=f"when: {when}"))

    assert (remark.code, remark.weight) == ("unreachable", Weight.ERROR)


@pytest.mark.parametrize(
    "when",
    [
        "{fact: containers, not: {fact: images}}",
        "{uses: [flask], not: {uses: [flask], file: a}}",
        "{lifecycle: prod*, all: [{lifecycle: production}]}",
        "{tier: [a, b], all: [{tier: [b, c]}]}",
        "{any: [{owner: a, all: [{owner: b}]}, {file: x}]}",
        "{topic: ml, not: {topic: old}}",
    ],
)
def test_a_condition_that_can_hold_is_left_alone(when: str) -> None:
    assert codes(policy(when=f"when: {when}")) == []


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ("{audit: 2026-01-01}", ["never-grows"]),
        ("{audit: 2036-01-01, block: 2036-02-01}", ["far-date"]),
        ("{block: 2027-01-01}", ["no-notice"]),
        ("{audit: 2027-01-01, block: 2027-01-01}", ["no-notice"]),
        ("{block: 2026-01-01}", []),
        ("{warn: 2026-01-01}", []),
    ],
)
def test_dates_that_surprise_are_told(dates: str, found: list[str]) -> None:
    assert codes(policy(dates=dates)) == found


def test_the_same_rule_under_the_same_condition_is_a_duplicate() -> None:
    (remark,) = remarks(policy("one"), policy("two"))

    assert (remark.policy, remark.code, "one" in remark.message) == ("two", "duplicate", True)
    assert codes(policy("one"), policy("two", when="scope: project")) == []
    assert codes(policy("one"), policy("two", when="when: {file: a}")) == []


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ("file: {exists: setup.py}", 'file: {absent: ["setup.*"]}', True),
        ('file: {absent: "setup.py"}', "file: {exists: setup.py}", True),
        ("file: {exists: setup.py}", "file: {absent: setup.py, contains: install}", False),
        ("dependency: {required: [flask]}", 'dependency: {deny: ["fl*"]}', True),
        ("dependency: {required: [flask]}", "dependency: {deny: [flask], scopes: [dev]}", False),
        ("dependency: {required: [flask]}", "dependency: {deny: [django]}", False),
    ],
)
def test_what_one_demands_and_another_forbids_is_a_contradiction(first: str, second: str, *, clash: bool) -> None:
    assert codes(policy("one", first), policy("two", second)) == (["contradiction"] if clash else [])


def test_a_policy_of_technologies_needs_a_radar() -> None:
    text = policy(rule="technology: {deny: [hold]}")

    assert codes(text) == []
    assert codes(text, radar=False) == ["unreachable"]


def test_what_is_off_is_noted_and_asked_nothing_else() -> None:
    from dataclasses import replace  # noqa: PLC0415 - here alone

    (read,) = policies_of(policy(dates="{audit: 2036-01-01}"))

    (remark,) = lint([replace(read, disabled="decision 12")], as_of=TODAY, radar=True)

    assert (remark.code, remark.weight) == ("disabled", Weight.NOTE)


def test_the_shipped_policies_have_no_errors_or_warnings() -> None:
    found = lint(load_policies(Path(__file__).parents[2] / "policies"), as_of=TODAY, radar=True)

    assert [remark for remark in found if remark.weight is not Weight.NOTE] == []
