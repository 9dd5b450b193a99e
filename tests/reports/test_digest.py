from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath.finding import Result
from goldenpath.reports.digest import as_text, steps
from tests.reports.conftest import EVIL, THEIRS, TODAY, assessment, result_of

if TYPE_CHECKING:
    from goldenpath.survey.result import Survey
    from tests.reports.conftest import MakeSurvey

EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture
def survey(make_survey: MakeSurvey) -> Survey:
    """Give three repos of one team: what blocks now in one, what blocks in ten days in two, what is waived."""
    lock = [(".", "no lock file")]
    a = [
        result_of("a/one", "container-non-root", Result.FAIL, [("Dockerfile", "runs as root")] * 5),
        result_of("a/one", "lockfile-present", Result.FAIL, lock),
        result_of("a/one", "readme", Result.ERROR),
    ]
    b = [
        result_of("a/two", "lockfile-present", Result.FAIL, lock),
        result_of("a/two", "readme", Result.FAIL, [(".", EVIL)]),
    ]
    c = [result_of("a/three", "readme", Result.WAIVED, [(".", "no README")], "A-1")]
    return make_survey(assessment("a/one", a, None), assessment("a/two", b, 0), assessment("a/three", c, 3))


def test_what_blocks_comes_first_and_then_what_blocks_soonest(survey: Survey) -> None:
    assert [(step.policy.id, step.repos, len(step.findings)) for step in steps(survey)] == [
        ("container-non-root", 1, 5),
        ("lockfile-present", 2, 2),
        ("readme", 1, 1),
    ]


def test_the_date_decides_what_is_first(survey: Survey) -> None:
    later = replace(survey, as_of=TODAY + timedelta(days=60))

    assert [str(step.stage) for step in steps(survey)] == ["block", "audit", "audit"]
    assert [str(step.stage) for step in steps(later)] == ["block", "block", "block"]


def test_what_is_waived_or_known_is_no_step(survey: Survey) -> None:
    known = replace(survey, known=frozenset(finding.fingerprint for finding in survey.findings))

    assert steps(known) == ()
    assert "Do first" not in as_text(known, "team-a", width=80, every=False)


def test_what_a_blueprint_must_mend_is_its_owners_and_no_step_of_a_team(make_survey: MakeSurvey) -> None:
    road = [("road/x.py", "eval")]
    theirs = [
        assessment(name, [result_of(name, "readme", Result.BLUEPRINT, road, **THEIRS)], 3, owners=("team-a",))
        for name in ("a/one", "a/two")
    ]
    found = make_survey(*theirs)

    team, platform = (as_text(found, owner, width=80, every=False) for owner in ("team-a", "team-ml-platform"))

    assert steps(found) == ()
    assert "team-a: 2 repos, 2 at level 3" in team
    assert "2 the blueprint's" in team
    assert "Your blueprints" not in team
    assert "team-ml-platform: 0 repos, as of" in platform
    assert "Your blueprints\n   training 1.0.0, 2 repos: readme at road/x.py: found eval" in platform


@pytest.mark.parametrize("width", [80, 120])
def test_the_digest_is_as_stored_and_fits_its_width(width: int, survey: Survey) -> None:
    stored = EXPECTED / f"digest-{width}.txt"

    text = as_text(survey, "team-a", width=width, every=False)

    if os.environ.get("GOLDENPATH_STORE"):
        stored.write_text(text, encoding="utf-8")
    assert text == stored.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= width
    assert all(c.isprintable() or c == "\n" for c in text)


def test_every_place_is_told_on_demand(survey: Survey) -> None:
    assert "and 2 more" in as_text(survey, "team-a", width=80, every=False)
    assert "and 2 more" not in as_text(survey, "team-a", width=80, every=True)
