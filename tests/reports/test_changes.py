from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.finding import Result
from goldenpath.reports.changes import Move, as_json, as_text, changes
from goldenpath.reports.earlier import read_run, run_of
from goldenpath.reports.formats import json as json_format
from goldenpath.survey.result import Status
from tests.reports.conftest import EVIL, THEIRS, assessment, result_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from goldenpath.survey.result import Assessment, Survey
    from tests.reports.conftest import MakeSurvey


def repo(places: Sequence[tuple[str, str]], level: int = 1, name: str = "a/repo", waiver: str = "") -> Assessment:
    return assessment(name, [result_of(name, "container-non-root", Result.FAIL, places, waiver)], level)


def test_a_run_comes_back_from_its_report(fleet_survey: Survey, tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    file.write_text(json_format.render(fleet_survey))

    assert read_run(str(file)) == run_of(fleet_survey)


def test_nothing_changes_between_a_run_and_itself(fleet_survey: Survey) -> None:
    run = run_of(fleet_survey)

    found = changes(run, run)

    assert not any((found.new, found.gone, found.waived, found.grown, found.moves, found.came, found.went, found.lost))


def test_findings_come_and_go_and_levels_move(make_survey: MakeSurvey) -> None:
    before = run_of(make_survey(repo([("Dockerfile", "old")], 1)))
    now = run_of(make_survey(repo([("b/Dockerfile", "new")], 2)))

    found = changes(before, now)

    assert [noted.place for noted in found.new] == ["b/Dockerfile"]
    assert [noted.place for noted in found.gone] == ["Dockerfile"]
    assert found.moves == (Move(repo="a/repo", before=1, now=2),)


def test_a_finding_that_moves_within_its_file_is_the_same(make_survey: MakeSurvey) -> None:
    said = repo([("Dockerfile", "runs as root")])
    finding = said.findings[0]
    moved = replace(finding, place=replace(finding.place, line=99))
    after = replace(said, results=(replace(said.results[0], findings=(moved,)),))

    found = changes(run_of(make_survey(said)), run_of(make_survey(after)))

    assert (found.new, found.gone) == ((), ())


def test_what_can_t_be_judged_any_more_is_not_gone(make_survey: MakeSurvey) -> None:
    before = run_of(make_survey(repo([("Dockerfile", "old")])))
    undecided = assessment("a/repo", [result_of("a/repo", "container-non-root", Result.ERROR)], None)
    unreadable = replace(undecided, status=Status.UNREADABLE, results=())

    erring, lost, left = (changes(before, run_of(make_survey(*now))) for now in ((undecided,), (unreadable,), ()))

    assert (erring.gone, lost.gone, left.gone) == ((), (), ())
    assert (lost.lost, left.went) == (("a/repo",), ("a/repo",))


def test_a_waived_finding_is_told_as_waived_and_as_new_once_the_waiver_ends(make_survey: MakeSurvey) -> None:
    failing = run_of(make_survey(repo([("Dockerfile", "old")])))
    waived = run_of(make_survey(repo([("Dockerfile", "old")], waiver="A-1")))

    assert [noted.place for noted in changes(failing, waived).waived] == ["Dockerfile"]
    assert [noted.place for noted in changes(waived, failing).new] == ["Dockerfile"]
    assert waived.known == frozenset()


def test_what_was_the_blueprints_is_new_once_it_is_the_teams(make_survey: MakeSurvey) -> None:
    places = [("road/x.py", "eval")]
    theirs = assessment("a/repo", [result_of("a/repo", "readme", Result.BLUEPRINT, places, **THEIRS)], 3)
    ours = assessment("a/repo", [result_of("a/repo", "readme", Result.FAIL, places)], 0)
    none, before, after = (run_of(make_survey(assessed)) for assessed in (repo([], 3), theirs, ours))

    assert [noted.place for noted in changes(none, before).new] == ["road/x.py"]
    assert "a/repo  readme  road/x.py  (of training 1.0.0)" in as_text(changes(none, before), every=False)
    assert [noted.place for noted in changes(before, after).new] == ["road/x.py"]
    assert changes(before, before).new == ()
    assert changes(after, before).new == ()
    assert before.known == frozenset()
    assert len(after.known) == 1


def test_a_stage_that_grows_is_no_new_finding(make_survey: MakeSurvey) -> None:
    said = run_of(make_survey(repo([("Dockerfile", "old")])))
    ((key, noted),) = said.repos["a/repo"].findings.items()
    audited = {key: replace(noted, stage="audit")}  # type: ignore[arg-type]
    before = replace(said, repos={"a/repo": replace(said.repos["a/repo"], findings=audited)})

    found = changes(before, said)

    assert (found.new, [(old.stage, now.stage) for old, now in found.grown]) == ((), [("audit", "block")])


def test_the_text_is_short_unless_every_one_is_asked_for(make_survey: MakeSurvey) -> None:
    now = run_of(make_survey(repo([(f"{number:02}/Dockerfile", "x") for number in range(30)])))
    found = changes(run_of(make_survey(repo([]))), now)

    assert "and 10 more: --all" in as_text(found, every=False)
    assert as_text(found, every=True).count("/Dockerfile") == 30


def test_no_text_of_a_repo_reaches_the_terminal_unescaped(fleet_survey: Survey) -> None:
    empty = run_of(replace(fleet_survey, assessments=()))
    whole = run_of(fleet_survey)
    same = {name: replace(seen, findings={}) for name, seen in whole.repos.items()}

    for found in (changes(empty, whole), changes(replace(whole, repos=same), whole)):
        for text in (as_text(found, every=True), as_json(found)):
            assert all(c.isprintable() or c == "\n" for c in text)
            assert EVIL not in text


def test_the_json_names_what_changed(make_survey: MakeSurvey) -> None:
    found = changes(run_of(make_survey(repo([]))), run_of(make_survey(repo([("Dockerfile", "x")], 0))))

    said = json.loads(as_json(found))

    assert [item["policy"] for item in said["new"]] == ["container-non-root"]
    assert said["levels"] == [{"repo": "a/repo", "before": 1, "now": 0}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "is no report of goldenpath"),
        ('{"schema_version": 99}', "has version 99"),
        ('{"schema_version": 1, "repos": []}', "something missing"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_what_to_do(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    file.write_text(text)

    with pytest.raises(GoldenpathError, match=message) as caught:
        read_run(str(file))

    assert "--format json" in caught.value.hint


def test_a_file_that_isn_t_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldenpathError, match="No such file"):
        read_run(str(tmp_path / "none.json"))


def test_json_findings_say_whether_the_baseline_has_them(make_survey: MakeSurvey) -> None:
    survey = make_survey(repo([("Dockerfile", "old"), ("b/Dockerfile", "new")]))
    known = replace(survey, known=frozenset({survey.findings[0].fingerprint}))

    said: list[Any] = json.loads(json_format.render(known))["repos"][0]["findings"]

    assert sorted(finding["known"] for finding in said) == [False, True]
    assert all("known" not in finding for finding in json.loads(json_format.render(survey))["repos"][0]["findings"])
