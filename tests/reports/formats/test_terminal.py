from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.finding import Result
from goldenpath.reports.formats import terminal
from tests.reports.conftest import assessment, result_of

if TYPE_CHECKING:
    import pytest

    from goldenpath.survey.result import Survey
    from tests.reports.conftest import MakeSurvey


def _rendered(survey: Survey, *, every: bool = False, width: int = 100) -> str:
    return terminal.render(survey, width=width, color=False, every=every)


def test_no_repos_are_told_as_such_and_not_as_a_pass(make_survey: MakeSurvey) -> None:
    assert "No repos were found, so nothing was judged." in _rendered(make_survey())


def test_one_clean_repo_has_nothing_to_do(make_survey: MakeSurvey) -> None:
    survey = make_survey(assessment("a", [result_of("a", "readme", Result.PASS)], 3))

    assert _rendered(survey).splitlines()[-1] == "a: level 3 of 3; 1 check passed; nothing to do"


def test_of_a_thousand_repos_the_worst_are_shown_and_the_rest_counted(make_survey: MakeSurvey) -> None:
    many = [
        assessment(
            f"r{n}", [result_of(f"r{n}", "container-non-root", Result.FAIL, [("Dockerfile", "root")] * (n % 7))], 1
        )
        for n in range(1000)
    ]

    short, whole = _rendered(make_survey(*many)), _rendered(make_survey(*many), every=True)

    assert len(short.splitlines()) < 65
    assert "and 960 more repos: --all" in short
    assert short.index("\nr104 ") < short.index("\nr111 ")
    assert whole.count("\nr") == 1000


def test_what_to_do_first_stands_beside_each_repo(make_survey: MakeSurvey) -> None:
    bad = [
        result_of("a", "readme", Result.FAIL, [(".", "no README")]),
        result_of("a", "container-non-root", Result.FAIL, [("Dockerfile", "root")]),
    ]
    survey = make_survey(assessment("a", bad, 0), assessment("b", [], 3))

    rows = {line.split()[0]: line for line in _rendered(survey).splitlines() if line[:2] in {"a ", "b "}}

    assert rows["a"].endswith("container-non-root: End the file with USER and a number.")
    assert rows["b"].endswith("nothing to do")


def test_an_error_is_told_in_the_fleet_as_no_pass(fleet_survey: Survey) -> None:
    text = _rendered(fleet_survey, width=120)

    assert "lockfile-present could not be decided on 1 repo: no pass" in text
    assert "error in lockfile-present: Val" in text


def test_the_surroundings_dont_change_a_report(lone_survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _rendered(lone_survey)
    for name, value in (("FORCE_COLOR", "1"), ("COLUMNS", "40"), ("TERM", "dumb"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)

    assert _rendered(lone_survey) == plain


def test_all_shows_every_place(lone_survey: Survey) -> None:
    assert "and 2 more places: --all" in _rendered(lone_survey)
    assert "deploy/g/Dockerfile" in _rendered(lone_survey, every=True)


def test_a_long_repo_id_keeps_its_end(fleet_survey: Survey) -> None:
    assert "/forecasting-of-departures  " in _rendered(fleet_survey, width=90)
