"""The rule kind `value`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.model import Facts, Project
from goldenpath.finding import Result
from goldenpath.policy.base import Missing, SpecError
from goldenpath.policy.rules.value import ValueRule

if TYPE_CHECKING:
    from tests.policy.conftest import MakeSubject, MakeSubjects

_PYPROJECT = "[tool.mypy]\nstrict = true\n\n[tool.ruff]\nline-length = 140\n"


def _rule(**said: Any) -> ValueRule:
    return ValueRule(**{"file": "pyproject.toml", "path": "tool.ruff.line-length", **said})


def test_a_value_that_meets_its_operator_passes(make_subject: MakeSubject) -> None:
    outcome = _rule(at_most=140).check(make_subject({"pyproject.toml": _PYPROJECT}))

    assert outcome.result is Result.PASS


def test_a_value_that_does_not_is_told_with_its_line(make_subject: MakeSubject) -> None:
    outcome = _rule(at_most=120).check(make_subject({"pyproject.toml": _PYPROJECT}))
    (miss,) = outcome.misses

    assert str(miss.place) == "pyproject.toml:5"
    assert (miss.subject, miss.found, miss.wanted) == (
        "tool.ruff.line-length",
        "140",
        "tool.ruff.line-length at most 120",
    )


@pytest.mark.parametrize("files", [{}, {"pyproject.toml": "[tool.mypy]\n"}])
@pytest.mark.parametrize(
    ("missing", "result"),
    [(Missing.FAIL, Result.FAIL), (Missing.PASS, Result.PASS), (Missing.NOT_APPLICABLE, Result.NOT_APPLICABLE)],
)
def test_a_missing_file_or_path_is_what_the_rule_says(
    files: dict[str, str], missing: Missing, result: Result, make_subject: MakeSubject
) -> None:
    assert _rule(at_most=120, missing=missing).check(make_subject(files)).result is result


def test_presence_is_asked_of_a_path_that_is_not_there(make_subject: MakeSubject) -> None:
    subject = make_subject({"pyproject.toml": _PYPROJECT})

    assert _rule(path="tool.black", absent=True).check(subject).result is Result.PASS
    assert _rule(path="tool.ruff", absent=True).check(subject).result is Result.FAIL
    assert _rule(path="tool.black", present=True).check(subject).result is Result.FAIL


def test_every_value_of_every_file_is_asked(make_subject: MakeSubject) -> None:
    files = {"a/x.yaml": "l: [{v: 1}, {v: 9}]\n", "b/x.yaml": "l: [{v: 8}]\n", "c/x.yaml": "l: []\n"}
    rule = ValueRule(file="**/x.yaml", path="l[*].v", at_most=5, missing=Missing.NOT_APPLICABLE)
    outcome = rule.check(make_subject(files))

    assert [(str(miss.place), miss.subject, miss.found) for miss in outcome.misses] == [
        ("a/x.yaml:1", "l[*].v", "9"),
        ("b/x.yaml:1", "l[*].v", "8"),
    ]


def test_a_project_is_asked_for_its_own_files(make_subjects: MakeSubjects) -> None:
    facts = Facts(projects=(Project(root="svc", name=None, build_backend=None, path="svc/pyproject.toml"),))
    files = {"pyproject.toml": _PYPROJECT, "svc/pyproject.toml": "[tool.ruff]\nline-length = 200\n"}
    outcome = _rule(at_most=150).check(make_subjects(files, facts)[1])

    assert [str(miss.place) for miss in outcome.misses] == ["svc/pyproject.toml:2"]


@pytest.mark.parametrize("wrong", [{}, {"at_least": 1, "at_most": 2}, {"path": "a[", "equals": 1}])
def test_a_rule_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        _rule(**wrong)


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("docs/privacy.md", Result.PASS),
        ("./docs/privacy.md#legal-basis", Result.PASS),
        ("docs", Result.PASS),
        ("docs/", Result.PASS),
        ("docs/gone.md", Result.FAIL),
        ("doc", Result.FAIL),
        ("../docs/privacy.md", Result.FAIL),
        ("'*'", Result.FAIL),
        ("[docs/privacy.md]", Result.FAIL),
        ("https://wiki.example.org/privacy", Result.NOT_APPLICABLE),
    ],
)
def test_a_value_can_be_asked_to_name_a_file_that_is_there(
    written: str, result: Result, make_subject: MakeSubject
) -> None:
    rule = ValueRule(file="brief.yaml", path="evidence", present=True, names_file=True)
    outcome = rule.check(make_subject({"brief.yaml": f"evidence: {written}\n", "docs/privacy.md": "x"}))

    assert outcome.result is result
    assert [miss.wanted for miss in outcome.misses] in ([], ["evidence to name a file that is there"])


def test_a_file_is_named_from_the_project_or_from_the_repo(make_subjects: MakeSubjects) -> None:
    rule = ValueRule(file="brief.yaml", path="files[*]", present=True, names_file=True)
    text = "files: [docs/own.md, docs/shared.md, churn/docs/own.md, docs/none.md]\n"
    files = {"churn/brief.yaml": text, "churn/docs/own.md": "", "docs/shared.md": "", "churn/setup.py": ""}

    _, churn = make_subjects(files, Facts(projects=(Project(root="churn", name=None, build_backend=None, path="x"),)))

    assert [miss.found for miss in rule.check(churn).misses] == ["docs/none.md"]
