"""Of which uv workspace a new folder would be a member: what uv 0.13.9 did with each of these."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.create import Options, create
from goldenpath.catalog.workspace import enclosing_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldenpath.catalog.create import Order

HEAD = '[project]\nname = "mono"\nversion = "0"\nrequires-python = ">=3.11"\n'


@pytest.mark.parametrize(
    ("workspace", "folder", "member"),
    [
        ('members = ["services/*"]', "services/x", True),
        ('members = ["./services/x/"]', "services/x", True),
        ('members = ["services/**"]', "services/deep/y", True),
        ('members = ["libs/*", "services/*"]', "services/x", True),
        ('members = ["libs/*"]', "services/x", False),
        ('members = ["services/*"]', "services/deep/y", False),
        ('members = ["services/*"]\nexclude = ["services/x"]', "services/x", False),
        ('members = ["services/*"]\nexclude = ["services/*"]', "services/x", False),
        ("", "services/x", False),
        ('members = "services/*"', "services/x", False),
    ],
)
def test_a_folder_is_a_member_where_the_workspace_says_so(
    tmp_path: Path,
    workspace: str,
    folder: str,
    member: bool,  # noqa: FBT001 - what uv said
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{HEAD}[tool.uv.workspace]\n{workspace}\n")

    assert enclosing_workspace(tmp_path / folder) == (tmp_path if member else None)


@pytest.mark.parametrize("text", ["", HEAD, "[broken", "tool = 1\n"])
def test_a_folder_of_no_workspace_is_no_member(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)

    assert enclosing_workspace(tmp_path / "services/x") is None


def test_the_nearest_manifest_above_decides(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'{HEAD}[tool.uv.workspace]\nmembers = ["services/*"]\n')
    (tmp_path / "services").mkdir()
    (tmp_path / "services/pyproject.toml").write_text(HEAD)

    assert enclosing_workspace(tmp_path / "services/x") is None


@pytest.fixture
def order(make_standard: Callable[..., Path], make_order: Callable[..., Order], tmp_path: Path) -> Order:
    manifest = '[project]\nname = "new"\nversion = "0"\nrequires-python = ">=3.11"\n'
    standard = make_standard({"blueprints/small/template/pyproject.toml": manifest})
    return make_order(standard, tmp_path / "work" / "repo")


def test_a_new_member_of_a_workspace_gets_no_lock_that_nobody_reads(order: Order, tmp_path: Path) -> None:
    root = tmp_path / "mono"
    root.mkdir()
    manifest = root / "pyproject.toml"
    manifest.write_text(f'{HEAD}[tool.uv.workspace]\nmembers = ["services/*"]\n')
    before = manifest.read_bytes()
    steps: list[str] = []

    made = create(replace(order, destination=root / "services/forecast"), Options(), step=steps.append)

    assert made is not None
    assert not made.locked
    assert any("a member of the uv workspace" in note for note in made.notes)
    assert "Locking the tested versions" not in steps
    assert list(root.rglob("uv.lock")) == []
    assert manifest.read_bytes() == before
