from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath import _yaml
from goldenpath.catalog.catalog import find_blueprint
from goldenpath.catalog.compose import compose
from goldenpath.catalog.prompts import fitted
from goldenpath.standard import BUILTIN, read_standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = (
    "Whether it says anything about people (é, 日本) who could be recognised by {{ project_name }} and by nobody else."
)


def test_help_is_broken_into_lines_that_fit_and_says_the_same(make_standard: Callable[..., Path]) -> None:
    questions = f"project_name: {{type: str, default: thing}}\nowner: {{type: str, default: 'x', help: '{LONG}'}}\n"
    standard = make_standard({"blueprints/_base/copier.yml": questions})
    template = compose(find_blueprint([standard / "blueprints"], "small"))

    content = _yaml.load(fitted(template, 60).files["copier.yml"].decode())

    lines = content["owner"]["help"].split("\n")
    assert len(lines) > 1
    assert max(len(f"   {line.lstrip()}") for line in lines) < 60
    assert " ".join(content["owner"]["help"].split()) == LONG


def test_nothing_else_of_the_shipped_questions_changes() -> None:
    for name in ("training", "batch-inference", "realtime-serving"):
        template = compose(find_blueprint(read_standard(BUILTIN).blueprints, name))
        before, after = (_yaml.load(each.files["copier.yml"].decode()) for each in (template, fitted(template, 80)))

        for question in after.values():
            if isinstance(question, dict) and "help" in question:
                question["help"] = " ".join(question["help"].split())

        assert after == before
        assert list(after) == list(before)


def test_the_choices_of_the_shipped_questions_fit_a_terminal() -> None:
    for name in ("training", "batch-inference", "realtime-serving"):
        questions = _yaml.load(
            compose(find_blueprint(read_standard(BUILTIN).blueprints, name)).files["copier.yml"].decode()
        )
        choices = [
            choice for each in questions.values() if isinstance(each, dict) for choice in each.get("choices", ())
        ]

        assert [choice for choice in choices if len(str(choice)) > 74] == []
