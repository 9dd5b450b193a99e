from __future__ import annotations

import pytest

from goldenpath.facts.aside import aside, speaks, spoken
from goldenpath.facts.model import Artifact, Dependency, Facts


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("requirements.txt", ""),
        ("tests/fixtures/requirements.txt", "fixture"),
        ("{{ cookiecutter.slug }}/requirements.txt", "template"),
        ("tests/fixtures/{{ name }}/requirements.txt", "template"),
    ],
)
def test_what_stands_aside_is_known_by_its_path(path: str, kind: str) -> None:
    assert aside(path) == kind


@pytest.mark.parametrize(
    ("path", "table", "wanted"),
    [
        ("tests/fixtures/model.pkl", "models", True),
        ("tests/fixtures/key.pem", "secrets", True),
        ("tests/fixtures/requirements.txt", "dependencies", False),
        ("{{ name }}/model.pkl", "models", False),
    ],
)
def test_what_weighs_counts_among_test_data_too(path: str, table: str, wanted: bool) -> None:  # noqa: FBT001 - a table
    assert speaks(path, table) is wanted


def test_facts_lose_the_rows_that_stand_aside_and_no_others() -> None:
    own = Dependency(name="numpy", specifier="", path="requirements.txt")
    other = Dependency(name="torch", specifier="", path="tests/data/requirements.txt")
    model = Artifact(kind="pickle", path="tests/data/model.pkl")

    facts = spoken(Facts(dependencies=(own, other), models=(model,)))

    assert facts == Facts(dependencies=(own,), models=(model,))


def test_facts_that_all_speak_are_the_same_facts() -> None:
    facts = Facts(dependencies=(Dependency(name="numpy", specifier="", path="requirements.txt"),))

    assert spoken(facts) is facts
