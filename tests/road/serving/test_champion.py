from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from road.core.location import find_release
from road.core.manifest import Column
from road.serving import champion as champion_module
from road.serving.champion import Champion
from road.serving.model import GateError, Model

from tests.road.serving.cafes import add_cafe
from tests.road.serving.conftest import Make
from tests.road.serving.models import INPUTS
from tests.road.serving.registries import add_model, point


def champion_of(registry: Path, make: Make) -> Champion:
    return Champion(make(model=f"{registry}#champion"))


def test_nothing_happens_while_the_champion_stays(registry: Path, make: Make) -> None:
    champion = champion_of(registry, make)
    model = champion.model

    assert asyncio.run(champion.refresh()) is False
    assert champion.model is model


def test_the_age_of_a_model_comes_from_the_registry(registry: Path, make: Make) -> None:
    trained = champion_of(registry, make).model.trained

    assert trained is not None
    assert trained.year == 2026


def test_a_damaged_model_is_refused_and_the_old_one_stays(registry: Path, make: Make) -> None:
    champion = champion_of(registry, make)
    old = champion.model
    digest = add_model(registry, 2.0)
    card = registry / "versions" / digest[:16] / "MODEL_CARD.md"
    card.write_text(card.read_text() + " ")
    point(registry, digest)

    assert asyncio.run(champion.refresh()) is False
    assert asyncio.run(champion.refresh()) is False

    assert champion.model is old
    assert champion.swaps == {"swapped": 0, "refused": 1}, "it is tried once"


def test_after_a_refused_model_a_good_one_is_taken(registry: Path, make: Make) -> None:
    champion = champion_of(registry, make)
    point(registry, "f" * 64)
    asyncio.run(champion.refresh())
    good = add_model(registry, 2.0)
    point(registry, good)

    assert asyncio.run(champion.refresh()) is True
    assert champion.model.bundle.digest == good


@pytest.mark.parametrize(
    ("inputs", "taken"),
    [
        ([INPUTS[0], INPUTS[2], INPUTS[1], INPUTS[3]], False),
        ([INPUTS[0].model_copy(update={"values": ["fish"]}), *INPUTS[1:]], False),
        ([*INPUTS[:3], Column(name="rain", kind="number")], False),
        ([*INPUTS[:3]], False),
        ([INPUTS[0].model_copy(update={"values": [*INPUTS[0].values, "books"]}), *INPUTS[1:]], True),
        ([INPUTS[0], Column(name="guests", kind="number", nullable=True), *INPUTS[2:]], True),
    ],
)
def test_a_swap_breaks_no_client(registry: Path, make: Make, inputs: list[Column], *, taken: bool) -> None:
    champion = champion_of(registry, make)
    point(registry, add_model(registry, 2.0, inputs))

    assert asyncio.run(champion.refresh()) is taken


def after(path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, **output: object) -> bool:
    """Whether a model of two labels is followed by one whose output says something else."""
    add_cafe(path / "old", "binary")
    add_cafe(path / "new", "binary", **output)
    champion = Champion(make(model=str(path / "old")))
    monkeypatch.setattr(champion_module, "find_release", lambda _: find_release(str(path / "new")))
    return asyncio.run(champion.refresh())


@pytest.mark.parametrize(
    ("output", "taken"),
    [
        ({"threshold": 0.5}, True),
        ({"labels": ["busy", "calm"]}, False),
        ({"labels": ["quiet", "busy"]}, False),
        ({"positive": "calm"}, False),
        ({"positive": None}, False),
        ({"name": "feeling"}, False),
    ],
)
def test_a_swap_changes_no_label(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, output: dict[str, Any], *, taken: bool
) -> None:
    assert after(tmp_path, make, monkeypatch, **output) is taken


@pytest.mark.parametrize(
    ("before", "then", "taken"),
    [
        (None, "tea", True),
        ("tea", "tea", True),
        ("tea", "fish", True),
        ("tea", None, False),
    ],
)
def test_a_swap_goes_on_taking_unknown_values(
    registry: Path, make: Make, before: str | None, then: str | None, *, taken: bool
) -> None:
    old, new = ([INPUTS[0].model_copy(update={"unknown": one}), *INPUTS[1:]] for one in (before, then))
    point(registry, add_model(registry, 1.0, old))
    champion = champion_of(registry, make)
    point(registry, add_model(registry, 2.0, new))

    assert asyncio.run(champion.refresh()) is taken


def test_a_model_that_misses_the_brief_is_not_served(registry: Path, make: Make) -> None:
    repository = make(model=f"{registry}#champion")
    strict = repository.brief.objective.requirement.model_copy(update={"threshold": 0.01})
    objective = repository.brief.objective.model_copy(update={"requirement": strict})
    brief = repository.brief.model_copy(update={"objective": objective})

    with pytest.raises(GateError, match=r"objective\.requirement\.threshold"):
        Champion(replace(repository, brief=brief))


def test_a_long_model_is_predicted_aside(registry: Path, make: Make) -> None:
    repository = make(model=f"{registry}#champion", inline_ms=1e-6)

    model = Model.load(find_release(repository.settings.model), repository)

    assert model.inline_rows == 0
