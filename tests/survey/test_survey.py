from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from goldenpath._git import GitError
from goldenpath.finding import Result, Stage
from goldenpath.fleet.base import Fleet
from goldenpath.repo import Repo
from goldenpath.standard import read_standard
from goldenpath.survey.assess import Yardstick, assess
from goldenpath.survey.result import Status, Survey
from goldenpath.survey.run import survey
from tests.survey.conftest import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from goldenpath.standard import Standard


def _surveyed(fleet: Fleet, standard: Standard, **options: Any) -> Survey:
    return survey(fleet, standard, **{"as_of": TODAY, "today": TODAY, **options})


def test_a_survey_says_what_each_repo_lacks_and_its_level(fleet: Fleet, standard: Standard) -> None:
    found = _surveyed(fleet, standard)

    assert {a.repo.id: a.level for a in found.assessments} == {
        "a-good": 3, "b-bare-words": 0, "c-broken": None, "d-root": 1, "e-good": 3,
    }  # fmt: skip
    assert [(f.repo, f.policy, str(f.place)) for f in found.findings] == [
        ("b-bare-words", "has-readme", "."),
        ("d-root", "container-non-root", "Dockerfile:1"),
    ]


def test_a_repo_that_cant_be_read_is_counted_with_the_reason_and_is_no_pass(fleet: Fleet, standard: Standard) -> None:
    found = _surveyed(fleet, standard)

    (broken,) = found.unreadable
    assert broken.repo.id == "c-broken"
    assert broken.reason
    assert broken.counts[Result.PASS] == 0


def test_a_broken_manifest_that_a_test_reads_is_no_unreadable_file_of_the_repo(
    make_repo: Callable[..., Path], standard: Standard
) -> None:
    path = make_repo(
        {"tests/fixtures/broken/pyproject.toml": "[project", "setup.cfg": "<<<<<<< a\n=======\n>>>>>>> b\n"}
    )
    yardstick = Yardstick(policies=standard.load_policies(), waivers=(), as_of=TODAY)

    found = assess(Repo(id="r", name="r", path=str(path)), yardstick)

    assert [row.path for row in found.unreadable] == ["setup.cfg"]


def test_the_date_alone_moves_findings_from_stage_to_stage(fleet: Fleet, standard: Standard) -> None:
    stages = {
        as_of: [str(f.stage) for f in _surveyed(fleet, standard, as_of=as_of).findings if f.policy == "has-readme"]
        for as_of in (date(2025, 12, 31), TODAY, date(2026, 12, 1), date(2027, 1, 1))
    }

    assert list(stages.values()) == [["planned"], ["audit"], ["warn"], ["block"]]


def test_jobs_change_nothing_that_is_found(fleet: Fleet, standard: Standard) -> None:
    steps: list[str] = []

    assert _surveyed(fleet, standard, jobs=2, step=steps.append) == _surveyed(fleet, standard)
    assert steps[0] == "1/5 a-good"
    assert len(steps) == 5


def test_a_disabled_policy_judges_nobody(fleet: Fleet, standard: Standard, tmp_path: Path) -> None:
    text = "override: {has-readme: {disabled: true, reason: decision 12}}\n"
    with (tmp_path / "standard/goldenpath.yaml").open("a") as file:
        file.write(text)
    found = _surveyed(fleet, read_standard(str(standard.folder)))

    assert [policy.id for policy in found.policies] == ["container-non-root"]
    assert {finding.policy for finding in found.findings} == {"container-non-root"}


def test_a_waived_finding_counts_at_no_stage_and_is_still_told(
    fleet: Fleet, standard: Standard, tmp_path: Path
) -> None:
    (tmp_path / "standard/waivers").mkdir()
    (tmp_path / "standard/waivers/a.yaml").write_text(
        "- {policy: has-readme, repo: b-*, owner: team-a, reason: moving, ticket: A-1, expires: 2026-12-01}\n"
        "- {policy: has-readme, repo: a-*, owner: team-a, reason: moving, ticket: A-2, expires: 2026-12-31}\n"
    )
    with (tmp_path / "standard/goldenpath.yaml").open("a") as file:
        file.write("waivers: waivers/\n")
    found = _surveyed(fleet, read_standard(str(standard.folder)))

    assert [f.waiver for f in found.findings if f.policy == "has-readme"] == ["A-1"]
    assert {f.policy for f in found.counted(Stage.AUDIT)} == {"container-non-root"}
    assert {(note.waiver.ticket, str(note.state)) for note in found.waiver_notes} == {
        ("A-1", "expiring"),
        ("A-2", "unused"),
    }


def test_a_repo_may_ask_for_waivers_and_gets_none(
    make_repo: Callable[..., Path], standard: Standard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "- {policy: has-readme, repo: '*', owner: me, reason: please, ticket: X, expires: 2026-12-01}\n"
    path = make_repo({".goldenpath/waivers.yaml": asked}, "asks")
    monkeypatch.chdir(path)

    found = _surveyed(Fleet(repos=(Repo(id="asks", name="asks", path=str(path)),)), standard)

    (request,) = found.assessments[0].requests
    assert request.waiver is not None
    assert request.waiver.ticket == "X"
    assert [finding.waiver for finding in found.findings] == [""]


def test_a_policy_that_raises_is_an_error_of_that_policy_and_hides_the_level(fleet: Fleet, standard: Standard) -> None:
    class Broken:
        def check(self, subject: object) -> Any:
            raise ZeroDivisionError(str(subject)[:10])

    policies = standard.load_policies()
    readme = next(policy for policy in policies if policy.id == "has-readme")
    broken = replace(readme, id="broken", rule=Broken())
    found = assess(fleet.repos[0], Yardstick(policies=(broken, *policies), waivers=(), as_of=TODAY))

    assert found.status is Status.OK
    assert found.level is None
    assert found.counts[Result.ERROR] == 1
    assert found.counts[Result.PASS] == 1


def test_a_git_that_fails_makes_a_repo_unreadable_and_is_no_bug(
    fleet: Fleet, standard: Standard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise GitError("git ls-files took longer than 60 s")

    monkeypatch.setattr("goldenpath.survey.assess.open_snapshot", fail)

    found = assess(fleet.repos[0], Yardstick(policies=standard.load_policies(), waivers=(), as_of=TODAY))

    assert (found.status, found.reason) == (Status.UNREADABLE, "git ls-files took longer than 60 s")


def test_a_bug_of_goldenpath_on_one_repo_ends_no_run(fleet: Fleet, standard: Standard) -> None:
    yardstick = Yardstick(policies=standard.load_policies(), waivers=(), as_of=None)  # type: ignore[arg-type]

    found = assess(fleet.repos[1], yardstick)

    assert found.status is Status.UNREADABLE
    assert found.reason.startswith("goldenpath has a bug here: TypeError")
