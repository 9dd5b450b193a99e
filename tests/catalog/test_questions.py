from __future__ import annotations

from typing import Any

import pytest

from goldenpath.catalog.questions import Question, parse_answers, read_questions
from goldenpath.errors import GoldenpathError

TEXT = """\
name: {type: str, help: What it is called, default: thing}
size: {type: int, default: 3, choices: {small: 1, large: 3}}
share: {type: float, default: 0.5}
tidy: {type: bool, default: true}
parts: {type: str, multiselect: true, choices: [wheel, door]}
tier: {type: str, choices: ["1", "2"]}
python: {type: str, default: "3.11", choices: ["3.11", "3.12", "3.13"]}
made: {type: str, when: false, default: "{{ name }}"}
"""


def _questions() -> tuple[Question, ...]:
    return read_questions(TEXT, where="copier.yml")


@pytest.mark.parametrize(
    ("name", "given", "answer"),
    [
        ("name", "x", "x"),
        ("name", 3, "3"),
        ("name", None, ""),
        ("size", "3", 3),
        ("size", 1, 1),
        ("share", "1e-3", 0.001),
        ("share", 2, 2.0),
        ("tidy", "no", False),
        ("tidy", True, True),
        ("parts", "wheel, door", ["wheel", "door"]),
        ("parts", ["door"], ["door"]),
        ("parts", "", []),
        ("tier", 2, "2"),
    ],
)
def test_answers_get_the_type_of_their_question(name: str, given: Any, answer: Any) -> None:
    answers = parse_answers({name: given}, _questions(), where="answers")

    assert answers == {name: answer}
    assert type(answers[name]) is type(answer)


@pytest.mark.parametrize(
    ("name", "given", "said", "hint"),
    [
        ("nmae", "x", "there is no question 'nmae'", "Did you mean 'name'?"),
        ("made", "x", "there is no question 'made'", "Known: name, parts, python, share, size, tidy, tier."),
        ("size", "big", "size is 'big', it should be a whole number", ""),
        ("size", True, "size is True, it should be a whole number", ""),
        ("python", "3.10", "python can't be '3.10'", "Known: 3.11, 3.12, 3.13."),
        ("size", 2, "size can't be 2", "Known: 1, 3."),
        ("share", "nan", "share is 'nan', it should be a number", ""),
        ("share", "inf", "share is 'inf', it should be a number", ""),
        ("tidy", "perhaps", "tidy is 'perhaps', it should be true or false", ""),
        ("parts", "wheel,dor", "parts can't be 'dor'", "Did you mean 'door'?"),
        ("name", ["x"], "name should be a text", "What it is called"),
        ("name", "a\udcff", "name is no UTF-8 text", "What it is called"),
    ],
)
def test_a_wrong_answer_is_told_with_what_would_be_right(name: str, given: Any, said: str, hint: str) -> None:
    with pytest.raises(GoldenpathError) as raised:
        parse_answers({name: given}, _questions(), where="answers")

    assert said in raised.value.message
    assert raised.value.hint == hint


def test_a_question_that_is_asked_twice_is_told_with_both_places() -> None:
    with pytest.raises(GoldenpathError, match="'a' is given twice, first in line 1, column 1") as raised:
        read_questions("a: {type: str}\nb: {type: int}\na: {type: int}\n", where="copier.yml")

    assert raised.value.where == "copier.yml:3:1"
