"""The brief is executable: this proves that each of its numbers is enforced by something."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from {{ package_name }}.brief import Brief
from {{ package_name }}.errors import UserError
from {{ package_name }}.gate import CHECKS, Measured, judge
from {{ package_name }}.metrics import METRICS, baseline, gain
from {{ package_name }}.monitoring import MAX_AGE, alert_rules, too_old
from {{ package_name }}.registry import Entry

NOW = datetime(2014, 1, 1, tzinfo=UTC)
ENFORCED = {*CHECKS, MAX_AGE}
GOOD = Measured(direction="lower", value=0.0, baseline_value=1.0, minutes=0.0)
BAD = {
    "objective.requirement.threshold": Measured(
        direction="lower", value=1e9, baseline_value=1e12, minutes=0.0
    ),
    "objective.requirement.min_gain": Measured(
        direction="lower", value=0.0, baseline_value=-1.0, minutes=0.0
    ),
    "quality_attributes.training.max_minutes": Measured(
        direction="lower", value=0.0, baseline_value=1.0, minutes=1e9
    ),
}


def test_every_number_of_the_brief_is_enforced(brief: Brief) -> None:
    assert set(brief.demands()) - ENFORCED == set(), "enforce these, or take them out of the brief"


def test_nothing_is_enforced_that_the_brief_does_not_say(brief: Brief) -> None:
    assert set(brief.demands()) >= ENFORCED


def test_a_good_run_passes_every_check(brief: Brief) -> None:
    assert [verdict.demand for verdict in judge(brief, GOOD) if not verdict.passed] == []


@pytest.mark.parametrize("demand", sorted(CHECKS))
def test_each_check_fails_when_its_demand_is_not_met(brief: Brief, demand: str) -> None:
    failed = [verdict.demand for verdict in judge(brief, BAD[demand]) if not verdict.passed]

    assert failed == [demand]


def test_a_champion_grows_too_old(brief: Brief) -> None:
    days = brief.number(MAX_AGE)
    entry = Entry(digest="0" * 64, run="r", trained=NOW, seconds=1)

    assert not too_old(entry, days, NOW + timedelta(days=days))
    assert too_old(entry, days, NOW + timedelta(days=days, seconds=1))


def test_the_alert_rules_are_those_of_the_brief(brief: Brief) -> None:
    rules = Path("monitoring/alerts.yaml").read_text()

    assert rules == alert_rules(brief), "run `make alerts`"


def test_gain_follows_the_direction() -> None:
    assert gain("lower", 0.5, 1.0) == pytest.approx(0.5)
    assert gain("higher", 0.5, 1.0) == pytest.approx(-0.5)


def test_metrics_are_zero_for_what_is_right() -> None:
    values = pl.Series([1.0, 0.0, 3.0]).to_numpy()

    assert {name: metric(values, values) for name, metric in METRICS.items()} == dict.fromkeys(
        METRICS, 0.0
    )


def test_an_unknown_baseline_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="unknown baseline, guess"):
        baseline(pl.DataFrame(), "guess")
