"""Judging repos: results, findings, fingerprints, levels."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.facts.model import Action, Facts, Project
from goldenpath.finding import Capability, Place, Result, Severity, Stage
from goldenpath.policy import evaluate as evaluation
from goldenpath.policy.base import Enforcement, Miss, Outcome, Scope
from goldenpath.policy.conditions import Condition
from goldenpath.policy.evaluate import PolicyResult, evaluate, level
from goldenpath.policy.rules.fact import FactRule
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.rules.schema import SchemaRule
from goldenpath.policy.waivers import Waiver
from goldenpath.policy.when import When

if TYPE_CHECKING:
    from goldenpath.policy.base import Rule
    from goldenpath.policy.subject import Subject
    from tests.policy.conftest import MakePolicy, MakeSubjects

_DAY = date(2026, 11, 21)
_WAIVER = Waiver(
    policy="has-readme",
    repo="git.example.org/acme/*",
    owner="team-payments",
    reason="Replaced next quarter",
    ticket="PAY-311",
    expires=date(2027, 1, 1),
    origin="w.yaml:1:3",
)


@dataclass(frozen=True)
class _Raises:
    error: Exception

    def check(self, subject: Subject) -> Outcome:  # noqa: ARG002 - the shape of a rule
        raise self.error


@dataclass(frozen=True)
class _Fails:
    misses: tuple[Miss, ...]

    def check(self, subject: Subject) -> Outcome:  # noqa: ARG002 - the shape of a rule
        return Outcome(result=Result.FAIL, misses=self.misses)


def _miss(path: str, line: int, subject: str = "torch") -> Miss:
    return Miss(place=Place(path=path, line=line), subject=subject, found="x", wanted="y")


def test_a_policy_passes_fails_or_does_not_apply(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    policies = (
        make_policy(id="a"),
        make_policy(id="b", rule=FileRule(exists="SECURITY.md")),
        make_policy(id="c", when=When(file="Dockerfile")),
    )
    results = evaluate(make_subjects({"README.md": ""}), policies, (), _DAY)

    assert [(r.policy, r.result) for r in results] == [
        ("a", Result.PASS),
        ("b", Result.FAIL),
        ("c", Result.NOT_APPLICABLE),
    ]
    assert {r.stage for r in results} == {Stage.WARN}


@pytest.mark.parametrize(
    ("error", "reason"),
    [(UnreadableError("over the limit", where="a.toml"), "a.toml: over the limit"), (KeyError("x"), "KeyError: 'x'")],
)
def test_a_rule_that_raises_is_an_error_and_leaves_the_others_alone(
    error: Exception, reason: str, make_policy: MakePolicy, make_subjects: MakeSubjects
) -> None:
    policies = (make_policy(id="bad", rule=_Raises(error)), make_policy(id="good"))
    bad, good = evaluate(make_subjects({"README.md": ""}), policies, (), _DAY)

    assert (bad.result, bad.reason) == (Result.ERROR, reason)
    assert good.result is Result.PASS


def test_a_finding_says_all_that_a_report_needs(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    policy = make_policy(rule=_Fails((_miss("a.toml", 3),)))
    ((finding,),) = [r.findings for r in evaluate(make_subjects(), (policy,), (), _DAY)]

    assert (finding.repo, finding.project, finding.policy) == ("git.example.org/acme/fraud", "", "has-readme")
    assert (str(finding.place), finding.subject, finding.found, finding.wanted) == ("a.toml:3", "torch", "x", "y")
    assert (finding.stage, finding.severity, finding.level) == (Stage.WARN, Severity.LOW, 1)


def test_a_policy_for_projects_judges_each_project(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    roots = ("", "svc/a", "svc/a/inner")
    projects = tuple(Project(root=r, name=None, build_backend=None, path=f"{r}/pyproject.toml") for r in roots)
    files = {"README.md": "", "svc/a/inner/README.md": "", "svc/a/x.py": ""}
    results = evaluate(make_subjects(files, Facts(projects=projects)), (make_policy(scope=Scope.PROJECT),), (), _DAY)

    assert [(r.project, r.result) for r in results] == [
        ("", Result.PASS),
        ("svc/a", Result.FAIL),
        ("svc/a/inner", Result.PASS),
    ]
    assert [f.project for r in results for f in r.findings] == ["svc/a"]


def test_a_repo_without_a_project_is_judged_as_one(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    results = evaluate(make_subjects(), (make_policy(scope=Scope.PROJECT),), (), _DAY)

    assert [(r.project, r.result) for r in results] == [("", Result.FAIL)]


def test_a_row_keeps_the_project_that_it_belongs_to(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    row = Action(uses="a/b@v1", name="a/b", ref="v1", pinned=False, kind="action", path="w.yml", line=1, project="svc")
    rule = FactRule(table="actions", each={"pinned": Condition(equals=True)})
    (result,) = evaluate(make_subjects(facts=Facts(actions=(row,))), (make_policy(rule=rule),), (), _DAY)

    assert [f.project for f in result.findings] == ["svc"]


def test_a_fingerprint_survives_a_move_of_the_line(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    prints = []
    for line in (3, 300):
        policy = make_policy(rule=_Fails((_miss("a.toml", line),)))
        (result,) = evaluate(make_subjects(), (policy,), (), _DAY)
        prints.append(result.findings[0].fingerprint)

    assert prints[0] == prints[1]


def test_what_repeats_at_one_path_has_fingerprints_of_its_own(
    make_policy: MakePolicy, make_subjects: MakeSubjects
) -> None:
    policy = make_policy(rule=_Fails((_miss("a", 9), _miss("a", 2), _miss("b", 2), _miss("a", 3, "jax"))))
    (result,) = evaluate(make_subjects(), (policy,), (), _DAY)

    assert [(str(f.place), f.subject) for f in result.findings] == [
        ("a:2", "torch"),
        ("a:3", "jax"),
        ("a:9", "torch #2"),
        ("b:2", "torch"),
    ]
    assert len({f.fingerprint for f in result.findings}) == 4


def test_a_waiver_covers_a_finding_and_is_named(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    (result,) = evaluate(make_subjects(), (make_policy(),), (_WAIVER,), _DAY)

    assert (result.result, result.waivers) == (Result.WAIVED, ("w.yaml:1:3",))
    assert [f.waiver for f in result.findings] == ["PAY-311"]


def test_a_policy_stays_failed_while_one_finding_is_not_waived(
    make_policy: MakePolicy, make_subjects: MakeSubjects
) -> None:
    policy = make_policy(rule=_Fails((_miss("legacy/a", 1), _miss("new/a", 1))))
    (result,) = evaluate(make_subjects(), (policy,), (replace(_WAIVER, path="legacy/**"),), _DAY)

    assert result.result is Result.FAIL
    assert [f.waiver for f in result.findings] == ["PAY-311", ""]


def test_what_nobody_may_waive_is_not_waived(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    (result,) = evaluate(make_subjects(), (make_policy(waivable=False),), (_WAIVER,), _DAY)

    assert result.result is Result.FAIL


def test_a_disabled_policy_judges_nothing(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    assert evaluate(make_subjects(), (make_policy(disabled="decision 12"),), (), _DAY) == ()


def test_results_travel_between_processes(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    results = evaluate(make_subjects(), (make_policy(),), (), _DAY)

    assert pickle.loads(pickle.dumps(results)) == results  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(make_policy(when=When(file="x")))) == make_policy(when=When(file="x"))  # noqa: S301


def _result(level: int, result: Result, stage: Stage = Stage.BLOCK) -> PolicyResult:
    return PolicyResult(
        policy=f"p{level}",
        project="",
        capability=Capability.SECURITY,
        level=level,
        severity=Severity.LOW,
        stage=stage,
        result=result,
    )


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], 3),
        ([_result(1, Result.PASS), _result(3, Result.FAIL)], 2),
        ([_result(1, Result.FAIL), _result(3, Result.FAIL)], 0),
        ([_result(2, Result.FAIL, Stage.AUDIT)], 1),
        ([_result(2, Result.FAIL, Stage.PLANNED)], 3),
        ([_result(1, Result.WAIVED)], 3),
        ([_result(1, Result.NOT_APPLICABLE)], 3),
        ([_result(3, Result.ERROR)], None),
        ([_result(1, Result.FAIL), _result(3, Result.ERROR)], None),
        ([_result(3, Result.ERROR, Stage.PLANNED)], 3),
    ],
)
def test_a_level_is_held_below_the_lowest_failure_in_force(results: list[PolicyResult], expected: int | None) -> None:
    assert level(results) == expected


def test_a_later_date_counts_what_is_planned(make_policy: MakePolicy, make_subjects: MakeSubjects) -> None:
    policy = make_policy(enforcement=Enforcement(audit=date(2027, 1, 1)))

    assert level(evaluate(make_subjects(), (policy,), (), _DAY)) == 3
    assert level(evaluate(make_subjects(), (policy,), (), date(2027, 1, 1))) == 0


@pytest.mark.parametrize(
    "rule",
    [
        FactRule(table="actions", none={"uses": Condition(matches="(a+)+$")}),
        FileRule(exists="x.txt", contains="(a+)+$"),
        SchemaRule(file="x.json", schema={"type": "string", "pattern": "(a+)+$"}),
    ],
    ids=["fact", "file", "schema"],
)
def test_a_pattern_that_never_ends_is_an_error_and_leaves_the_others_alone(
    rule: Rule, make_policy: MakePolicy, make_subjects: MakeSubjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "SECONDS", 0.1)
    hostile = "a" * 32 + "!"
    action = Action(uses=hostile, name=hostile, ref="", pinned=False, kind="action", path="ci.yml", line=1)
    files = {"x.txt": hostile, "x.json": json.dumps(hostile), "README.md": ""}
    subjects = make_subjects(files, Facts(actions=(action,)))

    results = evaluate(subjects, (make_policy(id="a", rule=rule), make_policy(id="b")), (), _DAY)

    assert [(r.policy, r.result) for r in results] == [("a", Result.ERROR), ("b", Result.PASS)]
    assert "takes more than 0.1 s of computing" in results[0].reason
