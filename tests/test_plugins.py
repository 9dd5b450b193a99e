"""Entry points: found by group, imported only when they are asked for, and told when they are broken."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from goldenpath import _plugins, testing
from goldenpath.errors import GoldenpathError
from goldenpath.finding import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MODULE = """
from dataclasses import dataclass
from goldenpath.finding import Place, Result
from goldenpath.policy.base import Miss, Outcome

@dataclass(frozen=True, kw_only=True)
class CostTag:
    file: str

    def check(self, subject):
        if subject.paths(self.file):
            return Outcome(result=Result.PASS)
        miss = Miss(place=Place(path="."), subject="cost", found="no tag", wanted=self.file)
        return Outcome(result=Result.FAIL, misses=(miss,))
"""
_POLICY = """\
- id: acme-cost
  title: Costs are booked
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01}
  rationale: Somebody pays.
  acme_cost: {file: cost.txt}
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the metadata's file of a distribution that is installed: `entry_points.txt`."""
    (tmp_path / "acme_rules.py").write_text(_MODULE)
    metadata = tmp_path / "acme_rules-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    _plugins.forget()
    yield metadata / "entry_points.txt"
    _plugins.forget()
    sys.modules.pop("acme_rules", None)


def test_a_kind_of_an_installed_package_is_used_by_its_name(installed: Path) -> None:
    installed.write_text("[goldenpath.rules]\nacme_cost = acme_rules:CostTag\n")
    (policy,) = testing.policies_of(_POLICY)

    assert testing.check(policy.rule, {"cost.txt": "centre 7"}).result is Result.PASS
    assert testing.check(policy.rule, {"README.md": ""}).result is Result.FAIL


def test_nothing_of_a_third_party_is_imported_unless_it_is_asked_for(installed: Path) -> None:
    installed.write_text("[goldenpath.rules]\nacme_cost = acme_rules:CostTag\n")
    testing.policies_of(_POLICY.replace("acme_cost: {file: cost.txt}", "file: {exists: cost.txt}"))

    assert "acme_rules" not in sys.modules


@pytest.mark.parametrize("target", ["acme_rules:Missing", "acme_nowhere:CostTag"])
def test_a_broken_plugin_is_told_with_its_name(installed: Path, target: str) -> None:
    installed.write_text(f"[goldenpath.rules]\nacme_cost = {target}\n")

    with pytest.raises(GoldenpathError, match=r"the plugin 'acme_cost' of goldenpath.rules can't be loaded") as caught:
        _plugins.load("goldenpath.rules")
    assert caught.value.where == target


def test_a_group_that_nobody_joins_is_empty() -> None:
    assert dict(_plugins.load("goldenpath.nothing")) == {}


def test_names_are_told_without_importing_anything(installed: Path) -> None:
    installed.write_text("[goldenpath.commands]\nacme = acme_nowhere\n")
    _plugins.forget()

    assert _plugins.names("goldenpath.commands") == ("acme",)


def test_a_name_that_two_packages_offer_is_refused(installed: Path) -> None:
    other = installed.parent.parent / "acme_other-1.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-other\nVersion: 1.0\n")
    (other / "entry_points.txt").write_text("[goldenpath.rules]\nacme_cost = acme_other:CostTag\n")
    installed.write_text("[goldenpath.rules]\nacme_cost = acme_rules:CostTag\n")

    with pytest.raises(GoldenpathError, match=r"the plugin 'acme_cost' of goldenpath\.rules is offered twice"):
        _plugins.load("goldenpath.rules")


def test_what_a_module_raises_while_it_is_imported_is_told(installed: Path) -> None:
    (installed.parent.parent / "acme_broken.py").write_text("1 / 0\n")
    installed.write_text("[goldenpath.rules]\nacme_cost = acme_broken:CostTag\n")

    with pytest.raises(GoldenpathError, match="can't be loaded: ZeroDivisionError: division by zero"):
        _plugins.load("goldenpath.rules")


def test_a_drawer_that_there_isnt_cant_be_lent() -> None:
    with pytest.raises(TypeError, match="there is no drawer 'raeders'"):
        testing.installed(raeders={})
