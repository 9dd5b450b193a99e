"""The rule kind `either`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.facts.model import Dependency, Facts
from goldenpath.finding import Result
from goldenpath.policy.base import Missing, SpecError
from goldenpath.policy.rules.dependency import DependencyRule
from goldenpath.policy.rules.either import Alternative, EitherRule
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.rules.value import ValueRule

if TYPE_CHECKING:
    from tests.policy.conftest import MakeSubject

_DECLARED = Alternative(dependency=DependencyRule(any_of=("mlflow",)))
_WRITTEN = Alternative(file=FileRule(exists="**/*.py", contains="SummaryWriter"))
_TRACKED = EitherRule(of=(_DECLARED, _WRITTEN))
_MLFLOW = Facts(dependencies=(Dependency(name="mlflow", specifier="", path="requirements.txt"),))


def _value(missing: Missing) -> Alternative:
    return Alternative(value=ValueRule(file="a.yaml", path="x", equals=1, missing=missing))


@pytest.mark.parametrize(
    ("files", "facts", "result"),
    [
        ({}, _MLFLOW, Result.PASS),
        ({"train.py": "w = SummaryWriter()\n"}, Facts(), Result.PASS),
        ({"train.py": "w = SummaryWriter()\n"}, _MLFLOW, Result.PASS),
        ({"train.py": "print(1)\n"}, Facts(), Result.FAIL),
    ],
)
def test_one_rule_that_passes_is_enough(
    files: dict[str, str], facts: Facts, result: Result, make_subject: MakeSubject
) -> None:
    assert _TRACKED.check(make_subject(files, facts)).result is result


def test_what_is_missed_is_told_once_as_the_first_rule_would(make_subject: MakeSubject) -> None:
    outcome = EitherRule(of=(_WRITTEN, _DECLARED)).check(make_subject({"train.py": "print(1)\n"}))

    assert [(str(miss.place), miss.found) for miss in outcome.misses] == [("train.py", "no such text")]


def test_rules_that_do_not_apply_are_left_out(make_subject: MakeSubject) -> None:
    nobody = _value(Missing.NOT_APPLICABLE)

    assert EitherRule(of=(nobody, nobody)).check(make_subject()).result is Result.NOT_APPLICABLE
    assert EitherRule(of=(nobody, _WRITTEN)).check(make_subject()).result is Result.FAIL


def test_a_file_that_cannot_be_read_matters_where_nothing_else_passes(make_subject: MakeSubject) -> None:
    rule = EitherRule(of=(_value(Missing.FAIL), _DECLARED))
    files = {"a.yaml": "x: [\n"}

    assert rule.check(make_subject(files, _MLFLOW)).result is Result.PASS
    with pytest.raises(UnreadableError):
        rule.check(make_subject(files))


@pytest.mark.parametrize("wrong", [{}, {"file": FileRule(exists="a"), "dependency": DependencyRule(deny=("a",))}])
def test_an_alternative_is_one_rule(wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match="exactly one of dependency, fact, file"):
        Alternative(**wrong)


def test_one_rule_alone_needs_no_either() -> None:
    with pytest.raises(SpecError, match="at least 2"):
        EitherRule(of=(_DECLARED,))
