from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from road.core.errors import UserError
from road.core.settings import CommonSettings


class Settings(CommonSettings):
    seed: int = 1
    parameters: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.toml").write_text("seed = 2\n\n[parameters]\ndepth = 3\nrate = 0.1\n")
    return tmp_path


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SEED", "5")

    assert Settings.read().seed == 5


def test_a_variable_reaches_into_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_PARAMETERS__DEPTH", "7")

    assert Settings.read().parameters == {"depth": "7", "rate": 0.1}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("APP_SEDE", "APP_SEDE is no setting; did you mean APP_SEED?"),
        ("app_sede", "app_sede is no setting; did you mean APP_SEED?"),
        ("APP_PARAMETER__DEPTH", "APP_PARAMETER__DEPTH is no setting; did you mean APP_PARAMETERS?"),
        ("APP_XYZ", "APP_XYZ is no setting"),
    ],
)
def test_a_variable_that_is_no_setting_is_refused(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "3")

    with pytest.raises(UserError) as error:
        Settings.read()

    assert str(error.value) == f"settings are wrong: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sede = 3\n", "sede: Extra inputs are not permitted"),
        ("seed = 'many'\n", "seed: Input should be a valid integer"),
        ("seed = \n", r"settings\.toml can't be read"),
    ],
)
def test_a_file_that_is_wrong_is_told(text: str, said: str, place: Path) -> None:
    (place / "settings.toml").write_text(text)

    with pytest.raises(UserError, match=said):
        Settings.read()
