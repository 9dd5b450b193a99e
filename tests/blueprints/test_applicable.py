"""No policy that applied to a rendered repo may stop applying: what a blueprint shows, it goes on showing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from goldenpath import _yaml
from goldenpath.facts.advisories import load_advisories
from goldenpath.fleet.one import one_repo
from goldenpath.survey.assess import Yardstick, assess
from tests.blueprints.test_roads import BLUEPRINTS, FAR, STANDARD, make

STORED: dict[str, dict[str, str]] = _yaml.load(Path(__file__).with_name("applicable.yaml").read_text(encoding="utf-8"))
ADVISORY: dict[str, Any] = {
    "id": "EX-1",
    "modified": "2026-01-02T00:00:00Z",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "a-package-that-nobody-locks"}, "versions": ["1"]}],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(STORED))
def test_a_policy_that_applied_to_a_rendered_repo_still_does(name: str, tmp_path: Path) -> None:
    passed = {policy: result for policy, result in STORED[name].items() if result == "pass"}

    found = results(name, tmp_path)

    assert {policy: found.get(policy, "gone") for policy in passed} == passed


def test_the_list_knows_every_blueprint_and_is_no_empty_one() -> None:
    assert sorted(STORED) == sorted(BLUEPRINTS)
    assert all(list(policies.values()).count("pass") > 60 for policies in STORED.values())


def results(name: str, folder: Path) -> dict[str, str]:
    """Return what becomes of each policy in a repo of a blueprint, all that a run can be given being given."""
    made = make(name, {}, folder / "repo")
    assert made.locked, made.notes
    advisories = folder / "advisories"
    advisories.mkdir()
    (advisories / "EX-1.json").write_text(json.dumps(ADVISORY), encoding="utf-8")
    yardstick = Yardstick(
        policies=STANDARD.load_policies(),
        waivers=(),
        as_of=FAR,
        radar=STANDARD.load_radar(),
        advisories=load_advisories(advisories),
        templates=replace(STANDARD.load_templates(), cache=folder / "cache"),
        worktree=True,
    )
    found: dict[str, set[str]] = {}
    for result in assess(one_repo(str(made.folder)), yardstick).results:
        found.setdefault(result.policy, set()).add(str(result.result))
    return {policy: ", ".join(sorted(each)) for policy, each in found.items()}
