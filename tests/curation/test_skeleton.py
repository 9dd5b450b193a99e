from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from goldenpath.curation.lint import lint
from goldenpath.curation.policy_page import policy_page
from goldenpath.curation.skeleton import EXAMPLES, skeleton
from goldenpath.errors import GoldenpathError
from goldenpath.facts.inventory import inventory
from goldenpath.facts.radar import load_radar
from goldenpath.finding import Capability
from goldenpath.policy.cases import run
from goldenpath.policy.load import load_policies
from goldenpath.policy.rules import KINDS
from goldenpath.testing import policies_of

TODAY = date(2026, 11, 21)
POLICIES = Path(__file__).parents[2] / "policies"


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_skeleton_loads_and_its_cases_hold(kind: str) -> None:
    policies = policies_of(skeleton("new-one", kind=kind, capability=Capability.SECURITY, today=TODAY))

    assert [case for case in run(policies, inventory, load_radar([POLICIES / "radar.yaml"])) if not case.ok] == []
    assert lint(policies, as_of=TODAY, radar=True) == ()


def test_every_kind_that_needs_nothing_installed_has_an_example() -> None:
    assert set(KINDS) - set(EXAMPLES) <= {"plugin", "template"}


def test_a_kind_that_isn_t_there_is_told_with_the_nearest() -> None:
    with pytest.raises(GoldenpathError) as caught:
        skeleton("new-one", kind="fil", capability=Capability.SECURITY, today=TODAY)

    assert caught.value.hint == "Did you mean 'file'?"


def test_the_page_has_every_policy_under_its_capability() -> None:
    policies = load_policies(POLICIES)

    page = policy_page(policies, title="Policies", lead="policies.")

    assert page.startswith(f"# Policies\n\n{len(policies)} policies.\n")
    assert page.count("\n### ") == len(policies)
    assert page.index("## scalability") < page.index("## security") < page.index("### no-secret-files")
    assert page.count("```") % 2 == 0


def test_an_example_with_a_fence_in_it_doesn_t_end_its_own() -> None:
    text = skeleton("new-one", kind="file", capability=Capability.SECURITY, today=TODAY)
    (policy,) = policies_of(text.replace("TODO the file as it fails", "```x"))

    assert "````\n```x\n````" in policy_page([policy], title="P", lead="policies.")
