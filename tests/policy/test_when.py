"""Where a policy applies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import Dependency, Facts, Governance, Import, Standing
from goldenpath.policy.base import SpecError
from goldenpath.policy.conditions import Condition
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.rules.value import ValueRule
from goldenpath.policy.subject import subjects
from goldenpath.policy.when import FactTest, When
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from tests.policy.conftest import MakeSubject

_STANDING = Standing(
    standard=None,
    ref=None,
    blueprint="training",
    version=None,
    tree=None,
    road=None,
    lifecycle="production",
    tier="1",
    owner="team-fraud",
    path=".goldenpath.yaml",
)
_FACTS = Facts(
    standing=(_STANDING,),
    governance=(Governance(kind="brief", path="brief.yaml"),),
    dependencies=(
        Dependency(name="torch", specifier="", path="a"),
        Dependency(name="hatchling", specifier="", scope="build", path="a"),
    ),
    imports=(Import(module="sklearn", source="code", path="a.py"),),
)
_FILES = {"brief.yaml": "concerns: {privacy: {personal_data: true}}\n", "src/a.py": ""}
_PERSONAL = ValueRule(file="brief.yaml", path="concerns.privacy.personal_data", equals=True)
_KIND = {"kind": Condition(equals="brief")}


@pytest.mark.parametrize(
    "when",
    [
        {"fact": "governance"},
        {"fact": FactTest(table="governance", where=_KIND)},
        {"file": "src/*.py"},
        {"file": ("nothing", "brief.yaml")},
        {"file": FileRule(exists="*.yaml", contains="personal_data")},
        {"value": _PERSONAL},
        {"uses": ("tensorflow", "torch")},
        {"uses": ("sklearn",)},
        {"blueprint": ("training", "batch-*")},
        {"lifecycle": "production"},
        {"tier": ("1", "2")},
        {"owner": "team-*"},
        {"topic": "ml-*"},
        {"all": (When(lifecycle="production"), When(file="brief.yaml"))},
        {"any": (When(lifecycle="sandbox"), When(file="brief.yaml"))},
        {"not_": When(file="Dockerfile")},
        {"lifecycle": "production", "not_": When(tier="3")},
    ],
)
def test_a_policy_applies(when: dict[str, Any], make_subject: MakeSubject) -> None:
    assert When(**when).holds(make_subject(_FILES, _FACTS, ("ml-fraud",)))


@pytest.mark.parametrize(
    "when",
    [
        {"fact": "containers"},
        {"fact": FactTest(table="governance", where={"kind": Condition(equals="runbook")})},
        {"file": "*.py"},
        {"value": ValueRule(file="brief.yaml", path="concerns.privacy.personal_data", equals=False)},
        {"value": ValueRule(file="other.yaml", path="a", equals=1)},
        {"uses": ("hatchling",)},
        {"lifecycle": "sandbox"},
        {"topic": "web"},
        {"all": (When(lifecycle="production"), When(file="nothing"))},
        {"any": (When(lifecycle="sandbox"), When(file="nothing"))},
        {"not_": When(file="brief.yaml")},
        {"lifecycle": "production", "file": "nothing"},
    ],
)
def test_a_policy_does_not_apply(when: dict[str, Any], make_subject: MakeSubject) -> None:
    assert not When(**when).holds(make_subject(_FILES, _FACTS, ("ml-fraud",)))


@pytest.mark.parametrize("name", ["blueprint", "lifecycle", "tier", "owner"])
def test_a_repo_that_does_not_say_where_it_stands_meets_no_such_condition(name: str, make_subject: MakeSubject) -> None:
    said: dict[str, Any] = {name: "**"}

    assert not When(**said).holds(make_subject())


def test_a_condition_on_nothing_is_refused() -> None:
    with pytest.raises(SpecError, match="needs a condition"):
        When()
    with pytest.raises(SpecError, match="Did you mean 'containers'"):
        When(fact="container")


def test_an_owner_is_also_known_from_the_portal_s_file(make_subject: MakeSubject) -> None:
    listed = Facts(governance=(Governance(kind="catalog-info", path="catalog-info.yaml", detail="team-growth"),))
    both = Facts(standing=(_STANDING,), governance=listed.governance)

    assert When(owner="team-growth").holds(make_subject(facts=listed))
    assert not When(owner="team-growth").holds(make_subject(facts=both))
    assert not When(lifecycle="*").holds(make_subject(facts=listed))


CATALOG = """\
kind: Component
metadata: {name: a, tags: [fraud, batch]}
spec: {owner: team-catalog, lifecycle: experimental}
"""
OWN = "lifecycle: production\nowner: team-own\ntier: '2'\n"


@pytest.mark.parametrize(
    ("said", "files", "expected"),
    [
        ({}, {"catalog-info.yaml": CATALOG}, ("team-catalog", "experimental", None, ("fraud", "batch"))),
        (
            {},
            {"catalog-info.yaml": CATALOG, ".goldenpath.yaml": OWN},
            ("team-own", "production", "2", ("fraud", "batch")),
        ),
        (
            {"owner": "team-list", "lifecycle": "retired", "tier": "1", "topics": ("listed",)},
            {"catalog-info.yaml": CATALOG, ".goldenpath.yaml": OWN},
            ("team-list", "retired", "1", ("listed",)),
        ),
    ],
    ids=["the catalog", "its own file before the catalog", "its source before both"],
)
def test_a_repo_isnt_believed_where_its_source_has_said(
    said: dict[str, Any], files: dict[str, str], expected: tuple[object, ...]
) -> None:
    snapshot = MemorySnapshot(files)
    subject = subjects(Repo(id="a", name="a", path="", **said), snapshot, inventory(snapshot))[0]

    stands = subject.position
    assert (stands.owner, stands.lifecycle, stands.tier, stands.topics) == expected
    assert When(lifecycle=str(expected[1])).holds(subject)
    assert not When(lifecycle="another").holds(subject)


@pytest.mark.parametrize("written", ["growth", "@acme/growth", "group:default/growth"])
def test_an_owner_is_known_by_its_name_alone(written: str) -> None:
    snapshot = MemorySnapshot({})
    subject = subjects(Repo(id="a", name="a", path="", owner=written), snapshot, inventory(snapshot))[0]

    assert When(owner="growth").holds(subject)
    assert When(owner=written).holds(subject)
    assert not When(owner="default").holds(subject)


def test_a_project_stands_as_its_own_catalog_says() -> None:
    files = {
        "catalog-info.yaml": "spec: {lifecycle: production}\n",
        "svc/catalog-info.yaml": "spec: {lifecycle: experimental}\n",
        "svc/pyproject.toml": "[project]\nname = 'x'\n",
    }
    snapshot = MemorySnapshot(files)

    repo, svc = subjects(Repo(id="a", name="a", path=""), snapshot, inventory(snapshot))

    assert (repo.position.lifecycle, svc.position.lifecycle) == ("production", "experimental")


def test_a_project_doesnt_stand_as_its_neighbour_says() -> None:
    files = {"a/catalog-info.yaml": "spec: {lifecycle: production}\n"}
    files |= {f"{name}/pyproject.toml": "[project]\nname = 'x'\n" for name in ("a", "b")}
    snapshot = MemorySnapshot(files)

    repo, a, b = subjects(Repo(id="a", name="a", path=""), snapshot, inventory(snapshot))

    assert [each.position.lifecycle for each in (repo, a, b)] == ["production", "production", None]
