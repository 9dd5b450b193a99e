"""What the tests of report formats share: one survey with everything a report can meet, hostile texts among it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from goldenpath.facts.model import Unreadable
from goldenpath.finding import Capability, Finding, Place, Result, Severity, Stage
from goldenpath.fleet.base import Problem
from goldenpath.policy.base import Enforcement, Policy, Remediation
from goldenpath.policy.evaluate import PolicyResult
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.waivers import Waiver
from goldenpath.repo import Repo
from goldenpath.survey.result import Assessment, Status, Survey
from tests.conftest import make_finding

AS_OF = date(2026, 11, 21)
#: What a scanned repo may try: escape sequences, markup of every format, line ends, a lone surrogate, a formula.
HOSTILE = (
    "\x1b[31m\r\n::error::x ]]></failure><script>alert(1)</script> `` @ann #1 [x](http://e.vil) | "
    "\ud800\udcff ;=cmd|' /C calc'!A0 %0A"
)
_DAYS = {
    Stage.BLOCK: Enforcement(block=date(2026, 1, 1)),
    Stage.WARN: Enforcement(warn=date(2026, 1, 1)),
    Stage.AUDIT: Enforcement(audit=date(2026, 1, 1)),
    Stage.PLANNED: Enforcement(audit=date(2027, 1, 1)),
}
_POLICIES = (
    ("container-non-root", "Containers don't run as root", Capability.SECURITY, Severity.HIGH, Stage.BLOCK),
    ("lock-file", "Dependencies are locked", Capability.REPRODUCIBILITY, Severity.CRITICAL, Stage.WARN),
    ("runbook", "There is a runbook", Capability.OBSERVABILITY, Severity.MEDIUM, Stage.AUDIT),
    ("model-card", "There is a model card", Capability.OWNERSHIP, Severity.LOW, Stage.PLANNED),
    ("pinned-actions", "Actions are pinned by commit", Capability.SECURITY, Severity.MEDIUM, Stage.BLOCK),
)


def _policy(name: str, title: str, capability: Capability, severity: Severity, stage: Stage) -> Policy:
    return Policy(
        id=name,
        title=title,
        capability=capability,
        level=2,
        severity=severity,
        enforcement=_DAYS[stage],
        kind="file",
        rule=FileRule(exists="README.md"),
        rationale=f"{title}, since\nwhat isn't so hurts.",
        remediation=Remediation(text="Mend it & commit.", before="FROM x", after="FROM x\nUSER 10001"),
        references=("https://example.org/why",),
    )


POLICIES = {said[0]: _policy(*said) for said in _POLICIES}


def finding(policy: str, place: Place, found: str, wanted: str = "something else", **more: str) -> Finding:
    said = POLICIES[policy]
    told = {"subject": found, "found": found, "wanted": wanted, "remediation": said.remediation.text}
    return make_finding(said, AS_OF, place, **{**told, **more})


def result(policy: str, verdict: Result, *findings: Finding, reason: str = "") -> PolicyResult:
    said = POLICIES[policy]
    return PolicyResult(
        policy=policy,
        project="",
        capability=said.capability,
        level=said.level,
        severity=said.severity,
        stage=said.stage(AS_OF),
        result=verdict,
        findings=findings,
        reason=reason,
    )


def _assessment(name: str, *results: PolicyResult, unreadable: tuple[Unreadable, ...] = ()) -> Assessment:
    repo = Repo(id=f"git.example.org/acme/{name}", name=name, path=f"/fleet/{name}")
    return Assessment(repo=repo, status=Status.OK, commit="c" * 40, level=1, results=results, unreadable=unreadable)


@pytest.fixture
def drifting() -> Assessment:
    """Give a repo with a finding at each stage, a waived one, an error and a file that can't be read."""
    image = finding("container-non-root", Place(path="docker/a b.Dockerfile", line=3), "user root", "a USER")
    second = replace(image, place=Place(path="ü/Dockerfile", line=7), found="no USER", subject="no USER")
    waived = replace(image, place=Place(path="old/Dockerfile"), found="user 0", subject="user 0", waiver="PAY-311")
    theirs = replace(image, place=Place(path="road/Dockerfile", line=2), blueprint="training 1.0.0", owner="team-ml")
    return _assessment(
        "fraud",
        result("container-non-root", Result.FAIL, image, second, waived, replace(theirs, subject="theirs")),
        result("lock-file", Result.FAIL, finding("lock-file", Place(path="."), "no lock file", "a lock file")),
        result("runbook", Result.FAIL, finding("runbook", Place(path="docs"), "no runbook", "")),
        result("model-card", Result.FAIL, finding("model-card", Place(path="."), "no model card", "one")),
        result("pinned-actions", Result.ERROR, reason="ValueError: the plugin broke"),
        unreadable=(Unreadable(path="pyproject.toml", reason="is no TOML", line=4),),
    )


@pytest.fixture
def one(drifting: Assessment) -> Survey:
    """Give a survey of the drifting repo alone."""
    waiver = Waiver(
        policy="container-non-root",
        repo="**",
        owner="team-pay",
        reason="Vendor image",
        ticket="PAY-311",
        expires=date(2027, 3, 1),
    )
    return Survey(
        standard="acme",
        version="1.4.0",
        ref="v1",
        as_of=AS_OF,
        assessments=(drifting,),
        policies=tuple(POLICIES.values()),
        waivers=(waiver,),
    )


@pytest.fixture
def fleet(one: Survey, drifting: Assessment) -> Survey:
    """Give a survey of a drifting, a tidy and an unreadable repo, and a folder that couldn't be searched."""
    tidy = _assessment(
        "churn",
        result("container-non-root", Result.NOT_APPLICABLE, reason="no container"),
        result("lock-file", Result.PASS),
    )
    broken = Assessment(
        repo=Repo(id="git.example.org/acme/old", name="old", path="/fleet/old"),
        status=Status.UNREADABLE,
        reason="its objects are missing",
    )
    problem = Problem(path="/fleet/locked", reason="permission denied")
    return replace(one, assessments=(tidy, drifting, broken), problems=(problem,))


@pytest.fixture
def hostile(one: Survey) -> Survey:
    """Give a survey in which every text of a scanned repo is hostile."""
    bad = finding("container-non-root", Place(path=HOSTILE, line=1), HOSTILE, HOSTILE, repo=HOSTILE)
    waived = replace(bad, subject="waived", waiver="PAY-311")
    theirs = replace(bad, subject="theirs", blueprint=HOSTILE, owner=HOSTILE)
    sick = Assessment(
        repo=Repo(id=HOSTILE, name=HOSTILE, path=HOSTILE),
        status=Status.OK,
        level=None,
        results=(
            result("container-non-root", Result.FAIL, bad, waived, theirs),
            result("lock-file", Result.ERROR, reason=HOSTILE),
        ),
        unreadable=(Unreadable(path=HOSTILE, reason=HOSTILE),),
    )
    gone = Assessment(repo=sick.repo, status=Status.UNREADABLE, reason=HOSTILE)
    return replace(one, assessments=(sick, gone), problems=(Problem(path=HOSTILE, reason=HOSTILE),))
