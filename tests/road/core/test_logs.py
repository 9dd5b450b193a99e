import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from road.core.errors import UserError
from road.core.logs import configure
from road.core.settings import CommonSettings


@pytest.fixture(autouse=True)
def no_handlers_left() -> Iterator[None]:
    before = logging.root.handlers[:]
    yield
    logging.root.handlers[:] = before


def test_a_json_line_holds_event_and_extra(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    logging.getLogger("x").info("rows read", extra={"rows": 3})

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["rows"], line["level"]) == ("rows read", 3, "info")


def test_a_json_line_holds_the_exception(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    logging.getLogger("x").error("failed", exc_info=ValueError("why"))

    assert "ValueError: why" in json.loads(capsys.readouterr().err)["exception"]


def test_a_text_line_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "text")
    logging.getLogger("x").warning("rows read", extra={"rows": 3})

    assert capsys.readouterr().err == "warning rows read rows=3\n"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("settings.toml").write_text('log_level = "error"\nlog_format = "json"\n')
    monkeypatch.setenv("APP_LOG_LEVEL", "debug")

    settings = CommonSettings.read()

    assert (settings.log_level, settings.log_format) == ("debug", "json")


def test_a_wrong_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APP_LOG_LEVEL", "loud")

    with pytest.raises(UserError, match="log_level"):
        CommonSettings.read()
