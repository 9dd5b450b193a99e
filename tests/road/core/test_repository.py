from __future__ import annotations

from pathlib import Path

import pytest
from road.core.brief import read_brief
from road.core.errors import UserError
from road.core.project import Project
from road.core.repository import Repository
from road.core.settings import CommonSettings

from tests.road.briefs import write_brief


@pytest.fixture
def repository(tmp_path: Path) -> Repository[CommonSettings]:
    brief = write_brief(tmp_path)
    return Repository(settings=CommonSettings(brief=brief), brief=read_brief(brief), project=Project(version=1))


@pytest.mark.parametrize(
    ("said", "expected"),
    [("lifecycle: production\n", True), ("lifecycle: experimental\n", False), ("standard: builtin\n", False)],
)
def test_the_lifecycle_stands_beside_the_brief(
    said: str, *, expected: bool, repository: Repository[CommonSettings], tmp_path: Path
) -> None:
    assert not repository.is_production
    (tmp_path / ".goldenpath.yaml").write_text(said)

    assert repository.is_production is expected


def test_a_lifecycle_that_can_not_be_read_is_told(repository: Repository[CommonSettings], tmp_path: Path) -> None:
    (tmp_path / ".goldenpath.yaml").write_text("lifecycle: [production")

    with pytest.raises(UserError, match=r"\.goldenpath\.yaml can't be read"):
        assert repository.is_production
