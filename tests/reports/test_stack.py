from __future__ import annotations

import json
import math
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.model import Technology
from goldenpath.facts.radar import Blip, Match, Radar, Ring
from goldenpath.repo import Repo
from goldenpath.reports.stack import as_json, as_text
from goldenpath.survey.result import Assessment, Status
from goldenpath.survey.stack import Stack, effective_number, stack
from tests.reports.conftest import EVIL, assessment

if TYPE_CHECKING:
    from goldenpath.survey.result import Survey
    from tests.reports.conftest import MakeSurvey

EXPECTED = Path(__file__).parent / "expected"
FASTAPI = Blip(name="fastapi", match=Match(dependency="fastapi"), ring=Ring.ADOPT)
FLASK = Blip(
    name="flask", match=Match(dependency="flask"), ring=Ring.HOLD, successor="fastapi", until=date(2027, 6, 30)
)
RADAR = Radar(
    categories={
        "serving": (FASTAPI, FLASK),
        "container-base": (Blip(name="python image", match=Match(image="python"), ring=Ring.TRIAL),),
    }
)


def uses(*names: str) -> tuple[Technology, ...]:
    rows = []
    for name in names:
        category, blip = RADAR.by_name.get(name, ("container-base", None))
        ring = blip.ring if blip else Ring.UNLISTED
        rows.append(
            Technology(
                name=name, category=category, ring=str(ring), version="1", evidence=f"x {name}", path="a.txt", line=1
            )
        )
    return tuple(rows)


@pytest.fixture
def survey(make_survey: MakeSurvey) -> Survey:
    """Give a survey of four repos, one unreadable, one with an image that its author named with care."""
    gone = Assessment(repo=Repo(id="d/gone", name="gone", path="/d"), status=Status.UNREADABLE, reason="broken")
    return make_survey(
        assessment("a/good", [], 3, technologies=uses("fastapi", "fastapi", "python image")),
        assessment("b/old", [], 1, technologies=uses("flask", "fastapi", EVIL)),
        assessment("c/none", [], 1),
        gone,
    )


@pytest.fixture
def found(survey: Survey) -> Stack:
    return stack(survey, RADAR)


def test_a_repo_counts_once_for_a_technology(found: Stack) -> None:
    assert [(use.name, len(use.repos)) for use in found.uses] == [
        ("fastapi", 2),
        ("python image", 1),
        ("flask", 1),
        (EVIL, 1),
    ]


def test_a_category_tells_its_share_on_the_standard_and_how_mixed_it_is(found: Stack) -> None:
    serving, base = found.categories

    assert (serving.repos, serving.uses, serving.technologies) == (2, 3, 2)
    assert serving.share == pytest.approx(2 / 3)
    assert serving.effective == pytest.approx(math.exp(-(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))))
    assert base.share == 0
    assert base.effective == pytest.approx(2)


def test_what_can_t_be_read_is_told_and_counted_nowhere(found: Stack) -> None:
    assert found.unreadable == ("d/gone",)
    assert [repo for repo, _ in found.by_repo] == ["a/good", "b/old", "c/none"]


@pytest.mark.parametrize("width", [80, 120])
def test_the_text_is_as_stored_and_fits_its_width(width: int, found: Stack, survey: Survey) -> None:
    stored = EXPECTED / f"stack-{width}.txt"

    text = as_text(found, survey, width=width, every=False)

    if os.environ.get("GOLDENPATH_STORE"):
        stored.write_text(text, encoding="utf-8")
    assert text == stored.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= width


def test_no_text_of_a_repo_is_obeyed(found: Stack, survey: Survey) -> None:
    for text in (as_text(found, survey, width=80, every=True), as_json(found, survey)):
        assert all(c.isprintable() or c == "\n" for c in text)


def test_the_json_has_the_evidence_of_each_repo(found: Stack, survey: Survey) -> None:
    said = json.loads(as_json(found, survey))

    assert [row["status"] for row in said["repos"]] == ["ok", "ok", "ok", "unreadable"]
    assert said["repos"][1]["technologies"][0]["path"] == "a.txt"
    assert said["technologies"][2]["successor"] == "fastapi"
    assert said["technologies"][2]["until"] == "2027-06-30"


def test_many_repos_are_cut_short_unless_all_are_asked_for(make_survey: MakeSurvey) -> None:
    many = make_survey(*(assessment(f"r/{n:02}", [], 1, technologies=uses("fastapi")) for n in range(45)))
    found = stack(many, RADAR)

    assert "and 5 more repos: --all" in as_text(found, many, width=80, every=False)
    assert "r/44" in as_text(found, many, width=80, every=True)


@given(st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=20))
def test_the_effective_number_lies_between_one_and_how_many_there_are(counts: list[int]) -> None:
    assert 1 - 1e-9 <= effective_number(counts) <= len(counts) + 1e-9


@given(st.integers(min_value=1, max_value=20), st.integers(min_value=1, max_value=50))
def test_as_many_as_are_equally_common(number: int, times: int) -> None:
    assert effective_number([times] * number) == pytest.approx(number)
