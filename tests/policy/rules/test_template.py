from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath import testing
from goldenpath.errors import GoldenpathError, UnreadableError
from goldenpath.facts.inventory import inventory
from goldenpath.finding import Result
from goldenpath.policy.base import SpecError
from goldenpath.policy.case_templates import templates_in
from goldenpath.policy.cases import snapshot_of
from goldenpath.policy.rules.template import TemplateRule
from goldenpath.policy.subject import Knowledge, subjects
from goldenpath.repo import Repo

if TYPE_CHECKING:
    from goldenpath.policy.base import Outcome

STANDING = "blueprint: small\nversion: {}\n"
SCRIPT = "on: push\njobs: {test: {runs-on: x, steps: [{run: make}]}}\n"
FILES: dict[str, str | int] = {
    ".goldenpath.yaml": STANDING.format("1.0.0"),
    "blueprint:1.0.0/.ci/a.yml": SCRIPT,
    "blueprint:1.0.0/Makefile": "test:\n",
    ".ci/a.yml": SCRIPT,
    "Makefile": "test:\n",
}


def judged(changes: dict[str, str | None], rule: TemplateRule, scope: int = 0) -> Outcome:
    files = {name: text for name, text in {**FILES, **changes}.items() if text is not None}
    snapshot = snapshot_of(files)
    knowledge = Knowledge(makings=templates_in(files))
    return rule.check(subjects(Repo(id="r", name="r", path=""), snapshot, inventory(snapshot), knowledge)[scope])


ALL = TemplateRule(states=("edited", "both", "deleted", "moved", "differs"))


def test_a_repo_as_it_was_made_passes() -> None:
    assert judged({}, ALL).result is Result.PASS


@pytest.mark.parametrize(
    ("changes", "path", "said"),
    [
        ({"Makefile": "x:\n"}, "Makefile", "edited; the blueprint small 1.0.0 manages it"),
        ({".ci/a.yml": None}, ".ci/a.yml", "deleted; the blueprint small 1.0.0 brings it"),
        ({".ci/a.yml": None, "b.yml": SCRIPT}, ".ci/a.yml", "moved to b.yml"),
    ],
)
def test_a_file_that_left_the_template_is_told_with_what_became_of_it(
    changes: dict[str, str | None], path: str, said: str
) -> None:
    (miss,) = judged(changes, ALL).misses

    assert (str(miss.place), miss.subject, miss.found, miss.wanted) == (path, path, said, "the file of small 1.0.0")


def test_only_the_states_files_and_owners_that_are_asked_are_findings() -> None:
    changes: dict[str, str | None] = {"Makefile": "x:\n", ".ci/a.yml": None}

    def paths(rule: TemplateRule) -> list[str]:
        return [miss.place.path for miss in judged(changes, rule).misses]

    assert paths(TemplateRule(states=("edited",))) == ["Makefile"]
    assert paths(TemplateRule(states=("edited", "deleted"), paths=(".ci/**",))) == [".ci/a.yml"]
    assert paths(TemplateRule(states=("edited", "deleted"), except_=(".ci/**",))) == ["Makefile"]
    assert judged(changes, TemplateRule(states=("edited",), ownership=("shared",))).result is Result.NOT_APPLICABLE


def test_a_template_that_moved_on_is_no_fault_of_the_team_unless_it_is_asked() -> None:
    changes: dict[str, str | None] = {"blueprint:1.1.0/Makefile": "test: lint\n", "blueprint:1.1.0/.ci/a.yml": SCRIPT}

    assert judged(changes, ALL).result is Result.PASS
    assert judged(changes, TemplateRule(states=("behind",))).misses[0].found == "1.1.0 changes it"


def test_a_version_may_be_so_many_releases_behind_and_no_more() -> None:
    changes: dict[str, str | None] = {"blueprint:1.1.0/Makefile": "b\n", "blueprint:1.2.0/Makefile": "c\n"}

    assert judged(changes, TemplateRule(behind=2)).result is Result.PASS
    (miss,) = judged(changes, TemplateRule(behind=1)).misses
    assert (str(miss.place), miss.found) == (".goldenpath.yaml:1", "small 1.0.0, 2 releases behind")
    assert miss.wanted == "small 1.2.0, at most 1 behind"


@pytest.mark.parametrize("rule", [ALL, TemplateRule(behind=0)])
def test_a_repo_that_was_not_made_from_a_blueprint_is_left_alone(rule: TemplateRule) -> None:
    outcome = judged({".goldenpath.yaml": None}, rule)

    assert outcome.result is Result.NOT_APPLICABLE
    assert "a repo made from a blueprint of the standard" in outcome.reason


def test_without_a_standard_to_ask_it_does_not_apply() -> None:
    assert testing.check(ALL, {".goldenpath.yaml": STANDING}).result is Result.NOT_APPLICABLE


def test_a_project_in_a_folder_has_findings_of_its_own() -> None:
    changes: dict[str, str | None] = {
        ".goldenpath.yaml": None,
        "apps/a/.goldenpath.yaml": STANDING.format("1.0.0"),
        "apps/a/pyproject.toml": "[project]\nname = 'a'\nversion = '1'\n",
        "apps/a/.ci/a.yml": SCRIPT,
        "apps/a/Makefile": "x:\n",
    }

    of_project = judged(changes, TemplateRule(states=("edited",), paths=("Makefile",)), scope=1)

    assert [miss.place.path for miss in of_project.misses] == ["apps/a/Makefile"]


def test_a_repo_that_would_have_thousands_of_renderings_is_an_error_and_no_pass() -> None:
    many: dict[str, str | None] = {f"{n}/.goldenpath.yaml": STANDING.format("1.0.0") for n in range(201)}

    with pytest.raises(UnreadableError, match="more than 200"):
        judged(many, ALL)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "exactly one of states, behind"),
        ({"states": ("edited",), "behind": 1}, "exactly one of states, behind"),
        ({"behind": -1}, "zero or more"),
        ({"states": ("edted",)}, "'edted' can't be asked. Did you mean 'edited'?"),
        ({"states": ("in sync",)}, "'in sync' can't be asked"),
        ({"states": ("edited",), "ownership": ("seeded",)}, "'seeded' can't be asked"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError) as raised:
        TemplateRule(**given)  # type: ignore[arg-type]

    assert said in str(raised.value)


@pytest.mark.parametrize("name", ["blueprint:Makefile", "blueprint:newest/Makefile", "blueprint:1.0.0/"])
def test_a_case_names_version_and_path(name: str) -> None:
    with pytest.raises(GoldenpathError, match=r"is no file of a version"):
        templates_in({name: "x"})
