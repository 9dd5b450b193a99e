from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from road.core import commands
from road.core.commands import Commands
from road.core.errors import UserError
from road.core.repository import Repository
from road.core.settings import CommonSettings

from tests.road.briefs import write_brief

HOOK = """
def add(commands):
    commands.add("count", lambda options, repository: len(repository.project.keys), "Count the keys.")


def again(commands):
    commands.add("try", lambda options, repository: 0, "Try again.")
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository without settings, and no logs of ours."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    write_brief(tmp_path)
    (tmp_path / "project.yaml").write_text("version: 1\nkeys: [shop]\n")
    (tmp_path / "src").mkdir()
    return tmp_path


def commands_that(error: BaseException | None = None) -> Commands:
    def run(options: argparse.Namespace, _: Repository[CommonSettings]) -> int:
        if error is not None:
            raise error
        return len(options.word)

    made = Commands(CommonSettings, "Try.", interrupted="until later")
    made.add("try", run, "Give the length of a word.").add_argument("word")
    made.add_common(lambda brief: {"alerts.yaml": brief.project}, "Write.")
    return made


def test_a_command_gives_the_exit_code() -> None:
    assert commands_that().run(["try", "four"]) == 4


def test_what_a_user_can_mend_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands_that(UserError("no such model")).run(["try", "it"]) == 2
    assert capsys.readouterr().err == "error: no such model\n"


def test_an_interruption_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands_that(KeyboardInterrupt()).run(["try", "it"]) == 130
    assert capsys.readouterr().err == "until later\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("APP_BRIEF", "gone.yaml", "gone.yaml"),
        ("APP_PROJECT", "gone.yaml", "gone.yaml"),
        ("APP_LOG_LEVEL", "loud", "log_level"),
    ],
)
def test_what_is_wrong_with_the_repository_is_the_users(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)

    assert commands_that().run(["try", "it"]) == 2
    assert said in capsys.readouterr().err


def test_help_is_given_where_the_repository_is_wrong(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "project.yaml").unlink()

    with pytest.raises(SystemExit) as ended:
        commands_that().run(["try", "--help"])

    assert ended.value.code == 0
    assert "Give the length of a word." in capsys.readouterr().out


@pytest.mark.parametrize("of", ["brief", "project"])
def test_every_repository_prints_its_schemas(of: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands_that().run(["schema", of]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == of.capitalize()


def test_every_repository_writes_its_alerts(place: Path) -> None:
    assert commands_that().run(["alerts"]) == 0
    assert (place / "monitoring" / "alerts.yaml").read_text() == "shop-sales"


def test_a_project_adds_a_command(place: Path) -> None:
    (place / "src" / "commands_of_a_shop.py").write_text(HOOK)
    (place / "project.yaml").write_text("version: 1\nkeys: [shop]\ncommands: [commands_of_a_shop:add]\n")

    assert commands_that().run(["count"]) == 1


def test_a_project_takes_no_command_of_the_road(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "src" / "more_commands_of_a_shop.py").write_text(HOOK)
    (place / "project.yaml").write_text("version: 1\ncommands: [more_commands_of_a_shop:again]\n")

    assert commands_that().run(["try", "it"]) == 2
    assert "there is a command try already" in capsys.readouterr().err
