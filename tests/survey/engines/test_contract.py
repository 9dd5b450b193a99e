"""What every engine promises, and what happens to a worker that dies."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from goldenpath.reports.formats import json
from goldenpath.survey.assess import Yardstick
from goldenpath.survey.engines import ENGINES
from goldenpath.survey.result import Status, Survey
from tests.survey.conftest import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from goldenpath.fleet.base import Fleet
    from goldenpath.standard import Standard
    from goldenpath.survey.result import Assessment

KILLER = """\
import os, signal
from dataclasses import dataclass
from goldenpath.finding import Result
from goldenpath.policy.base import Outcome

@dataclass(frozen=True)
class Killer:
    names: tuple

    def check(self, subject):
        if subject.repo.id in self.names:
            os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(result=Result.PASS)
"""


@pytest.fixture
def yardstick(standard: Standard) -> Yardstick:
    return Yardstick(policies=standard.load_policies(), waivers=(), as_of=TODAY)


def _text(assessments: list[Assessment], yardstick: Yardstick) -> str:
    found = tuple(assessments)
    return json.render(
        Survey(standard="s", version="1", ref=None, as_of=TODAY, assessments=found, policies=yardstick.policies)
    )


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_engine_gives_the_same_bytes_in_the_order_of_the_repos(
    engine: str, fleet: Fleet, yardstick: Yardstick
) -> None:
    found = list(ENGINES[engine].run(fleet.repos, yardstick, 2))
    expected = list(ENGINES["serial"].run(fleet.repos, yardstick, 1))

    assert [assessment.repo for assessment in found] == list(fleet.repos)
    assert [str(a.status) for a in found] == ["ok", "ok", "unreadable", "ok", "ok"]
    assert _text(found, yardstick) == _text(expected, yardstick)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_engine_takes_an_empty_fleet(engine: str, yardstick: Yardstick) -> None:
    assert list(ENGINES[engine].run((), yardstick, 2)) == []


@pytest.mark.parametrize("deadly", [("a-good",), ("b-bare-words", "e-good"), ("d-root",)])
def test_a_worker_that_is_killed_takes_its_own_repo_with_it_and_no_other(
    deadly: tuple[str, ...], fleet: Fleet, yardstick: Yardstick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/killer_of_workers.py").write_text(KILLER)
    monkeypatch.syspath_prepend(tmp_path / "lib")
    import killer_of_workers  # type: ignore[import-not-found]  # noqa: PLC0415 - a module that workers can import too

    readme = next(policy for policy in yardstick.policies if policy.id == "has-readme")
    killer = replace(readme, id="killer", rule=killer_of_workers.Killer(deadly))
    many = tuple(replace(fleet.repos[4], id=f"z{number}") for number in range(20))
    repos = (*fleet.repos, *many)

    found = list(ENGINES["processes"].run(repos, replace(yardstick, policies=(killer,)), 2))

    assert [assessment.repo for assessment in found] == list(repos)
    died = {a.repo.id: a.reason for a in found if a.status is Status.UNREADABLE and a.repo.id != "c-broken"}
    assert died == dict.fromkeys(deadly, "the process that read it died")


def test_a_run_that_nobody_wants_any_more_leaves_no_process(fleet: Fleet, yardstick: Yardstick) -> None:
    run = ENGINES["processes"].run(fleet.repos, yardstick, 2)
    next(run)
    run.close()  # type: ignore[attr-defined]  # a generator's

    assert multiprocessing.active_children() == []
