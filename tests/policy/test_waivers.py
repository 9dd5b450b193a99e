"""Waivers: who they cover, when they end, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.finding import Capability, Finding, Place, Severity, Stage
from goldenpath.policy.waivers import State, Waiver, decide, load_waivers, requests, review
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.policy.conftest import MakePolicy

_TODAY = date(2026, 11, 21)
_FINDING = Finding(
    repo="git.example.org/acme/fraud-eu",
    project="",
    policy="has-readme",
    title="There is a README",
    capability=Capability.OWNERSHIP,
    level=1,
    severity=Severity.LOW,
    stage=Stage.BLOCK,
    place=Place(path="legacy/Dockerfile", line=3),
    subject="x",
    found="y",
    wanted="z",
)
_WAIVER = Waiver(
    policy="has-readme",
    repo="git.example.org/acme/fraud-*",
    path="legacy/**",
    owner="team-payments",
    reason="Vendor image",
    ticket="PAY-311",
    expires=date(2027, 3, 1),
    origin="payments.yaml:1:3",
)
_TEXT = """\
- policy: has-readme
  repo: git.example.org/acme/fraud-*
  owner: team-payments
  reason: Vendor image, replaced in the first quarter
  ticket: PAY-311
  expires: 2027-03-01
"""


def test_a_waiver_covers_what_it_names_through_its_last_day() -> None:
    assert decide(_FINDING, [_WAIVER], date(2027, 3, 1)) is _WAIVER
    assert decide(_FINDING, [_WAIVER], date(2027, 3, 2)) is None


@pytest.mark.parametrize(
    "other",
    [
        {"policy": "other"},
        {"repo": "git.example.org/acme/loans"},
        {"repo": "git.example.org/*"},
        {"path": "Dockerfile"},
    ],
)
def test_a_waiver_covers_nothing_else(other: dict[str, str]) -> None:
    assert decide(_FINDING, [replace(_WAIVER, **other)], _TODAY) is None  # type: ignore[arg-type]


def test_a_waiver_covers_every_clone_of_its_repo() -> None:
    second = replace(_FINDING, repo=f"{_FINDING.repo}#copies/fraud")

    assert decide(second, [_WAIVER], _TODAY) is _WAIVER


def test_of_several_waivers_the_one_that_lasts_longest_covers() -> None:
    longer = replace(_WAIVER, expires=date(2027, 4, 1), origin="b")

    assert decide(_FINDING, [_WAIVER, longer], _TODAY) is longer


def test_expired_unused_and_soon_ending_waivers_are_told() -> None:
    waivers = [
        replace(_WAIVER, origin="fine"),
        replace(_WAIVER, origin="expired", expires=date(2026, 11, 20)),
        replace(_WAIVER, origin="expiring", expires=date(2026, 12, 21)),
        replace(_WAIVER, origin="unused"),
        replace(_WAIVER, origin="elsewhere", repo="git.example.org/acme/loans"),
    ]
    notes = review(waivers, {"fine", "expiring"}, [_FINDING.repo], _TODAY)

    assert [(note.waiver.origin, note.state, note.days) for note in notes] == [
        ("expired", State.EXPIRED, -1),
        ("expiring", State.EXPIRING, 30),
        ("unused", State.UNUSED, 100),
    ]


def test_a_folder_of_waivers_is_read(tmp_path: Path, make_policy: MakePolicy) -> None:
    (tmp_path / "payments.yaml").write_text(_TEXT)
    (waiver,) = load_waivers(tmp_path, policies=[make_policy()], today=_TODAY)

    assert (waiver.ticket, waiver.path, waiver.expires) == ("PAY-311", "**", date(2027, 3, 1))
    assert waiver.origin == f"{tmp_path}/payments.yaml:1:3"


def test_no_folder_holds_no_waivers(tmp_path: Path) -> None:
    assert load_waivers(tmp_path / "none", policies=[], today=_TODAY) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("has-readme", "has-redme", "there is no policy 'has-redme'\n  Did you mean 'has-readme'?"),
        ("has-readme", "no-secrets", "no-secrets can't be waived"),
        ("2027-03-01", "2027-05-21", "expires 2027-05-21 is too far ahead\n  At most 180 days: until 2027-05-20."),
        ("2027-03-01", "2027-03-01\n  added: 2026-08-01", "2027-03-01 is too far ahead"),
        ("2027-03-01", "2027-03-01\n  added: 2026-11-22", "added 2026-11-22 lies ahead"),
        ("  expires: 2027-03-01\n", "", "the key 'expires' is missing"),
        ("ticket:", "tickt:", "unknown key 'tickt'"),
        ("PAY-311", '""', "ticket must say something"),
    ],
)
def test_a_waiver_that_nobody_could_stand_by_is_refused(
    right: str, wrong: str, told: str, tmp_path: Path, make_policy: MakePolicy
) -> None:
    (tmp_path / "payments.yaml").write_text(_TEXT.replace(right, wrong))
    policies = [make_policy(), make_policy(id="no-secrets", waivable=False)]

    with pytest.raises(GoldenpathError) as caught:
        load_waivers(tmp_path, policies=policies, today=_TODAY)

    assert told in str(caught.value)
    assert "payments.yaml:" in str(caught.value)


def test_a_repos_own_wishes_are_listed_and_mistakes_in_them_too() -> None:
    good = MemorySnapshot({".goldenpath/waivers.yaml": _TEXT})
    bad = MemorySnapshot({".goldenpath/waivers.yaml": _TEXT.replace("ticket", "tickt")})
    broken = MemorySnapshot({".goldenpath/waivers.yaml": b"\xff\xfe- ["})

    assert [(r.waiver.ticket, r.problem) for r in requests(good) if r.waiver] == [("PAY-311", "")]
    assert [(r.waiver, "unknown key 'tickt'" in r.problem) for r in requests(bad)] == [(None, True)]
    assert [r.waiver for r in requests(broken)] == [None]
    assert requests(MemorySnapshot({})) == ()
