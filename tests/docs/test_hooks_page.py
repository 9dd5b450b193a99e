"""The example of docs/how-to/use-hooks.md runs as the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from road.core import commands
from road.core.commands import Commands
from road.core.settings import CommonSettings

from tests.road.briefs import write_brief

if TYPE_CHECKING:
    import argparse

    from road.core.repository import Repository

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/use-hooks.md"
BLOCK = re.compile(r"```(?:yaml|python)\n# (\S+)\n(.*?)```", re.DOTALL)
PROJECT = "version: 1\ncolumns: {shop: {type: category, values: [north]}, sales: {type: number}}\n"


@pytest.fixture(autouse=True)
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository with the files of the page."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    monkeypatch.chdir(tmp_path)
    write_brief(tmp_path)
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PROJECT + text if name == "project.yaml" else text)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [(["columns"], "shop: category\nsales: number\n"), (["columns", "--type", "number"], "sales: number\n")],
)
def test_a_command_of_the_project_runs(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert Commands(CommonSettings, "Try.").run(words) == 0
    assert capsys.readouterr().out == said


def test_the_page_tells_what_a_wrong_hook_says(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "project.yaml").write_text("version: 1\ncommands: [shop.commands:ad]\n")

    assert Commands(CommonSettings, "Try.").run(["columns"]) == 2
    assert capsys.readouterr().err == "error: project.yaml: commands: shop.commands has no ad; did you mean add?\n"


def test_a_command_is_given_the_repository() -> None:
    seen = []

    def look(_: argparse.Namespace, repository: Repository[CommonSettings]) -> int:
        seen.append(repository.brief.project)
        return 0

    made = Commands(CommonSettings, "Try.")
    made.add("look", look, "Look.")

    assert made.run(["look"]) == 0
    assert seen == ["shop-sales"]
