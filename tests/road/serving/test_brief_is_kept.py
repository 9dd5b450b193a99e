"""Every number of the brief is used: change one, and something else is enforced."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import road.serving.metrics
import yaml
from road.core.brief import Brief, Serving
from road.core.errors import UserError
from road.serving import is_enforced
from road.serving.dashboard import dashboard
from road.serving.load_test import AVAILABILITY, P50, P99, RATE, Result, headers_of, hold_to_brief
from road.serving.model import GateError
from road.serving.monitoring import alert_rules
from road.serving.service import Service

from tests.road.briefs import BRIEF
from tests.road.serving.conftest import Make

GOOD = Result(offered=100.0, answered=100.0, statuses={200: 990, 503: 10}, latencies=(1.0,) * 98 + (9.0,) * 2)
Strict = Callable[[str, float], Brief]


@pytest.fixture
def strict() -> Strict:
    """Give a brief that asks for little, but for one number."""

    def made(path: str, value: float) -> Brief:
        content = copy.deepcopy(BRIEF)
        content["objective"]["requirement"] |= {"metric": "wape", "threshold": 1.0, "min_gain": 0.0}
        content["quality_attributes"] = {
            "serving": {"latency_p50_ms": 50, "latency_p99_ms": 50, "throughput_rps": 100, "availability": 0.9}
        }
        part = content
        *folders, name = path.split(".")
        for folder in folders:
            part = part[folder]
        part[name] = value
        return Brief.model_validate(content)

    return made


@pytest.mark.parametrize(
    ("path", "kept", "missed"),
    [("objective.requirement.threshold", 0.1, 0.01), ("objective.requirement.min_gain", 0.1, 0.9)],
)
def test_a_model_is_held_to(strict: Strict, make: Make, path: str, kept: float, missed: float) -> None:
    assert Service(replace(make(), brief=strict(path, kept))).ready
    with pytest.raises(GateError, match=path):
        Service(replace(make(), brief=strict(path, missed)))


@pytest.mark.parametrize(
    ("path", "kept", "missed"),
    [
        ("quality_attributes.serving.latency_p50_ms", 1.0, 0.9),
        ("quality_attributes.serving.latency_p99_ms", 9.0, 8.9),
        ("quality_attributes.serving.availability", 0.99, 0.991),
    ],
)
def test_a_load_test_is_held_to(strict: Strict, path: str, kept: float, missed: float) -> None:
    assert all(verdict.passed for verdict in hold_to_brief(strict(path, kept), GOOD))
    failed = [(v.demand, v.wanted) for v in hold_to_brief(strict(path, missed), GOOD) if not v.passed]
    assert failed == [(path, missed)]


def test_a_load_test_is_held_to_the_rate(strict: Strict) -> None:
    path = "quality_attributes.serving.throughput_rps"
    slow = Result(offered=200.0, answered=150.0, statuses={200: 1}, latencies=(1.0,))

    verdicts = {rate: hold_to_brief(strict(path, rate), slow) for rate in (150.0, 160.0)}

    assert [v.demand for v in verdicts[150.0] if not v.passed] == []
    assert [v.demand for v in verdicts[160.0] if not v.passed] == [path]


def test_a_group_that_is_much_worse_keeps_a_model_away(strict: Strict, make: Make) -> None:
    """The bundle was measured by one group, as good as the whole."""
    requirement = strict("objective.requirement.threshold", 1.0).objective.requirement
    for segments, is_served in (({}, True), ({"nobody": 0.1}, False)):
        asked = requirement.model_copy(update={"segments": segments})
        brief = strict("objective.requirement.threshold", 1.0)
        brief = brief.model_copy(update={"objective": brief.objective.model_copy(update={"requirement": asked})})
        assert [path for path in brief.demands() if not is_enforced(path)] == []
        if is_served:
            assert Service(replace(make(), brief=brief)).ready
            continue
        with pytest.raises(GateError, match=r"objective\.requirement\.segments\.nobody"):
            Service(replace(make(), brief=brief))


def test_no_number_of_serving_is_without_use() -> None:
    assert {f"quality_attributes.serving.{name}" for name in Serving.model_fields} == {P50, P99, RATE, AVAILABILITY}


def test_alerts_and_dashboard_follow_the_brief(strict: Strict) -> None:
    slow = strict("quality_attributes.serving.latency_p99_ms", 123.0)
    rules = {rule["alert"]: rule["expr"] for rule in rules_of(slow)}
    panels = {panel["title"]: panel for panel in json.loads(dashboard(slow))["panels"]}

    assert rules["TooSlow"].endswith("> 0.123")
    assert "> 1.44 " in rules["ErrorBudgetBurnsFast"]
    steps = panels["Latency"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert steps[1]["value"] == 0.123


def test_alerts_and_panels_ask_for_metrics_that_exist(strict: Strict) -> None:
    exposed = Path(road.serving.metrics.__file__).read_text()
    brief = strict("objective.requirement.threshold", 1.0)
    text = alert_rules(brief) + dashboard(brief)

    words = {word.split("{")[0].strip('("') for word in text.replace("(", " ").split()}
    names = {word for word in words if word.startswith("serving_")}
    assert names
    for name in names:
        stem = name.removesuffix("_total").removesuffix("_bucket")
        assert f'"{stem}"' in exposed, name


def test_a_header_of_a_load_test_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAD_TEST_TOKEN", "Bearer abc")

    assert headers_of(["authorization=LOAD_TEST_TOKEN"]) == (("authorization", "Bearer abc"),)
    for wrong in ("authorization", "authorization=GONE", "=LOAD_TEST_TOKEN"):
        with pytest.raises(UserError, match="--header"):
            headers_of([wrong])


def rules_of(brief: Brief) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = yaml.safe_load(alert_rules(brief))["groups"][0]["rules"]
    return rules
