"""The remedies that policies show: what stands before fails the policy, what stands after passes it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.finding import Result
from goldenpath.policy.base import Cases
from goldenpath.policy.cases import run
from goldenpath.policy.load import load_policies

if TYPE_CHECKING:
    from goldenpath.policy.base import Policy

_FOLDER = Path(__file__).parents[2] / "policies"
_WORKFLOW = ".github/workflows/ci.yml"
_JOB = "jobs:\n  a:\n    runs-on: x\n    steps:\n"
_MANIFEST = {"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n"}
_LISTED = {"requirements.txt": "six==1.16.0\n"}

#: What a repo has beside what the remedy shows, where the policy needs it to apply.
_BESIDE: dict[str, dict[str, str]] = {
    "actions-pinned": {},
    "container-dockerignore": {"Dockerfile": "FROM python:3.12\nCOPY . /app\n"},
    "container-installs-locked": {"uv.lock": "version = 1\n", **_MANIFEST},
    "container-no-piped-script": {},
    "container-non-root": {},
    "data-documented": {"data/raw/a.csv": "x\n1\n"},
    "dependencies-bounded": {},
    "dependency-updates": _LISTED,
    "image-digest": {},
    "image-tagged": {},
    "manifest-present": {"train.py": "import pandas\n"},
    "manifest-pyproject": {},
    "python-current": {},
    "python-declared": {},
    "python-supported": {},
    "sbom": {"Dockerfile": "FROM python:3.12\n"},
    "secret-scan-hook": {},
    "security-policy": _MANIFEST,
    "vcs-dependency-pinned": {},
    "vulnerability-audit": _LISTED,
    "workflow-no-injection": {},
    "workflow-no-target-checkout": {},
    "workflow-no-write-all": {},
    "workflow-permissions": {},
}
#: Where the remedy takes away what the policy asks of.
_GONE = {"workflow-no-target-checkout"}


@cache
def _shipped() -> dict[str, Policy]:
    return {policy.id: policy for policy in load_policies(_FOLDER)}


@pytest.mark.parametrize("name", sorted(_BESIDE))
def test_a_remedy_turns_the_finding_into_a_pass(name: str) -> None:
    policy, beside = _shipped()[name], _BESIDE[name]
    before, after = ({**beside, **_files(text)} for text in (policy.remediation.before, policy.remediation.after))

    results = run([replace(policy, cases=Cases(fail=(before,), pass_=(after,)))], inventory)
    assert [case.result for case in results if case.number] == [
        Result.FAIL,
        Result.NOT_APPLICABLE if name in _GONE else Result.PASS,
    ]


@pytest.mark.parametrize("name", sorted(_BESIDE))
def test_a_remedy_is_asked_of_a_policy_that_shows_one(name: str) -> None:
    assert _files(_shipped()[name].remediation.after)


def _files(text: str) -> dict[str, str]:
    """Return the file that a remedy shows, by its first words; nothing where it shows a command."""
    shown = re.sub(r"<(\d+) hex digits>", lambda match: "0" * int(match[1]), text)
    named = re.match(r"# (\S+)\n", shown)
    if named:
        return {named[1]: shown[named.end() :]}
    frames = {
        "FROM": ("Dockerfile", ""),
        "COPY": ("Dockerfile", "FROM python:3.12\n"),
        "on:": (_WORKFLOW, ""),
        "permissions:": (_WORKFLOW, f"on: push\n{_JOB}      - run: make\n"),
        "- run:": (_WORKFLOW, f"on: push\n{_JOB}"),
        "uses:": (_WORKFLOW, f"on: push\n{_JOB}      - "),
    }
    for start, (path, above) in frames.items():
        if shown.startswith(start):
            indented = shown.replace("\n- ", "\n      - ") if start == "- run:" else shown
            return {path: f"{above}{'      ' if start == '- run:' else ''}{indented}"}
    return {}
