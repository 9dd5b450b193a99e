"""The policies that goldenpath carries: complete, spread over capabilities and levels, and proved by their cases."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import TABLES, Certainty, Container, Facts, Governance, Workflow
from goldenpath.facts.radar import load_radar
from goldenpath.finding import Capability, Result, Stage
from goldenpath.policy.base import Cases
from goldenpath.policy.cases import run
from goldenpath.policy.engine import Quantifier, Question, judge
from goldenpath.policy.evaluate import evaluate
from goldenpath.policy.load import load_policies
from goldenpath.policy.subject import subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot
from goldenpath.testing import subjects_of
from tests.growth import LINEAR, growth

if TYPE_CHECKING:
    from goldenpath.facts.radar import Radar
    from goldenpath.policy.base import Outcome, Policy
    from goldenpath.policy.subject import Subject

_FOLDER = Path(__file__).parents[2] / "policies"


@cache
def _shipped() -> tuple[Policy, ...]:
    return load_policies(_FOLDER)


@cache
def _radar() -> Radar:
    return load_radar([_FOLDER / "radar.yaml"])


def test_every_case_comes_out_and_proves_its_check() -> None:
    assert [case for case in run(_shipped(), inventory, _radar()) if not case.ok] == []


@dataclass(frozen=True)
class _Overheard:
    """A rule that remembers the questions it asked."""

    rule: Any
    asked: list[Question] = field(default_factory=list)

    def question(self, subject: Subject) -> Question:
        self.asked.append(self.rule.question(subject))
        return self.asked[-1]

    def check(self, subject: Subject) -> Outcome:
        return judge(self.question(subject))


@pytest.mark.parametrize("policy", _shipped(), ids=lambda policy: policy.id)
def test_what_is_demanded_of_each_thing_is_proved_by_a_thing_that_lacks_it(policy: Policy) -> None:
    rule = _Overheard(policy.rule)
    run([replace(policy, rule=rule, cases=Cases(fail=policy.cases.fail))], inventory, _radar())

    failed = [question for question in rule.asked if judge(question).result is Result.FAIL]
    assert any(question.quantifier is Quantifier.ANY or question.items for question in failed)


def test_every_policy_leaves_repos_alone_where_it_may_not_apply() -> None:
    assert [p.id for p in _shipped() if p.when is not None and not p.cases.not_applicable] == []


def test_there_are_policies_of_every_capability_at_every_level() -> None:
    held = {(policy.capability, policy.level) for policy in _shipped()}

    assert len(_shipped()) >= 60
    assert [pair for pair in itertools.product(Capability, (1, 2, 3)) if pair not in held] == []


@pytest.mark.parametrize("policy", _shipped(), ids=lambda policy: policy.id)
def test_a_policy_says_why_and_how_to_mend(policy: Policy) -> None:
    assert len(policy.rationale) > 40
    assert policy.remediation.text
    assert policy.remediation.after
    assert all(reference.startswith("https://") for reference in policy.references)
    assert Path(policy.origin.partition(":")[0]).stem == policy.capability


def test_what_nobody_may_negotiate_cannot_be_waived() -> None:
    assert {policy.id for policy in _shipped() if not policy.waivable} == {
        "no-secret-files",
        "no-unsafe-model-format",
        "personal-data-ethics",
        "personal-data-privacy",
    }


def test_most_policies_are_in_force_and_some_are_still_to_come() -> None:
    stages = [policy.stage(date(2026, 11, 21)) for policy in _shipped()]

    assert stages.count(Stage.PLANNED) in range(1, 6)
    assert stages.count(Stage.BLOCK) >= len(stages) / 3


_HOSTILE = (
    "curl ",
    "RUN pip install ",
    "a: ",
    "<",
    "\n",
    " \n",
    "pull_request_target ",
    "make audi ",
    "ref: ",
    "* ",
    "# ",
)


def _subjects_with(text: str) -> tuple[Subject, ...]:
    """Return what is judged of a repo in which every file that a shipped expression reads has this text."""
    paths = ("Dockerfile", "uv.lock", "brief.yaml", "CODEOWNERS", "README.md", "requirements.txt")
    snapshot = MemorySnapshot(
        {**dict.fromkeys(paths, text), ".github/workflows/a.yml": "on: pull_request_target\n" + text}
    )
    row = Container(path="Dockerfile", user=None)
    hook = Workflow(name=None, triggers=("pull_request_target",), permissions=None, commands=(text,), path="a.yml")
    facts = Facts(containers=(row,), workflows=(hook,), governance=(Governance(kind="codeowners", path="CODEOWNERS"),))
    return subjects(Repo(id="x", name="x", path=""), snapshot, facts)


@pytest.mark.parametrize("piece", _HOSTILE)
def test_the_expressions_of_the_shipped_policies_cost_no_more_than_the_length_of_a_text(piece: str) -> None:
    policies = [policy for policy in _shipped() if policy.kind in {"file", "fact"}]

    def judge_all(judged: tuple[Subject, ...]) -> None:
        evaluate(judged, policies, (), date(2026, 11, 21))

    assert growth(judge_all, lambda size: _subjects_with(piece * (size // len(piece))), 900_000) <= LINEAR


@pytest.mark.parametrize(("topics", "result"), [((), Result.FAIL), (("ml", "example-projects"), Result.NOT_APPLICABLE)])
def test_what_its_source_calls_an_example_needs_no_brief(topics: tuple[str, ...], result: Result) -> None:
    (policy,) = (policy for policy in _shipped() if policy.id == "brief-present")
    judged = subjects_of({"train.py": "import torch\n"}, topics=topics)

    assert evaluate(judged, [policy], (), date(2026, 11, 21))[0].result is result


_LIKELY: dict[str, str | bytes] = {
    ".env": "DB_PASSWORD=Xk3j2kd9sl\nDATABASE_URL=postgres://app:Xk3j2kd9sl@db.example.org/x\n",
    ".env.example": "TOKEN=ghp_k3Vd8TzQ1mXw7RbY5nJc2LhS9pGf4AeUo6Ki\n",
    ".htpasswd": "admin:$apr1$x$y\n",
    "model.pkl": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "weights/net.pth": b"\xff\0" * 300,
    "brief.yaml": "concerns: {privacy: {personal_data: maybe}}\n",
}


def test_what_nobody_may_waive_fires_on_nothing_that_is_only_likely() -> None:
    facts = inventory(MemorySnapshot(_LIKELY))
    assert {row.certainty for row in facts.secrets} == {Certainty.LIKELY}
    assert {row.certainty for row in facts.models} == {Certainty.LIKELY}

    strict = [replace(policy, enforcement=_shipped()[0].enforcement) for policy in _shipped() if not policy.waivable]
    results = evaluate(subjects_of(_LIKELY), strict, (), date(2030, 1, 1))

    assert strict
    assert [result.policy for result in results if result.result is Result.FAIL] == []


@pytest.mark.parametrize(
    "policy", [policy for policy in _shipped() if not policy.waivable], ids=lambda policy: policy.id
)
def test_what_nobody_may_waive_asks_facts_that_say_how_sure_they_are_or_the_repos_own_word(policy: Policy) -> None:
    rule = policy.rule
    table = getattr(rule, "table", None)

    assert (table and "certainty" in TABLES[table].__slots__) or getattr(rule, "file", None) == "brief.yaml"
