"""The engine under the kinds of rules."""

from __future__ import annotations

import pytest

from goldenpath.finding import Place, Result
from goldenpath.policy.base import Miss, Missing
from goldenpath.policy.engine import Item, Met, Quantifier, Question, judge

_ABSENT = Miss(place=Place(path="."), subject="x", found="nothing", wanted="x")


def _question(quantifier: Quantifier, *met: Met, missing: Missing = Missing.NOT_APPLICABLE) -> Question:
    items = tuple(
        Item(met=one, place=Place(path=str(number)), subject="x", found="y", wanted="z")
        for number, one in enumerate(met)
    )
    return Question(items=items, quantifier=quantifier, missing=missing, absent=_ABSENT)


@pytest.mark.parametrize(
    ("quantifier", "met", "result", "places"),
    [
        (Quantifier.EACH, (Met.YES, Met.YES), Result.PASS, []),
        (Quantifier.EACH, (Met.YES, Met.NO, Met.NO), Result.FAIL, ["1", "2"]),
        (Quantifier.EACH, (Met.YES, Met.UNKNOWN), Result.PASS, []),
        (Quantifier.ANY, (Met.NO, Met.YES), Result.PASS, []),
        (Quantifier.ANY, (Met.NO, Met.NO), Result.FAIL, ["."]),
        (Quantifier.NONE, (Met.NO, Met.NO), Result.PASS, []),
        (Quantifier.NONE, (Met.NO, Met.YES), Result.FAIL, ["1"]),
        (Quantifier.EACH, (Met.UNKNOWN,), Result.NOT_APPLICABLE, []),
        (Quantifier.NONE, (Met.UNKNOWN,), Result.NOT_APPLICABLE, []),
    ],
)
def test_a_question_is_answered(
    quantifier: Quantifier, met: tuple[Met, ...], result: Result, places: list[str]
) -> None:
    outcome = judge(_question(quantifier, *met, missing=Missing.FAIL if len(met) == 1 else Missing.NOT_APPLICABLE))

    assert outcome.result is result
    assert [miss.place.path for miss in outcome.misses] == places


@pytest.mark.parametrize("quantifier", Quantifier)
@pytest.mark.parametrize("missing", Missing)
def test_nothing_to_look_at_is_what_missing_says(quantifier: Quantifier, missing: Missing) -> None:
    outcome = judge(_question(quantifier, missing=missing))

    assert outcome.result is missing.result
    assert outcome.misses == ((_ABSENT,) if missing is Missing.FAIL else ())
    assert bool(outcome.reason) is (missing is not Missing.FAIL)


@pytest.mark.parametrize("quantifier", Quantifier)
@pytest.mark.parametrize("met", [(), (Met.YES,), (Met.NO,), (Met.YES, Met.NO)])
@pytest.mark.parametrize("missing", Missing)
def test_an_emptied_question_never_fails(quantifier: Quantifier, met: tuple[Met, ...], missing: Missing) -> None:
    assert judge(_question(quantifier, *met, missing=missing).emptied()).result is not Result.FAIL


@pytest.mark.parametrize("quantifier", Quantifier)
@pytest.mark.parametrize("met", [(Met.YES,), (Met.NO,), (Met.YES, Met.YES), (Met.NO, Met.NO)])
def test_a_negated_question_turns_every_answer_round(quantifier: Quantifier, met: tuple[Met, ...]) -> None:
    question = _question(quantifier, *met)

    assert {judge(question).result, judge(question.negated()).result} == {Result.PASS, Result.FAIL}
