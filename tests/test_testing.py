"""What authors of policies and plugins get."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath import testing
from goldenpath.errors import GoldenpathError
from goldenpath.finding import Result

if TYPE_CHECKING:
    from pathlib import Path

_POLICY = """\
- id: acme-tag
  title: Images carry a tag
  capability: security
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01}
  when: {fact: images}
  image: {tagged: true}
  rationale: Because.
  cases:
    fail: [{Dockerfile: FROM python}]
    pass: [{Dockerfile: "FROM python:3.12"}]
"""


def test_facts_and_subjects_come_from_a_map_of_files() -> None:
    files = {"svc/pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["six"]\n'}

    assert [row.name for row in testing.facts_of(files).dependencies] == ["six"]
    assert [subject.root for subject in testing.subjects_of(files)] == ["", "svc"]
    assert testing.subjects_of(files, topics=("ml",))[0].position.topics == ("ml",)


def test_a_rule_is_checked_against_files() -> None:
    (policy,) = testing.policies_of(_POLICY)

    assert testing.check(policy.rule, {"Dockerfile": "FROM python:3.12"}).result is Result.PASS
    assert testing.check(policy.rule, {"Dockerfile": "FROM python"}).result is Result.FAIL


def test_a_mistake_in_a_policy_is_raised() -> None:
    with pytest.raises(GoldenpathError, match="unknown key 'taged'"):
        testing.policies_of(_POLICY.replace("tagged", "taged"))


def test_the_cases_of_a_folder_are_run(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(_POLICY)

    assert [case.ok for case in testing.run_cases(tmp_path)] == [True, True]
    (tmp_path / "acme.yaml").write_text(_POLICY.replace("python:3.12", "python"))
    assert [case.ok for case in testing.run_cases(tmp_path)] == [True, False]
