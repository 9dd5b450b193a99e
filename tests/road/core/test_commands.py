import argparse
from pathlib import Path

import pytest

from {{ package_name }} import commands
from {{ package_name }}.brief import Brief, schema_text
from {{ package_name }}.commands import Commands
from {{ package_name }}.errors import UserError
from {{ package_name }}.settings import CommonSettings


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, with the repository's brief, and no logs of ours."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.setenv("APP_BRIEF", str(Path("brief.yaml").resolve()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands_that(error: BaseException | None = None) -> Commands:
    def run(options: argparse.Namespace, _: CommonSettings, __: Brief) -> int:
        if error is not None:
            raise error
        return len(options.word)

    commands = Commands(CommonSettings, "Try.", interrupted="until later")
    commands.add("try", run, "Give the length of a word.").add_argument("word")
    commands.add_common(lambda brief: {"alerts.yaml": brief.project}, "Write.")
    return commands


def test_a_command_gives_the_exit_code() -> None:
    assert commands_that().run(["try", "four"]) == 4


def test_what_a_user_can_mend_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands_that(UserError("no such model")).run(["try", "it"]) == 2
    assert capsys.readouterr().err == "error: no such model\n"


def test_an_interruption_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands_that(KeyboardInterrupt()).run(["try", "it"]) == 130
    assert capsys.readouterr().err == "until later\n"


def test_settings_and_brief_that_are_wrong_are_the_users(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("APP_BRIEF", "gone.yaml")
    assert commands_that().run(["try", "it"]) == 2

    monkeypatch.setenv("APP_LOG_LEVEL", "loud")
    assert commands_that().run(["try", "it"]) == 2
    said = capsys.readouterr().err
    assert "gone.yaml" in said
    assert "log_level" in said


def test_every_repository_prints_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands_that().run(["schema"]) == 0
    assert capsys.readouterr().out == schema_text()


def test_every_repository_writes_its_alerts(place: Path) -> None:
    assert commands_that().run(["alerts"]) == 0
    assert (place / "monitoring" / "alerts.yaml").read_text()
