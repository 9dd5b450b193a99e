"""The brief is executable: each number that it can have for training is enforced by something."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from road.core.errors import UserError
from road.core.gate import MIN_GAIN, SEGMENTS, THRESHOLD
from road.training.config import Training
from road.training.gate import MAX_MINUTES, judge
from road.training.monitoring import MAX_AGE, alert_rules, exposition, too_old
from road.training.operating_point import POINT
from road.training.registry import Entry, Registry
from road.training.training import train

from tests.road.training.parcels import repository_of
from tests.road.training.shops import NOW, Trained, asking

ENTRY = Entry(digest="0" * 64, run="r", trained=NOW, seconds=1)


def test_every_number_for_training_is_enforced(repository: Training) -> None:
    ours = {
        path
        for path in repository.brief.demands()
        if not path.startswith(("quality_attributes.batch", "quality_attributes.serving"))
    }

    assert ours == {THRESHOLD, MIN_GAIN, MAX_MINUTES, MAX_AGE}


def test_so_is_what_a_brief_may_ask_beside_these(tmp_path: Path) -> None:
    point = {"rule": "recall_at_least", "value": 0.5}
    repository = repository_of(tmp_path, "binary", segments={"depot": 0.9}, operating_point=point)
    known = set(repository.brief.demands())

    run = train(repository, started=NOW)

    ours = {path for path in known if path.startswith("objective")} | {MAX_MINUTES}
    assert {verdict.demand for verdict in run.verdicts} == ours
    assert {POINT, f"{SEGMENTS}.depot"} < ours


@pytest.mark.parametrize(
    ("requirement", "seconds", "failed"),
    [
        ({}, 300.0, []),
        ({}, 300.1, [MAX_MINUTES]),
        ({"threshold": 0.01}, 1.0, [THRESHOLD]),
        ({"min_gain": 0.99}, 1.0, [MIN_GAIN]),
    ],
)
def test_each_demand_fails_by_itself(
    requirement: dict[str, float], seconds: float, failed: list[str], trained: Trained
) -> None:
    repository, run = trained
    verdicts = judge(asking(repository, **requirement), run.evaluation, seconds)

    assert [verdict.demand for verdict in verdicts if not verdict.passed] == failed
    assert [verdict.demand for verdict in verdicts] == [THRESHOLD, MIN_GAIN, MAX_MINUTES]


def test_a_champion_grows_too_old(repository: Training) -> None:
    days = repository.brief.number(MAX_AGE)

    assert not too_old(ENTRY, days, NOW + timedelta(days=days))
    assert too_old(ENTRY, days, NOW + timedelta(days=days, seconds=1))


def test_the_alert_rules_follow_from_the_brief(repository: Training) -> None:
    groups = yaml.safe_load(alert_rules(repository.brief))["groups"]

    rules = {rule["alert"]: rule["expr"] for rule in groups[0]["rules"]}
    assert rules["ChampionTooOld"].endswith(f'{{model="shop-sales"}} > {30 * 24 * 3600}')
    assert rules["TrainingTooSlow"].endswith(f'{{model="shop-sales"}} > {5 * 60}')
    assert rules["GateFailed"].startswith("training_gate_passed{")


def test_operations_see_the_last_run_and_the_champion(trained: Trained) -> None:
    _, run = trained

    text = exposition("shop-sales", run, ENTRY)

    assert 'training_gate_passed{model="shop-sales"} 1.0\n' in text
    assert f'training_metric_value{{model="shop-sales"}} {run.evaluation.value!r}\n' in text
    assert f'training_champion_trained_timestamp_seconds{{model="shop-sales"}} {NOW.timestamp()!r}\n' in text
    assert exposition("shop-sales", None, None) == ""


def test_aliases_that_are_damaged_are_named(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "aliases.json").write_text('{"champion": 1}')

    with pytest.raises(UserError, match=r"aliases\.json is not valid"):
        Registry(tmp_path).aliases()
