"""What judges a repo travels to other processes unchanged."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath import testing
from goldenpath.facts.inventory import inventory
from goldenpath.policy import cases
from goldenpath.policy.load import load_policies
from goldenpath.policy.rules import KINDS
from goldenpath.repo import Repo
from goldenpath.survey.assess import Yardstick, assess_snapshot

if TYPE_CHECKING:
    from goldenpath.policy.base import Policy

SHIPPED = load_policies(Path(__file__).parents[2] / "policies")
_CHECKS = {
    "action": "{pinned: true}",
    "advisory": "{severity: high, days: 30}",
    "dependency": "{deny: [six], names: [a]}",
    "either": "{of: [{file: {exists: a}}, {dependency: {deny: [x]}}]}",
    "fact": "{table: images, where: {tag: {matches: x}}, each: {tag: {in: [a, b]}}}",
    "file": "{exists: README.md}",
    "hook": "{any_of: [ruff]}",
    "image": "{tagged: true}",
    "lockfile": "{present: true, tools: [uv]}",
    "plugin": "{name: a, options: {b: [1, 2]}}",
    "python_version": '{admits: "3.12"}',
    "schema": "{file: a.yaml, schema: {type: object, required: [a]}}",
    "technology": "{deny: [hold]}",
    "template": "{states: [edited, deleted], paths: [Makefile]}",
    "value": "{file: a.toml, path: a.b, any: {matches: x}}",
}
_POLICY = """\
- id: a
  title: a
  capability: security
  level: 1
  severity: low
  enforcement: {{audit: 2026-01-01}}
  when: {{any: [{{fact: {{table: images, where: {{tag: [a, b]}}}}}}, {{not: {{file: "**/x"}}}}]}}
  rationale: a
  {kind}: {check}
"""


def _through_a_pipe(policy: Policy) -> Policy:
    found: Policy = pickle.loads(pickle.dumps(policy))  # noqa: S301 - our own bytes
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_of_each_kind_arrives_as_it_was(kind: str) -> None:
    (policy,) = testing.policies_of(_POLICY.format(kind=kind, check=_CHECKS[kind]))

    assert _through_a_pipe(policy) == policy
    assert type(_through_a_pipe(policy).rule) is KINDS[kind]


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.id)
def test_a_shipped_policy_says_the_same_after_the_journey(policy: Policy) -> None:
    arrived = _through_a_pipe(policy)

    assert arrived == policy
    assert cases.run([arrived], inventory) == cases.run([policy], inventory)


def test_a_whole_yardstick_measures_the_same_after_the_journey() -> None:
    yardstick = Yardstick(policies=SHIPPED, waivers=(), as_of=date(2027, 1, 1))
    snapshot = testing.MemorySnapshot({"Dockerfile": "FROM python\n", "train.py": "import sklearn\n"})
    repo = Repo(id="a", name="a", path="")

    arrived = pickle.loads(pickle.dumps(yardstick))  # noqa: S301 - our own bytes

    assert arrived == yardstick
    assert assess_snapshot(repo, snapshot, arrived) == assess_snapshot(repo, snapshot, yardstick)
    assert assess_snapshot(repo, snapshot, arrived).findings
