from __future__ import annotations

from pathlib import Path

import pytest
from road.core.brief import Brief, read_brief
from road.core.gate import METRIC, MIN_GAIN, THRESHOLD, gain, judge_model
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
