"""The rule kind `fact`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.model import Artifact, Container, Facts, Governance, Unreadable, Workflow
from goldenpath.finding import Result
from goldenpath.policy.base import Missing, SpecError
from goldenpath.policy.conditions import Condition
from goldenpath.policy.rules.fact import FactRule, words

if TYPE_CHECKING:
    from tests.policy.conftest import MakeSubject

_NOT_ROOT = {"user": Condition(not_in=("root", "0"))}


def _containers(*users: str | None) -> Facts:
    rows = (Container(path=f"{number}/Dockerfile", line=3, user=user) for number, user in enumerate(users))
    return Facts(containers=tuple(rows))


def test_each_row_must_meet_the_conditions(make_subject: MakeSubject) -> None:
    rule = FactRule(table="containers", each=_NOT_ROOT)

    assert rule.check(make_subject(facts=_containers("10001", "app"))).result is Result.PASS
    outcome = rule.check(make_subject(facts=_containers("10001", "root")))
    assert [(str(miss.place), miss.found, miss.wanted) for miss in outcome.misses] == [
        ("1/Dockerfile:3", "user root", "user other than root, 0")
    ]


def test_any_row_must_meet_the_conditions(make_subject: MakeSubject) -> None:
    rule = FactRule(table="governance", any={"kind": Condition(equals="codeowners")})
    owners = Governance(kind="codeowners", path="CODEOWNERS")
    licence = Governance(kind="license", path="LICENSE")

    assert rule.check(make_subject(facts=Facts(governance=(licence, owners)))).result is Result.PASS
    outcome = rule.check(make_subject(facts=Facts(governance=(licence,))))
    assert [miss.found for miss in outcome.misses] == ["nothing of the kind"]


def test_any_row_must_meet_one_of_several_alternatives(make_subject: MakeSubject) -> None:
    rule = FactRule(
        table="containers", any_of=({"user": Condition(equals="app")}, {"path": Condition(equals="1/Dockerfile")})
    )

    assert rule.check(make_subject(facts=_containers("app"))).result is Result.PASS
    assert rule.check(make_subject(facts=_containers("root", "root"))).result is Result.PASS
    assert rule.check(make_subject(facts=_containers("root"))).result is Result.FAIL
    assert rule.check(make_subject()).result is Result.FAIL


def test_no_row_may_meet_the_conditions(make_subject: MakeSubject) -> None:
    rule = FactRule(table="models", none={"kind": Condition(in_=("pickle",))})
    rows = (Artifact(kind="onnx", path="a.onnx"), Artifact(kind="pickle", path="m.pkl"))

    assert rule.check(make_subject(facts=Facts(models=rows[:1]))).result is Result.PASS
    assert [miss.place.path for miss in rule.check(make_subject(facts=Facts(models=rows))).misses] == ["m.pkl"]


def test_no_row_may_meet_any_of_several_alternatives(make_subject: MakeSubject) -> None:
    rule = FactRule(
        table="containers",
        none_of=({"user": Condition(equals="root")}, {"user": Condition(absent=True), "base": Condition(equals="")}),
    )
    bare = Facts(containers=(Container(path="Dockerfile", user=None),))

    assert rule.check(make_subject(facts=_containers("app"))).result is Result.PASS
    assert rule.check(make_subject()).result is Result.PASS
    assert [miss.found for miss in rule.check(make_subject(facts=_containers("app", "root"))).misses] == ["user root"]
    assert [miss.found for miss in rule.check(make_subject(facts=bare)).misses] == ["no user, no base"]


def test_of_a_list_the_items_that_are_meant_are_told(make_subject: MakeSubject) -> None:
    said = ("make", "echo 1\necho ${{ github.event.issue.title }}")
    row = Workflow(name="ci", triggers=("issues",), permissions=None, commands=said, path=".github/workflows/ci.yml")
    rule = FactRule(table="workflows", none={"commands": Condition(any=Condition(contains="github.event"))})

    outcome = rule.check(make_subject(facts=Facts(workflows=(row,))))
    assert [miss.found for miss in outcome.misses] == ["ci: commands: echo 1 echo ${{ github.event.issue.title }}"]


@pytest.mark.parametrize(("number", "result"), [(0, Result.PASS), (1, Result.PASS), (2, Result.FAIL)])
def test_rows_are_counted(number: int, result: Result, make_subject: MakeSubject) -> None:
    rule = FactRule(table="containers", count=Condition(at_most=1))

    assert rule.check(make_subject(facts=_containers(*["x"] * number))).result is result


def test_where_selects_the_rows_that_are_asked(make_subject: MakeSubject) -> None:
    rule = FactRule(table="containers", where={"user": Condition(present=True)}, each=_NOT_ROOT)

    assert rule.check(make_subject(facts=_containers(None, "app"))).result is Result.PASS


@pytest.mark.parametrize(
    ("missing", "result"),
    [
        (None, Result.FAIL),
        (Missing.FAIL, Result.FAIL),
        (Missing.PASS, Result.PASS),
        (Missing.NOT_APPLICABLE, Result.NOT_APPLICABLE),
    ],
)
def test_an_absent_field_is_what_missing_says(
    missing: Missing | None, result: Result, make_subject: MakeSubject
) -> None:
    rule = FactRule(table="containers", each=_NOT_ROOT, missing=missing)

    assert rule.check(make_subject(facts=_containers(None))).result is result


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ({"each": _NOT_ROOT}, Result.NOT_APPLICABLE),
        ({"any": _NOT_ROOT}, Result.FAIL),
        ({"none": _NOT_ROOT}, Result.PASS),
        ({"each": _NOT_ROOT, "missing": Missing.FAIL}, Result.FAIL),
        ({"none": _NOT_ROOT, "missing": Missing.NOT_APPLICABLE}, Result.NOT_APPLICABLE),
    ],
)
def test_no_row_at_all_is_what_missing_or_the_quantifier_says(
    said: dict[str, Any], result: Result, make_subject: MakeSubject
) -> None:
    assert FactRule(table="containers", **said).check(make_subject()).result is result


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"table": "contaners", "each": {}}, ("table",)),
        ({"table": "containers", "each": {"usr": Condition(present=True)}}, ("each", "usr")),
        ({"table": "containers", "where": {"x": Condition(present=True)}, "any": {}}, ("where", "x")),
        ({"table": "containers", "any_of": ({}, {"usr": Condition(present=True)})}, ("any_of", "usr")),
        ({"table": "containers", "any_of": ()}, ("any_of",)),
        ({"table": "containers", "none_of": ()}, ("none_of",)),
        ({"table": "containers"}, ()),
        ({"table": "containers", "each": {}, "none": {}}, ()),
    ],
)
def test_a_rule_that_means_nothing_is_refused_with_its_place(wrong: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(SpecError) as caught:
        FactRule(**wrong)

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("row", "demands", "said"),
    [
        (Container(path="Dockerfile", user=None), {"user": _NOT_ROOT["user"]}, "no user"),
        (Container(path="Dockerfile", user=None, stages=1), {"stages": Condition(at_least=2)}, "1 stage"),
        (Artifact(kind="onnx", path="a.onnx", size=60_000_000), {"size": Condition(at_most=1)}, "size 57.2 MiB"),
        (Artifact(kind="pickle", path="a.pkl", executes=True), {"executes": Condition(equals=False)}, "executes"),
        (
            Artifact(kind="pickle", path="a.pkl", executes=True),
            {"executes": Condition(equals=True), "path": Condition(matches="pkl")},
            "executes",
        ),
    ],
)
def test_what_was_found_is_said_in_words(row: Container | Artifact, demands: dict[str, Condition], said: str) -> None:
    assert words(row, demands)[1] == said


def test_a_reason_is_said_as_it_is() -> None:
    row = Unreadable(path="requirements.txt", reason="line is no requirement", line=1)

    assert words(row, {"reason": Condition(present=True)})[1] == "line is no requirement"


def test_what_none_may_be_is_said_as_what_is_wanted(make_subject: MakeSubject) -> None:
    rule = FactRule(table="models", none={"executes": Condition(equals=True)})
    facts = Facts(models=(Artifact(kind="pickle", path="m.pkl", executes=True),))

    (miss,) = rule.check(make_subject(facts=facts)).misses
    assert (miss.found, miss.wanted) == ("executes", "nothing with executes = true")
