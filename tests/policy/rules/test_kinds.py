"""What holds for every kind of rule, and how third parties' kinds and checks join."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.finding import Place, Result
from goldenpath.policy.base import STRICT, Miss, Outcome
from goldenpath.policy.load import read_policies
from goldenpath.policy.rules import KINDS
from goldenpath.policy.rules.plugin import PluginRule
from goldenpath.testing import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from goldenpath.policy.subject import Subject
    from tests.policy.conftest import MakeSubject

_POLICY = """\
- id: acme
  title: Acme
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01}
  rationale: Because.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _CostTag:
    __pydantic_config__: ClassVar[Any] = STRICT

    tag: str

    def check(self, subject: Subject) -> Outcome:
        return Outcome(result=Result.PASS if subject.paths(self.tag) else Result.FAIL)


def _cost(subject: Subject, options: Mapping[str, Any]) -> Outcome:
    place = Place(path=subject.root or ".")
    miss = Miss(place=place, subject="cost", found="no tag", wanted=str(options["tag"]))
    return Outcome(result=Result.FAIL, misses=(miss,))


@pytest.fixture
def _plugins_installed() -> Iterator[None]:
    checks = {"cost": _cost, "wrong": lambda subject, _: bool(subject)}
    with installed(rules={"cost_tag": _CostTag}, checks=checks):
        yield


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_is_a_frozen_dataclass_with_a_reference_page(kind: Any) -> None:
    page = str(sys.modules[kind.__module__].__doc__)
    name = next(name for name, known in KINDS.items() if known is kind)

    assert vars(kind)["__dataclass_params__"].frozen
    assert len(str(kind.__doc__)) > 60
    assert f"    {name}:" in page


@pytest.mark.usefixtures("_plugins_installed")
def test_a_third_partys_kind_joins_the_table() -> None:
    policies, mistakes = read_policies(_POLICY + "  cost_tag: {tag: cost.txt}\n", "p.yaml")

    assert not mistakes
    assert policies[0].rule == _CostTag(tag="cost.txt")


def test_a_third_partys_kind_that_has_the_name_of_one_of_ours_is_refused() -> None:
    with installed(rules={"file": _CostTag, "cost_tag": _CostTag}), pytest.raises(GoldenpathError) as caught:
        read_policies(_POLICY + "  cost_tag: {tag: cost.txt}\n", "p.yaml")

    assert str(caught.value).startswith("the plugin 'file' of goldenpath.rules has the name of one of goldenpath's own")


@pytest.mark.usefixtures("_plugins_installed")
def test_a_mistake_in_a_third_partys_kind_is_told_like_one_in_ours() -> None:
    _, mistakes = read_policies(_POLICY + "  cost_tag: {tga: cost.txt}\n", "p.yaml")

    assert "p.yaml:8:14: unknown key 'tga'. Did you mean 'tag'?" in [str(mistake) for mistake in mistakes]


@pytest.mark.usefixtures("_plugins_installed")
def test_a_third_partys_check_gets_its_options(make_subject: MakeSubject) -> None:
    outcome = PluginRule(name="cost", options={"tag": "centre"}).check(make_subject())

    assert [miss.wanted for miss in outcome.misses] == ["centre"]


@pytest.mark.usefixtures("_plugins_installed")
def test_a_check_that_is_not_there_or_answers_nonsense_raises(make_subject: MakeSubject) -> None:
    with pytest.raises(GoldenpathError, match="no plugin 'cots'"):
        PluginRule(name="cots").check(make_subject())
    with pytest.raises(TypeError, match="answered with bool"):
        PluginRule(name="wrong").check(make_subject())
