"""`catalog lock` as a team runs it that made its repo where no package index could be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

    MakeStandard = Callable[..., Path]

MANIFEST = """\
[project]
name = "{{ project_name }}"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["six>=1.15"]
"""


def test_a_repo_without_a_lock_is_locked_to_the_tested_versions(
    call: Run, make_standard: MakeStandard, tmp_path: Path
) -> None:
    standard = make_standard(
        {
            "blueprints/small/template/pyproject.toml.jinja": MANIFEST,
            "blueprints/small/constraints.txt": "six==1.16.0\n",
        }
    )
    call("new", "small", "repo", "--standard", str(standard), "--no-lock", "--no-git")
    manifest = (tmp_path / "repo/pyproject.toml").read_text()

    done = call("catalog", "lock", "repo", "--standard", str(standard))

    assert done.returncode == 0, done.stderr
    assert done.stdout == "repo/uv.lock: locked to the versions of small\n"
    assert 'name = "six"\nversion = "1.16.0"\n' in (tmp_path / "repo/uv.lock").read_text()
    assert (tmp_path / "repo/pyproject.toml").read_text() == manifest


def test_what_is_no_repo_of_a_blueprint_or_cant_be_locked_is_told(
    call: Run, make_standard: MakeStandard, tmp_path: Path
) -> None:
    standard = make_standard({"blueprints/small/template/pyproject.toml.jinja": MANIFEST})
    call("new", "small", "repo", "--standard", str(standard), "--no-lock", "--no-git")

    nowhere = call("catalog", "lock", "--standard", str(standard))
    offline = call(
        "catalog", "lock", "repo", "--standard", str(standard), UV_OFFLINE="1", UV_CACHE_DIR=str(tmp_path / "uv")
    )

    assert (nowhere.returncode, offline.returncode) == (2, 2)
    assert ".goldenpath.yaml: can't be read" in nowhere.stderr
    assert "not locked: the package index can't be reached" in offline.stderr
    assert not (tmp_path / "repo/uv.lock").exists()
