"""What a shipped policy shows as a remedy mends what it calls wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath.finding import Result
from goldenpath.policy.evaluate import evaluate
from goldenpath.policy.load import load_policies
from goldenpath.testing import subjects_of

if TYPE_CHECKING:
    from goldenpath.policy.base import Files, Policy

_ALL = load_policies(Path(__file__).parents[2] / "policies")
_SHOWN = [policy for policy in _ALL if policy.capability in {"framing", "observability", "ownership"}]


def _with(case: Files, remedy: str) -> dict[str, str]:
    """Return a failing case with the file that a remedy shows; its first line names the file."""
    mark, path = remedy.partition("\n")[0].split(" ", 1)
    assert mark == "#", remedy
    return {name: str(text) for name, text in case.items()} | {path: remedy}


def _becomes(policy: Policy, files: dict[str, str]) -> set[Result]:
    results = evaluate(subjects_of(files), [policy], (), date(2027, 1, 1))
    return {result.result for result in results} - {Result.NOT_APPLICABLE}


@pytest.mark.parametrize("policy", _SHOWN, ids=lambda policy: policy.id)
def test_the_file_of_a_remedy_turns_a_failing_case_into_a_passing_one(policy: Policy) -> None:
    mended = [_becomes(policy, _with(case, policy.remediation.after)) for case in policy.cases.fail]

    assert {Result.PASS} in mended


@pytest.mark.parametrize("policy", [p for p in _SHOWN if p.remediation.before], ids=lambda policy: policy.id)
def test_the_file_before_a_remedy_fails(policy: Policy) -> None:
    wrong = [_becomes(policy, _with(case, policy.remediation.before)) for case in policy.cases.fail]

    assert {Result.FAIL} in wrong
