from __future__ import annotations

from pathlib import Path

import pytest
from road.core.brief import Brief, read_brief
from road.core.gate import METRIC, MIN_GAIN, SEGMENTS, THRESHOLD, gain, judge_model
from road.core.manifest import Evaluation

from tests.road.briefs import write_brief


def evaluation(**changes: object) -> Evaluation:
    fields = {
        "metric": "mae",
        "direction": "lower",
        "value": 1.0,
        "threshold": 2.0,
        "baseline": "yesterday",
        "baseline_value": 3.0,
        "rows": 10,
        "segments": {},
    }
    return Evaluation.model_validate({**fields, **changes})


@pytest.fixture
def brief(tmp_path: Path) -> Brief:
    return read_brief(write_brief(tmp_path))


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({}, []),
        ({"value": 2.0}, []),
        ({"value": 2.1, "baseline_value": 9.0}, [THRESHOLD]),
        ({"value": 1.0, "baseline_value": 1.01}, [MIN_GAIN]),
        ({"value": 2.1, "baseline_value": 2.1}, [THRESHOLD, MIN_GAIN]),
        ({"value": float("nan")}, [THRESHOLD, MIN_GAIN]),
        ({"baseline_value": 0.0}, [MIN_GAIN]),
        ({"metric": "rmse"}, [METRIC]),
        ({"direction": "higher"}, [METRIC]),
    ],
)
def test_a_model_is_held_to_each_demand(brief: Brief, changes: dict[str, object], failed: list[str]) -> None:
    verdicts = judge_model(brief, evaluation(**changes))

    assert [verdict.demand for verdict in verdicts if not verdict.passed] == failed


def test_higher_can_be_better(tmp_path: Path) -> None:
    brief = read_brief(write_brief(tmp_path, metric="r2", direction="higher", threshold=0.5))
    good = evaluation(metric="r2", direction="higher", value=0.6, baseline_value=0.5)
    bad = evaluation(metric="r2", direction="higher", value=0.4, baseline_value=0.1)

    assert [verdict.passed for verdict in judge_model(brief, good)] == [True, True]
    assert [verdict.passed for verdict in judge_model(brief, bad)] == [False, True]
    assert judge_model(brief, bad)[0].message == "0.4000, at least 0.5000"


def test_gain_follows_the_direction() -> None:
    assert gain("lower", 0.5, 1.0) == pytest.approx(0.5)
    assert gain("higher", 0.5, 1.0) == pytest.approx(-0.5)
    assert gain("higher", 0.5, -1.0) == pytest.approx(1.5)


def test_more_than_nothing_is_an_endless_gain() -> None:
    assert gain("higher", 0.2, 0.0) == float("inf")
    assert gain("higher", 0.0, 0.0) == 0
    assert gain("lower", 0.2, 0.0) == -float("inf")


@pytest.mark.parametrize("value", [1.0, 2.5])
def test_a_proposed_threshold_is_told_and_stops_nothing_but_in_production(tmp_path: Path, value: float) -> None:
    brief = read_brief(write_brief(tmp_path, proposed=True))

    tried, _ = judge_model(brief, evaluation(value=value))
    relied_on, _ = judge_model(brief, evaluation(value=value), production=True)

    assert (tried.passed, tried.binds) == (True, False)
    assert ("not met" in tried.message) == (value > 2)
    assert (relied_on.passed, relied_on.binds) == (False, True)
    assert "2.0000 is only proposed: agree on it with the owner" in relied_on.message


@pytest.mark.parametrize(
    ("segments", "passed", "said"),
    [
        ({"shop=north": 1.1, "shop=south": 0.9}, True, "shop=north: 1.1000, 10.0% worse than the whole (1.0000), at"),
        ({"shop=north": 0.9, "shop=south": 1.3}, False, "shop=south: 1.3000, 30.0% worse than the whole"),
        ({"till=1": 1.0}, False, "nothing was measured by shop"),
    ],
)
def test_no_group_may_be_much_worse_than_the_whole(
    tmp_path: Path, segments: dict[str, float], *, passed: bool, said: str
) -> None:
    brief = read_brief(write_brief(tmp_path, segments={"shop": 0.2}))

    verdict = judge_model(brief, evaluation(segments=segments))[-1]

    assert (verdict.demand, verdict.wanted, verdict.passed) == (f"{SEGMENTS}.shop", 0.2, passed)
    assert said in verdict.message


def test_of_a_metric_that_is_to_be_high_the_lowest_group_is_the_worst(tmp_path: Path) -> None:
    asked = {"metric": "r2", "direction": "higher", "threshold": 0.5, "segments": {"shop": 0.2}}
    brief = read_brief(write_brief(tmp_path, **asked))
    groups = {"shop=north": 0.6, "shop=south": 0.45}

    verdict = judge_model(
        brief, evaluation(metric="r2", direction="higher", value=0.6, baseline_value=0.1, segments=groups)
    )[-1]

    assert not verdict.passed
    assert "25.0% worse" in verdict.message
