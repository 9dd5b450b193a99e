"""What a standard changes in the policies of another."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.finding import Severity, Stage
from goldenpath.policy.override import apply

if TYPE_CHECKING:
    from tests.policy.conftest import MakePolicy


def test_dates_severity_and_level_change_and_all_else_stays(make_policy: MakePolicy) -> None:
    overrides = {"a": {"enforcement": {"block": "2027-06-01"}, "severity": "high", "level": 3}}
    changed, other = apply([make_policy(id="a"), make_policy(id="b")], overrides)

    assert (changed.severity, changed.level) == (Severity.HIGH, 3)
    assert changed.enforcement.warn == date(2026, 6, 1)
    assert changed.stage(date(2027, 1, 1)) is Stage.WARN
    assert changed.stage(date(2027, 6, 1)) is Stage.BLOCK
    assert other == make_policy(id="b")


def test_a_policy_is_switched_off_for_a_reason(make_policy: MakePolicy) -> None:
    (policy,) = apply([make_policy()], {"has-readme": {"disabled": True, "reason": "decision 12"}})

    assert policy.disabled == "decision 12"


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ({"has-redme": {}}, "there is no policy 'has-redme'\n  Did you mean 'has-readme'?"),
        ({"has-readme": {"disabled": True}}, "a policy is disabled for a reason"),
        ({"has-readme": {"sevrity": "low"}}, "unknown key 'sevrity'\n  Did you mean 'severity'?"),
        ({"has-readme": {"level": 7}}, "a level is 1, 2 or 3"),
        ({"has-readme": {"waivable": True}}, "unknown key 'waivable'"),
        ({"has-readme": {"enforcement": {"block": "2020-01-01"}}}, "the dates must follow each other"),
    ],
)
def test_an_override_that_means_nothing_is_refused(
    override: dict[str, Any], told: str, make_policy: MakePolicy
) -> None:
    with pytest.raises(GoldenpathError) as caught:
        apply([make_policy()], override)

    assert told in str(caught.value)


def test_a_mistake_is_told_at_its_place(make_policy: MakePolicy) -> None:
    text = "name: acme\noverride:\n  has-readme:\n    sevrity: low\n"

    with pytest.raises(GoldenpathError, match=r"^acme\.yaml:4:5: unknown key"):
        apply([make_policy()], {"has-readme": {"sevrity": "low"}}, where="acme.yaml", text=text)
