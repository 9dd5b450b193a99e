"""Cases of policies, and whether each proves something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.model import Container, Facts
from goldenpath.finding import Result
from goldenpath.policy.base import Cases, Missing, Outcome
from goldenpath.policy.cases import Expected, emptied, negated, run
from goldenpath.policy.conditions import Condition
from goldenpath.policy.rules.dependency import DependencyRule
from goldenpath.policy.rules.fact import FactRule
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.when import When
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from goldenpath.policy.subject import Subject
    from goldenpath.snapshot.base import Snapshot
    from tests.policy.conftest import MakePolicy, MakeSubject


def _inventory(snapshot: Snapshot, *, packages: bool = False) -> Facts:  # noqa: ARG001 - the seam's
    """Know one fact: a file `user` is a container with that user."""
    rows = (Container(path=path, user=snapshot.read(path).decode() or None) for path in snapshot.entries())
    return Facts(containers=tuple(row for row in rows if row.path == "user"))


def _problems(policy: Any) -> list[str]:
    return [f"{case.expected} {case.number}: {case.problem}" for case in run([policy], _inventory) if case.problem]


def test_good_cases_have_no_problem(make_policy: MakePolicy) -> None:
    rule = FactRule(table="containers", each={"user": Condition(not_in=("root",))}, missing=Missing.FAIL)
    cases = Cases(fail=({"user": "root"}, {"user": ""}), pass_=({"user": "app"},), not_applicable=({"README.md": ""},))

    assert _problems(make_policy(rule=rule, when=When(fact="containers"), cases=cases)) == []


def test_a_case_that_comes_to_something_else_is_told(make_policy: MakePolicy) -> None:
    cases = Cases(fail=({"README.md": ""},), pass_=({"a": ""},), not_applicable=({"b": ""},))

    assert _problems(make_policy(cases=cases)) == [
        "fail 1: must fail, comes to pass",
        "pass 1: must pass, comes to fail (.: no such file)",
        "not applicable 1: must not applicable, comes to fail (.: no such file)",
    ]


def test_a_pass_that_a_negated_check_gives_too_proves_nothing(make_policy: MakePolicy) -> None:
    rule = FactRule(table="containers", each={"user": Condition(not_in=("root",))}, missing=Missing.PASS)
    cases = Cases(fail=({"user": "root"},), pass_=({"README.md": ""},))

    assert _problems(make_policy(rule=rule, cases=cases)) == [
        "pass 1: proves nothing: it passes when the check is negated too"
    ]


def test_a_policy_without_cases_is_told(make_policy: MakePolicy) -> None:
    assert _problems(make_policy()) == [
        "fail 0: there is no case that must fail",
        "pass 0: there is no case that must pass",
    ]


def test_a_rule_that_raises_is_no_failing_case(make_policy: MakePolicy) -> None:
    @dataclass(frozen=True)
    class Broken:
        def check(self, subject: Subject) -> Outcome:
            raise KeyError(subject.root)

    (case, *_) = run([make_policy(rule=Broken(), cases=Cases(fail=({"a": ""},)))], _inventory)

    assert (case.expected, case.result, case.ok) == (Expected.FAIL, Result.ERROR, False)


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (FileRule(exists="b"), {"a": ""}),
        (FileRule(absent="a"), {"a": ""}),
        (FileRule(exists="a", at_most=0), {"a": ""}),
        (FactRule(table="containers", each={"user": Condition(equals="x")}), {"user": "root"}),
        (FactRule(table="containers", any={"user": Condition(equals="x")}), {"user": "root"}),
        (FactRule(table="containers", none={"user": Condition(equals="root")}), {"user": "root"}),
        (FactRule(table="containers", count=Condition(at_most=0)), {"user": "root"}),
        (DependencyRule(required=("a",)), {}),
    ],
)
def test_an_emptied_check_fails_nothing(rule: Any, files: dict[str, str], make_subject: MakeSubject) -> None:
    subject = make_subject(files, _inventory(_memory(files)))

    assert rule.check(subject).result is Result.FAIL
    assert emptied(rule).check(subject).result is Result.PASS


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (FileRule(exists="a"), {"a": ""}),
        (FileRule(absent="b"), {"a": ""}),
        (FactRule(table="containers", each={"user": Condition(equals="x")}), {"user": "x"}),
        (FactRule(table="containers", any={"user": Condition(equals="x")}), {"user": "x"}),
        (FactRule(table="containers", none={"user": Condition(equals="root")}), {"user": "x"}),
        (FactRule(table="containers", count=Condition(at_most=1)), {"user": "x"}),
    ],
)
def test_a_negated_check_fails_what_passed(rule: Any, files: dict[str, str], make_subject: MakeSubject) -> None:
    subject = make_subject(files, _inventory(_memory(files)))

    assert rule.check(subject).result is Result.PASS
    assert negated(rule).check(subject).result is Result.FAIL


def _memory(files: dict[str, str]) -> Snapshot:
    return MemorySnapshot(files)


def test_failing_cases_that_lack_the_thing_itself_prove_nothing_of_what_is_asked_of_it(make_policy: MakePolicy) -> None:
    rule = FactRule(table="containers", each={"user": Condition(not_in=("root",))}, missing=Missing.FAIL)
    cases = Cases(fail=({"README.md": ""},), pass_=({"user": "app"},))

    assert _problems(make_policy(rule=rule, cases=cases)) == [
        "fail 0: no failing case has a thing that lacks what is asked: each fails for what isn't there"
    ]
