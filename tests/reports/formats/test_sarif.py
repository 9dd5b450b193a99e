from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from goldenpath.policy.load import load_policies
from goldenpath.reports.formats import sarif

if TYPE_CHECKING:
    from goldenpath.survey.result import Survey

TOOL = Path(__file__).resolve().parents[3] / "node_modules/@microsoft/sarif-multitool-linux"  # `make tools` gets it


def log(survey: Survey) -> Any:
    return json.loads(sarif.render(survey))


def told_by_validator(survey: Survey, folder: Path) -> list[str]:
    """Return the rules of the errors and warnings that the validator has."""
    file, verdict = folder / "survey.sarif", folder / "verdict.sarif"
    file.write_text(sarif.render(survey))
    wanted = ["--level", "Error;Warning", "--kind", "Fail", "--output", str(verdict)]
    subprocess.run([str(TOOL / "Sarif.Multitool"), "validate", str(file), *wanted], check=True, capture_output=True)

    # Its exit status says nothing, and a result without a level is a warning.
    run = json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"][0]
    assert run["invocations"][0]["executionSuccessful"]
    return [result["ruleId"] for result in run.get("results", ()) if result.get("level") != "note"]


@pytest.mark.slow
@pytest.mark.parametrize("which", ["one", "fleet", "hostile"])
def test_the_validator_has_no_error_and_no_warning(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    survey: Survey = request.getfixturevalue(which)

    survey = replace(survey, known=frozenset({survey.findings[0].fingerprint}))

    assert told_by_validator(survey, tmp_path) == []


@pytest.mark.slow
def test_the_validator_has_nothing_against_a_shipped_policy(one: Survey, tmp_path: Path) -> None:
    policies = load_policies(Path(__file__).parents[3] / "policies")
    assessment = one.assessments[0]
    findings = tuple(replace(one.findings[0], policy=policy.id, title=policy.title) for policy in policies)
    result = replace(assessment.results[0], findings=findings)

    survey = replace(one, policies=policies, assessments=(replace(assessment, results=(result,)),))

    assert told_by_validator(survey, tmp_path) == []


@pytest.mark.parametrize("which", ["one", "fleet", "hostile"])
def test_the_schema_that_the_validator_ships_holds(which: str, request: pytest.FixtureRequest) -> None:
    schema = json.loads((TOOL / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))

    jsonschema.validate(log(request.getfixturevalue(which)), schema)


def test_the_level_follows_the_stage(one: Survey) -> None:
    results = log(one)["runs"][0]["results"]

    teams = [result for result in results if "blueprint" not in result["properties"]]
    said = {result["properties"]["stage"]: (result["kind"], result["level"]) for result in teams}
    assert said == {
        "block": ("fail", "error"),
        "warn": ("fail", "warning"),
        "audit": ("fail", "note"),
        "planned": ("informational", "none"),
    }


def test_what_is_the_blueprints_is_told_for_information_with_its_owner(one: Survey) -> None:
    results = log(one)["runs"][0]["results"]

    (theirs,) = (result for result in results if "blueprint" in result["properties"])
    assert (theirs["kind"], theirs["level"]) == ("informational", "none")
    assert theirs["message"]["text"].endswith("This is the blueprint's, not yours: tell team-ml.")
    assert (theirs["properties"]["blueprint"], theirs["properties"]["owner"]) == ("training 1.0.0", "team-ml")


def test_a_waived_finding_is_suppressed_with_its_reason(one: Survey) -> None:
    results = log(one)["runs"][0]["results"]

    suppressed = [result["suppressions"] for result in results if result["suppressions"]]
    assert suppressed == [
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "PAY-311, until 2027-03-01, accepted by team-pay: Vendor image",
            }
        ]
    ]


def test_results_point_at_their_rules(one: Survey) -> None:
    run = log(one)["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert all(rule["help"]["markdown"] and rule["fullDescription"]["text"] for rule in rules)


def test_a_run_that_could_not_judge_all_says_so(fleet: Survey) -> None:
    runs = {run["automationDetails"]["id"]: run["invocations"][0] for run in log(fleet)["runs"]}

    said = {name.split("/")[-2]: invocation["executionSuccessful"] for name, invocation in runs.items()}
    assert said == {"churn": True, "fraud": False, "old": False, "fleet": False}
    notes = runs["goldenpath/git.example.org/acme/old/"]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"] == "The repo is unreadable: its objects are missing."


def test_a_path_is_a_relative_uri(one: Survey) -> None:
    results = log(one)["runs"][0]["results"]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}

    assert {"docker/a%20b.Dockerfile", "%C3%BC/Dockerfile", "."} <= uris


def test_a_baseline_tells_old_findings_from_new_ones(one: Survey) -> None:
    old = one.findings[0].fingerprint

    results = log(replace(one, known=frozenset({old})))["runs"][0]["results"]

    states = {result["partialFingerprints"]["goldenpath/v1"]: result["baselineState"] for result in results}
    assert states.pop(old) == "unchanged"
    assert set(states.values()) == {"new"}


def test_no_link_is_seen_in_a_text_of_a_repo(hostile: Survey) -> None:
    assert "](" not in log(hostile)["runs"][0]["results"][0]["message"]["text"]
