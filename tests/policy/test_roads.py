"""Whose a finding is: the blueprint's where it stands in a file of a road that is as the blueprint made it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.facts.inventory import inventory
from goldenpath.finding import Result
from goldenpath.policy.base import Cases, Scope
from goldenpath.policy.case_templates import templates_in
from goldenpath.policy.cases import run, snapshot_of
from goldenpath.policy.evaluate import PolicyResult, evaluate, level
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.rules.template import TemplateRule
from goldenpath.policy.subject import Knowledge, subjects
from goldenpath.policy.waivers import Waiver
from goldenpath.repo import Repo

if TYPE_CHECKING:
    from goldenpath.catalog.making import Making, Makings, Word
    from goldenpath.policy.base import Policy
    from tests.policy.conftest import MakePolicy

DAY = date(2026, 11, 21)
PROJECT = "[project]\nname = 'x'\ndependencies = ['road-of-acme']\n[tool.uv.sources]\nroad-of-acme = {path = 'road'}\n"
ROAD = "[project]\nname = 'road-of-acme'\nversion = '0+goldenpath'\n"
BAD = "eval(1)\n"
FILES: dict[str, str | int] = {
    ".goldenpath.yaml": "blueprint: small\nversion: 1.0.0\n",
    "pyproject.toml": PROJECT,
    "road/pyproject.toml": ROAD,
    "road/src/road/core.py": BAD,
    "blueprint:1.0.0/road/pyproject.toml": ROAD,
    "blueprint:1.0.0/road/src/road/core.py": BAD,
    "blueprint:1.0.0/tool.py": BAD,
    "tool.py": "",
}


@dataclass
class Counted:
    """Makings of a case, with an owner, and how often they were asked."""

    makings: Makings | None
    error: GoldenpathError | None = None
    asked: list[str] = field(default_factory=list)

    def making(self, word: Word) -> Making | None:
        self.asked.append(word.blueprint)
        if self.error:
            raise self.error
        found = self.makings.making(word) if self.makings else None
        return replace(found, owner="team-ml") if found else None


@pytest.fixture
def no_eval(make_policy: MakePolicy) -> Policy:
    return make_policy(rule=FileRule(absent="**/*.py", contains="eval"))


def judged(
    changes: dict[str, str | None], *policies: Policy, makings: Counted | None = None, waivers: tuple[Waiver, ...] = ()
) -> tuple[PolicyResult, ...]:
    files = {name: text for name, text in {**FILES, **changes}.items() if text is not None}
    snapshot = snapshot_of(files)
    known = makings or Counted(None)
    known.makings = templates_in(files)
    found = subjects(Repo(id="r", name="r", path=""), snapshot, inventory(snapshot), Knowledge(makings=known))
    return evaluate(found, policies, waivers, DAY)


def told(result: PolicyResult) -> list[tuple[str, str, str]]:
    return [(str(finding.place), finding.blueprint, finding.owner) for finding in result.findings]


def test_a_finding_in_a_road_as_it_was_made_is_the_blueprints_and_lowers_no_level(no_eval: Policy) -> None:
    (result,) = judged({}, no_eval)

    assert result.result is Result.BLUEPRINT
    assert told(result) == [("road/src/road/core.py:1", "small 1.0.0", "team-ml")]
    assert level([result]) == 3


def test_it_is_the_blueprints_also_where_the_template_has_moved_on(no_eval: Policy) -> None:
    (result,) = judged({"blueprint:1.1.0/road/src/road/core.py": "pass\n"}, no_eval)

    assert told(result) == [("road/src/road/core.py:1", "small 1.0.0", "team-ml")]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"road/src/road/core.py": f"{BAD}x = 1\n"}, id="edited"),
        pytest.param({"blueprint:1.0.0/road/src/road/core.py": None}, id="added"),
        pytest.param({".goldenpath.yaml": None}, id="claimed, and made from nothing"),
        pytest.param({"pyproject.toml": "[project]\nname = 'x'\n"}, id="a folder of that name that nobody asks for"),
        pytest.param({"road/pyproject.toml": ROAD.replace("+goldenpath", "")}, id="a package of the team's own"),
    ],
)
def test_a_finding_in_anything_else_below_the_folder_is_the_teams(
    changes: dict[str, str | None], no_eval: Policy
) -> None:
    (result,) = judged(changes, no_eval)

    assert result.result is Result.FAIL
    assert told(result) == [("road/src/road/core.py:1", "", "")]


def test_what_is_managed_outside_a_road_is_the_teams(no_eval: Policy) -> None:
    (result,) = judged(
        {"tool.py": BAD, "road/src/road/core.py": "", "blueprint:1.0.0/road/src/road/core.py": ""}, no_eval
    )

    assert told(result) == [("tool.py:1", "", "")]


def test_one_finding_of_the_teams_makes_a_fail_and_each_says_whose_it_is(no_eval: Policy) -> None:
    (result,) = judged({"src/x.py": BAD}, no_eval)

    assert result.result is Result.FAIL
    assert told(result) == [("road/src/road/core.py:1", "small 1.0.0", "team-ml"), ("src/x.py:1", "", "")]


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("edited", {"road/src/road/core.py": "x = 1\n"}),
        ("behind", {"blueprint:1.1.0/road/src/road/core.py": "pass\n", "blueprint:1.1.0/road/pyproject.toml": ROAD}),
    ],
)
def test_what_the_team_did_to_its_road_or_left_undone_is_the_teams(
    state: str, changes: dict[str, str | None], make_policy: MakePolicy
) -> None:
    rule = TemplateRule(states=(state,), paths=("road/**",))

    results = judged(changes, make_policy(rule=rule, kind="template", scope=Scope.PROJECT))

    assert [told(result) for result in results] == [[("road/src/road/core.py", "", "")]]


def test_a_waiver_goes_before(no_eval: Policy) -> None:
    said: dict[str, Any] = {"owner": "a", "reason": "b", "ticket": "T-1", "expires": date(2027, 1, 1), "origin": "w"}
    waiver = Waiver(policy=no_eval.id, repo="*", path="road/**", **said)

    (result,) = judged({}, no_eval, waivers=(waiver,))

    assert (result.result, result.waivers) == (Result.WAIVED, ("w",))


def test_where_drift_cant_be_told_a_finding_stays_the_teams(no_eval: Policy, make_policy: MakePolicy) -> None:
    unchanged = make_policy(id="unchanged", rule=TemplateRule(states=("edited",)), kind="template")

    results = judged({}, no_eval, unchanged, makings=Counted(None, GoldenpathError("no such blueprint")))

    assert [(result.policy, result.result) for result in results] == [
        (no_eval.id, Result.FAIL),
        ("unchanged", Result.ERROR),
    ]


def test_blueprints_are_asked_once_and_only_for_what_fails_in_a_road(no_eval: Policy, make_policy: MakePolicy) -> None:
    calm, busy = Counted(None), Counted(None)
    again = make_policy(id="again", rule=no_eval.rule, scope=Scope.PROJECT)

    judged({"road/src/road/core.py": "", "src/x.py": BAD}, no_eval, again, makings=calm)
    judged({}, no_eval, again, make_policy(id="drift", rule=TemplateRule(states=("edited",))), makings=busy)

    assert (calm.asked, busy.asked) == ([], ["small"])


def test_a_case_fails_whosever_its_finding_is(no_eval: Policy) -> None:
    cases = Cases(fail=(FILES,), pass_=({**FILES, "road/src/road/core.py": ""},))

    results = run((replace(no_eval, cases=cases),), inventory)

    assert [(result.result, result.problem) for result in results] == [(Result.FAIL, ""), (Result.PASS, "")]


def test_in_a_monorepo_each_road_is_held_against_its_own_projects_making(no_eval: Policy) -> None:
    files: dict[str, str | None] = dict.fromkeys(FILES)
    for name in "ab":
        files |= {f"{name}/{path}": str(text) for path, text in FILES.items() if not path.startswith("blueprint:")}
    files |= {path: str(text) for path, text in FILES.items() if path.startswith("blueprint:")}
    files["b/road/src/road/core.py"] = BAD * 2

    (result,) = judged(files, no_eval)

    assert told(result) == [
        ("a/road/src/road/core.py:1", "small 1.0.0", "team-ml"),
        ("b/road/src/road/core.py:1", "", ""),
    ]
