"""What the tests of the catalog share: orders for the small blueprint of a standard in a temporary folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from goldenpath.catalog.blueprint import read_blueprint
from goldenpath.catalog.compose import compose
from goldenpath.catalog.create import Order, Source

if TYPE_CHECKING:
    from pathlib import Path


class MakeOrder(Protocol):
    def __call__(self, standard: Path, destination: Path, **answers: Any) -> Order: ...


@pytest.fixture
def make_order() -> MakeOrder:
    def make(standard: Path, destination: Path, **answers: Any) -> Order:
        blueprint = read_blueprint(standard / "blueprints/small")
        return Order(
            blueprint=blueprint,
            template=compose(blueprint),
            version=blueprint.version,
            source=Source(standard="acme", ref="v1.4.0", url="https://example.org/blueprints/small.git"),
            answers=answers,
            destination=destination,
        )

    return make
