from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.radar import Blip, Match, Radar, Ring
from goldenpath.finding import Result
from goldenpath.policy.base import Outcome, SpecError
from goldenpath.policy.conditions import Condition
from goldenpath.policy.rules.technology import TechnologyRule
from goldenpath.policy.subject import Knowledge, subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

RADAR = Radar(
    categories={
        "serving": (
            Blip(name="fastapi", match=Match(dependency="fastapi"), ring=Ring.ADOPT, versions=">=0.110"),
            Blip(
                name="flask",
                match=Match(dependency="flask", image="acme/flask"),
                ring=Ring.HOLD,
                successor="fastapi",
                until=date(2027, 6, 30),
            ),
            Blip(name="cog", match=Match(dependency="cog")),
        ),
        "ci": (Blip(name="github actions", match=Match(ci="github-actions"), ring=Ring.ASSESS),),
        "tracking": (Blip(name="wandb", match=Match(dependency="wandb"), ring=Ring.ASSESS),),
    }
)


def judged(files: Mapping[str, str], as_of: date | None = None, **rule: Any) -> Outcome:
    snapshot = MemorySnapshot(dict(files))
    facts = inventory(snapshot, radar=RADAR)
    subject = subjects(Repo(id="r", name="r", path=""), snapshot, facts, Knowledge(radar=RADAR, as_of=as_of))[0]
    return TechnologyRule(**rule).check(subject)


def requirements(*lines: str) -> dict[str, str]:
    return {"requirements.txt": "".join(f"{line}\n" for line in lines)}


def test_a_ring_that_is_denied_is_told_with_place_evidence_and_successor() -> None:
    outcome = judged(requirements("fastapi", "flask==3.0.0"), deny=("hold",))

    (miss,) = outcome.misses
    assert (str(miss.place), miss.subject) == ("requirements.txt:2", "flask")
    assert miss.found == "flask (serving: hold, until 2027-06-30), by dependency flask"
    assert miss.wanted == "fastapi"


def test_only_the_rings_that_are_allowed_pass() -> None:
    assert judged(requirements("fastapi"), allow=("adopt", "trial")).result is Result.PASS
    assert judged(requirements("wandb"), allow=("adopt", "trial")).result is Result.FAIL
    assert judged(requirements("cog"), allow=("adopt", "trial")).result is Result.FAIL


def test_what_is_known_and_on_no_ring_is_off_the_radar() -> None:
    (miss,) = judged(requirements("cog", "flask"), listed=True).misses

    assert (miss.subject, miss.wanted) == ("cog", "fastapi")


def test_a_condition_on_the_path_leaves_files_out() -> None:
    files = {"requirements.txt": "fastapi\n", "docs/requirements.txt": "flask\n"}

    assert judged(files, deny=("hold",)).result is Result.FAIL
    assert judged(files, deny=("hold",), path=Condition(not_matches="^docs/")).result is Result.PASS


def test_an_end_counts_from_the_day_after_it() -> None:
    files = requirements("flask")

    assert judged(files, date(2027, 6, 30), in_time=True).result is Result.PASS
    assert judged(files, date(2027, 7, 1), in_time=True).result is Result.FAIL
    assert judged(files, None, in_time=True).result is Result.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("fastapi==0.109.0", Result.FAIL),
        ("fastapi<0.100", Result.FAIL),
        ("fastapi==0.115.0", Result.PASS),
        ("fastapi>=0.90", Result.PASS),
        ("fastapi", Result.PASS),
        ("flask==1.0", Result.NOT_APPLICABLE),
    ],
)
def test_versions_fail_only_where_none_can_be_right(line: str, result: Result) -> None:
    assert judged(requirements(line), versions=True).result is result


def test_a_technology_is_told_once_a_file() -> None:
    files = {**requirements("flask"), "dev-requirements.txt": "flask\n", "app.py": "import flask\n"}

    assert [str(miss.place) for miss in judged(files, deny=("hold",)).misses] == [
        "dev-requirements.txt:1",
        "requirements.txt:1",
    ]


def test_categories_and_names_can_be_left_out() -> None:
    files = requirements("flask", "wandb")

    assert judged(files, deny=("hold", "assess"), categories=("track*",)).misses[0].subject == "wandb"
    assert judged(files, deny=("hold",), except_=("fl*",)).result is Result.PASS


def test_a_repo_without_a_technology_of_the_radar_is_left_alone() -> None:
    assert judged(requirements("numpy"), deny=("hold",)).result is Result.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "exactly one"),
        ({"deny": ("hold",), "listed": True}, "exactly one"),
        ({"listed": False}, "only `true`"),
        ({"deny": ("holt",)}, "Did you mean 'hold'"),
    ],
)
def test_a_rule_that_asks_nothing_or_too_much_is_refused(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        TechnologyRule(**rule)


def test_a_ci_system_is_told_once_at_its_first_file() -> None:
    workflow = "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
    files = {f".github/workflows/{name}.yml": workflow for name in ("b", "a", "c")}

    outcome = judged({**files, **requirements("wandb")}, deny=("hold", "assess"))

    assert [(miss.subject, str(miss.place)) for miss in outcome.misses] == [
        ("github actions", ".github/workflows/a.yml"),
        ("wandb", "requirements.txt:1"),
    ]
