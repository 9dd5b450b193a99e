"""The rule kind `dependency`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.model import Dependency, Facts
from goldenpath.finding import Result
from goldenpath.policy.base import Missing, SpecError
from goldenpath.policy.rules.dependency import DependencyRule

if TYPE_CHECKING:
    from tests.policy.conftest import MakeSubject


def _row(name: str, specifier: str = "", **said: Any) -> Dependency:
    return Dependency(**{"name": name, "specifier": specifier, "path": "pyproject.toml", "line": 4, **said})


_FACTS = Facts(
    dependencies=(
        _row("pandas", ">=2.1,<3", line=4),
        _row("scikit-learn", "==1.5.0", pinned=True, line=5),
        _row("acme-lib", "", source="vcs", line=6),
        _row("pytest", ">=8", scope="group:test", line=7),
    )
)


@pytest.mark.parametrize(
    "rule",
    [
        {"required": ("pandas", "Scikit_Learn")},
        {"any_of": ("mlflow", "pandas")},
        {"deny": ("tensorflow", "torch*")},
        {"deny": ("pytest",), "scopes": ("runtime",)},
        {"allow": ("pandas", "scikit-learn", "acme-*", "pytest")},
        {"versions": {"Pandas": ">=2,<3"}},
        {"pinned": True, "names": ("scikit-*",)},
        {"sources": ("index",), "except_": ("acme-lib",)},
    ],
)
def test_dependencies_are_as_they_must_be(rule: dict[str, Any], make_subject: MakeSubject) -> None:
    assert DependencyRule(**rule).check(make_subject(facts=_FACTS)).result is Result.PASS


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"required": ("pandas", "mlflow")}, [".: mlflow: no mlflow"]),
        ({"any_of": ("mlflow", "wandb")}, [".: such dependency: no such dependency"]),
        ({"deny": ("pand*",)}, ["pyproject.toml:4: pandas: pandas >=2.1,<3 (runtime)"]),
        ({"allow": ("p*", "scikit-learn")}, ["pyproject.toml:6: acme-lib: acme-lib from vcs (runtime)"]),
        ({"versions": {"pandas": ">=2.2"}}, ["pyproject.toml:4: pandas: pandas >=2.1,<3 (runtime)"]),
        ({"pinned": True, "scopes": ("group:*",)}, ["pyproject.toml:7: pytest: pytest >=8 (group:test)"]),
        ({"sources": ("index",)}, ["pyproject.toml:6: acme-lib: acme-lib from vcs (runtime)"]),
    ],
)
def test_dependencies_that_are_not_are_told(rule: dict[str, Any], told: list[str], make_subject: MakeSubject) -> None:
    outcome = DependencyRule(**rule).check(make_subject(facts=_FACTS))

    assert outcome.result is Result.FAIL
    assert [f"{miss.place}: {miss.subject}: {miss.found}" for miss in outcome.misses] == told


@pytest.mark.parametrize(
    ("rule", "result"),
    [
        ({"pinned": True}, Result.NOT_APPLICABLE),
        ({"versions": {"pandas": ">=2"}}, Result.NOT_APPLICABLE),
        ({"pinned": True, "missing": Missing.FAIL}, Result.FAIL),
        ({"required": ("pandas",)}, Result.FAIL),
        ({"any_of": ("pandas",)}, Result.FAIL),
        ({"deny": ("pandas",)}, Result.PASS),
    ],
)
def test_a_repo_without_dependencies_is_what_the_rule_says(
    rule: dict[str, Any], result: Result, make_subject: MakeSubject
) -> None:
    assert DependencyRule(**rule).check(make_subject()).result is result


def test_the_version_of_what_no_index_gives_is_not_asked(make_subject: MakeSubject) -> None:
    rule = DependencyRule(versions={"acme-lib": ">=2"})

    assert rule.check(make_subject(facts=_FACTS)).result is Result.NOT_APPLICABLE


@pytest.mark.parametrize(
    "wrong", [{}, {"deny": ("a",), "allow": ("b",)}, {"pinned": False}, {"versions": {"a": "newest"}}]
)
def test_a_rule_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        DependencyRule(**wrong)
