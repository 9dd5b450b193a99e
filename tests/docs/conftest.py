from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.road.modules import forgotten

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _forget_projects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Import the modules of each test's project anew."""
    with forgotten(tmp_path_factory.getbasetemp()):
        yield
