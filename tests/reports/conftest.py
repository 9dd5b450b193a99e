"""What the tests of reports share: surveys made by hand, with the texts that a hostile repo would choose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from goldenpath.facts.model import Unreadable
from goldenpath.finding import Capability, Place, Result, Severity
from goldenpath.fleet.base import Problem
from goldenpath.policy.base import Enforcement, Policy, Remediation
from goldenpath.policy.evaluate import PolicyResult
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.waivers import Request, State, Waiver, WaiverNote
from goldenpath.repo import Repo
from goldenpath.survey.result import Assessment, Status, Survey
from tests.conftest import make_finding

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = date(2026, 11, 21)
EVIL = "\x1b[31m[red]x[/red]\x9b1m\u202egpj\udcff\nline"
POLICIES = {
    "container-non-root": (Severity.HIGH, 2, 0, "Containers don't run as root", "End the file with USER and a number."),
    "lockfile-present": (Severity.MEDIUM, 1, 10, "What is installed is locked", "Run uv lock\nand commit uv.lock."),
    "readme": (Severity.LOW, 1, 40, "The repo has a README", "Say what it is for, how to start, and whom to ask."),
}


def policy(name: str) -> Policy:
    """Return a policy that blocks so many days after today as its table says (0: blocks now)."""
    severity, level, days, title, remedy = POLICIES[name]
    return Policy(
        id=name,
        title=title,
        capability=Capability.SECURITY,
        level=level,
        severity=severity,
        enforcement=Enforcement(audit=date(2026, 1, 1), block=TODAY + timedelta(days=days)),
        kind="file",
        rule=FileRule(exists="README.md"),
        rationale="It matters.",
        remediation=Remediation(text=remedy),
    )


#: Whose a finding is that no team can mend.
THEIRS = {"blueprint": "training 1.0.0", "owner": "@acme/team-ml-platform"}


def result_of(
    repo: str, name: str, result: Result, places: Sequence[tuple[str, str]] = (), waiver: str = "", **whose: str
) -> Any:
    """Return what became of a policy on a repo, with a finding for each (path, found)."""
    held = policy(name)
    findings = tuple(
        make_finding(
            held,
            TODAY,
            Place(path=path, line=number or None),
            repo=repo,
            subject=f"{path}{number}",
            found=found,
            wanted="something better",
            waiver=waiver,
            **whose,
        )
        for number, (path, found) in enumerate(places)
    )
    reason = f"ValueError: {EVIL}" if result is Result.ERROR else ""
    return PolicyResult(
        policy=name,
        project="",
        capability=held.capability,
        level=held.level,
        severity=held.severity,
        stage=held.stage(TODAY),
        result=result,
        findings=findings,
        reason=reason,
    )


ASKED = Waiver(
    policy="readme",
    repo="b/*",
    owner="team-b",
    reason=EVIL,
    ticket="B-1",
    expires=date(2027, 1, 1),
    origin="r:1:1",
)


def assessment(name: str, results: Sequence[Any], level: int | None, **more: Any) -> Assessment:
    """Return the assessment of a repo."""
    repo = Repo(id=name, name=name.rsplit("/", 1)[-1], path=f"/srv/{name}")
    return Assessment(repo=repo, status=Status.OK, commit="c" * 40, level=level, results=tuple(results), **more)


class MakeSurvey(Protocol):
    def __call__(self, *assessments: Assessment, **more: Any) -> Survey: ...


@pytest.fixture
def make_survey() -> MakeSurvey:
    def make(*assessments: Assessment, **more: Any) -> Survey:
        return Survey(
            standard="acme",
            version="1.4.0",
            ref="v1",
            as_of=TODAY,
            assessments=assessments,
            policies=tuple(policy(name) for name in POLICIES),
            **more,
        )

    return make


@pytest.fixture
def lone_survey(make_survey: MakeSurvey) -> Survey:
    """Give a survey of one repo that has everything a repo can have."""
    name = "git.example.org/acme/fraud"
    results = [
        result_of(
            name,
            "container-non-root",
            Result.FAIL,
            [(f"deploy/{n}/Dockerfile", "runs as root") for n in "abcdefg"],
        ),
        result_of(name, "lockfile-present", Result.FAIL, [(".", "no lock file"), (EVIL, EVIL * 3)]),
        result_of(name, "readme", Result.ERROR),
        result_of(name, "readme", Result.PASS),
        result_of(name, "readme", Result.BLUEPRINT, [(f"road/src/road/{n}.py", EVIL) for n in "abcdefg"], **THEIRS),
    ]
    unreadable = (Unreadable(path=EVIL, line=3, reason=f"is no TOML: {EVIL}"),)
    return make_survey(
        assessment(name, results, None, unreadable=unreadable, requests=(Request(waiver=None, problem=EVIL),)),
    )


@pytest.fixture
def fleet_survey(make_survey: MakeSurvey) -> Survey:
    """Give a survey of five repos, one of which can't be read and one of which is named by an enemy."""
    good = [result_of("a/good", name, Result.PASS) for name in POLICIES]
    road = [("road/src/road/core.py", "no such text")]
    long = "git.example.org/department-of-very-long-names/forecasting-of-departures"
    root = [("Dockerfile", "runs as root")]
    evil = [
        result_of(EVIL, "readme", Result.FAIL, [(EVIL, EVIL)]),
        result_of(EVIL, "lockfile-present", Result.ERROR),
    ]
    waived = [result_of("b/waived", "readme", Result.WAIVED, [(".", "no README")], "A-1")]
    broken = Repo(id="c/broken", name="broken", path="/srv/c")
    waiver = Waiver(
        policy="readme",
        repo="a/*",
        owner="team-a",
        reason="r",
        ticket="A-1",
        expires=date(2026, 12, 1),
        origin="w:1:1",
    )
    return make_survey(
        assessment("a/good", [*good, result_of("a/good", "readme", Result.BLUEPRINT, road, **THEIRS)], 3),
        assessment(
            long,
            [
                result_of(long, "container-non-root", Result.FAIL, root),
                result_of(long, "readme", Result.BLUEPRINT, road, **THEIRS),
            ],
            1,
        ),
        assessment(EVIL, evil, None),
        assessment("b/waived", waived, 3, requests=(Request(waiver=ASKED), Request(waiver=ASKED))),
        Assessment(repo=broken, status=Status.UNREADABLE, reason=f"bad {EVIL}"),
        problems=(Problem(path=f"/srv/{EVIL}", reason="is no folder"),),
        waiver_notes=(WaiverNote(waiver=waiver, state=State.EXPIRING, days=10),),
    )  # fmt: skip
