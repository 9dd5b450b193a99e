"""Every number of the brief is used: change one, and something else is enforced."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from {{ package_name }}.brief import Brief, read_brief
from {{ package_name }}.bundle import Bundle
from {{ package_name }}.dashboard import dashboard
from {{ package_name }}.gate import judge
from {{ package_name }}.load_test import Result, hold_to_brief
from {{ package_name }}.monitoring import alert_rules

from .conftest import MODEL

MANIFEST = Bundle.load(MODEL).manifest
GOOD = Result(
    offered=100.0, answered=100.0, statuses={200: 990, 503: 10}, latencies=(1.0,) * 98 + (9.0,) * 2
)


@pytest.fixture
def strict() -> Callable[[str, float], Brief]:
    """A brief that asks for little, but for one number."""

    def make(path: str, value: float) -> Brief:
        content = yaml.safe_load(Path("brief.yaml").read_text())
        content["objective"]["requirement"] |= {"threshold": 1.0, "min_gain": 0.0}
        content["quality_attributes"]["serving"] = {
            "latency_p50_ms": 50,
            "latency_p99_ms": 50,
            "throughput_rps": 100,
            "availability": 0.9,
        }
        part = content
        *folders, name = path.split(".")
        for folder in folders:
            part = part[folder]
        part[name] = value
        return Brief.model_validate(content)

    return make


@pytest.mark.parametrize(
    ("path", "kept", "missed"),
    [
        ("objective.requirement.threshold", MANIFEST.evaluation.value, 0.01),
        ("objective.requirement.min_gain", 0.1, 0.9),
    ],
)
def test_a_model_is_held_to(
    strict: Callable[[str, float], Brief], path: str, kept: float, missed: float
) -> None:
    assert all(verdict.passed for verdict in judge(strict(path, kept), MANIFEST))
    failed = [v.demand for v in judge(strict(path, missed), MANIFEST) if not v.passed]
    assert failed == [path]


@pytest.mark.parametrize(
    ("path", "kept", "missed"),
    [
        ("quality_attributes.serving.latency_p50_ms", 1.0, 0.9),
        ("quality_attributes.serving.latency_p99_ms", 9.0, 8.9),
        ("quality_attributes.serving.availability", 0.99, 0.991),
    ],
)
def test_a_load_test_is_held_to(
    strict: Callable[[str, float], Brief], path: str, kept: float, missed: float
) -> None:
    assert all(verdict.passed for verdict in hold_to_brief(strict(path, kept), GOOD))
    failed = [v.demand for v in hold_to_brief(strict(path, missed), GOOD) if not v.passed]
    assert failed == [path]


def test_a_load_test_is_held_to_the_rate(strict: Callable[[str, float], Brief]) -> None:
    path = "quality_attributes.serving.throughput_rps"
    slow = Result(offered=200.0, answered=150.0, statuses={200: 1}, latencies=(1.0,))

    verdicts = {rate: hold_to_brief(strict(path, rate), slow) for rate in (150.0, 160.0)}

    assert [v.demand for v in verdicts[150.0] if not v.passed] == []
    assert [v.demand for v in verdicts[160.0] if not v.passed] == [path]


def test_another_metric_is_refused(strict: Callable[[str, float], Brief]) -> None:
    brief = strict("objective.requirement.threshold", 1.0)
    changed = brief.objective.requirement.model_copy(update={"metric": "rmse"})
    objective = brief.objective.model_copy(update={"requirement": changed})

    (verdict,) = judge(brief.model_copy(update={"objective": objective}), MANIFEST)

    assert not verdict.passed
    assert "asked for rmse" in verdict.message


def test_every_number_of_the_brief_is_used_somewhere() -> None:
    used = {
        "objective.requirement.threshold",
        "objective.requirement.min_gain",
        "quality_attributes.serving.latency_p50_ms",
        "quality_attributes.serving.latency_p99_ms",
        "quality_attributes.serving.throughput_rps",
        "quality_attributes.serving.availability",
    }

    assert set(read_brief(Path("brief.yaml")).demands()) == used


def test_alert_rules_and_dashboard_are_those_of_the_brief() -> None:
    brief = read_brief(Path("brief.yaml"))

    assert Path("monitoring/alerts.yaml").read_text() == alert_rules(brief)
    assert Path("monitoring/dashboard.json").read_text() == dashboard(brief)


def test_alerts_and_dashboard_follow_the_brief(strict: Callable[[str, float], Brief]) -> None:
    slow = strict("quality_attributes.serving.latency_p99_ms", 123.0)
    rules = {rule["alert"]: rule["expr"] for rule in rules_of(slow)}
    panels = {panel["title"]: panel for panel in json.loads(dashboard(slow))["panels"]}

    assert rules["TooSlow"].endswith("> 0.123")
    assert "> 1.44 " in rules["ErrorBudgetBurnsFast"]
    steps = panels["Latency"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert steps[1]["value"] == 0.123


def test_every_alert_has_its_place_in_the_runbook(strict: Callable[[str, float], Brief]) -> None:
    lines = Path("docs/runbook.md").read_text().splitlines()
    headings = {line.lower().lstrip("# ").replace(" ", "-") for line in lines if line[:2] == "##"}

    for rule in rules_of(strict("objective.requirement.threshold", 1.0)):
        assert rule["annotations"]["runbook"].partition("#")[2] in headings, rule["alert"]


def test_alerts_and_panels_ask_for_metrics_that_exist() -> None:
    exposed = Path("src/{{ package_name }}/metrics.py").read_text()
    brief = read_brief(Path("brief.yaml"))
    text = alert_rules(brief) + dashboard(brief)

    words = {word.split("{")[0].strip('("') for word in text.replace("(", " ").split()}
    names = {word for word in words if word.startswith("serving_")}
    assert names
    for name in names:
        stem = name.removesuffix("_total").removesuffix("_bucket")
        assert f'"{stem}"' in exposed, name


def rules_of(brief: Brief) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = yaml.safe_load(alert_rules(brief))["groups"][0]["rules"]
    return rules
