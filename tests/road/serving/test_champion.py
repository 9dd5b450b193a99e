import asyncio
from pathlib import Path

import pytest

from {{ package_name }}.brief import Brief
from {{ package_name }}.champion import Champion
from {{ package_name }}.config import ServingSettings
from {{ package_name }}.location import find_release
from {{ package_name }}.manifest import Column
from {{ package_name }}.model import GateError, Model

from .bundles import INPUTS
from .registries import add_model, point


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    folder = tmp_path / "registry"
    point(folder, add_model(folder, 1.0))
    return folder


def champion_of(registry: Path, brief: Brief) -> Champion:
    return Champion(ServingSettings(model=f"{registry}#champion", watch_seconds=0), brief)


def test_nothing_happens_while_the_champion_stays(registry: Path, brief: Brief) -> None:
    champion = champion_of(registry, brief)
    model = champion.model

    assert asyncio.run(champion.refresh()) is False
    assert champion.model is model


def test_the_age_of_a_model_comes_from_the_registry(registry: Path, brief: Brief) -> None:
    trained = champion_of(registry, brief).model.trained

    assert trained is not None
    assert trained.year == 2026


def test_a_damaged_model_is_refused_and_the_old_one_stays(registry: Path, brief: Brief) -> None:
    champion = champion_of(registry, brief)
    old = champion.model
    digest = add_model(registry, 2.0)
    card = registry / "versions" / digest[:16] / "MODEL_CARD.md"
    card.write_text(card.read_text() + " ")
    point(registry, digest)

    assert asyncio.run(champion.refresh()) is False
    assert asyncio.run(champion.refresh()) is False

    assert champion.model is old
    assert champion.swaps == {"swapped": 0, "refused": 1}, "it is tried once"


def test_after_a_refused_model_a_good_one_is_taken(registry: Path, brief: Brief) -> None:
    champion = champion_of(registry, brief)
    point(registry, "f" * 64)
    asyncio.run(champion.refresh())
    good = add_model(registry, 2.0)
    point(registry, good)

    assert asyncio.run(champion.refresh()) is True
    assert champion.model.bundle.digest == good


@pytest.mark.parametrize(
    ("inputs", "taken"),
    [
        ([INPUTS[0], INPUTS[2], INPUTS[1]], False),
        ([INPUTS[0].model_copy(update={"values": ["north"]}), *INPUTS[1:]], False),
        ([*INPUTS[:2], Column(name="wind", kind="number")], False),
        ([INPUTS[0].model_copy(update={"values": ["north", "south", "x"]}), *INPUTS[1:]], True),
        ([INPUTS[0], Column(name="count", kind="number", nullable=True), INPUTS[2]], True),
    ],
)
def test_a_swap_breaks_no_client(
    registry: Path, brief: Brief, inputs: list[Column], *, taken: bool
) -> None:
    champion = champion_of(registry, brief)
    point(registry, add_model(registry, 2.0, inputs))

    assert asyncio.run(champion.refresh()) is taken


def test_a_model_that_misses_the_brief_is_not_served(registry: Path, brief: Brief) -> None:
    strict = brief.objective.requirement.model_copy(update={"threshold": 0.01})
    objective = brief.objective.model_copy(update={"requirement": strict})

    with pytest.raises(GateError, match=r"objective\.requirement\.threshold"):
        champion_of(registry, brief.model_copy(update={"objective": objective}))


def test_a_long_model_is_predicted_aside(registry: Path, brief: Brief) -> None:
    settings = ServingSettings(model=f"{registry}#champion", inline_ms=1e-6)

    model = Model.load(find_release(settings.model), settings, brief)

    assert model.inline_rows == 0
