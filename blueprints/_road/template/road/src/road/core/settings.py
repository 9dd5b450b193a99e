"""How this repository runs here: environment variables over `settings.toml` over the defaults.

What the business asks for stands in `brief.yaml`; what differs between a laptop, CI and
production stands here.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from road.core.documents import nearest
from road.core.errors import UserError
from road.core.logs import LogFormat

PREFIX, NESTED = "APP_", "__"


class CommonSettings(BaseSettings):
    """Settings of every entry point.

    `APP_LOG_LEVEL=debug` sets `log_level`; `APP_PARAMETERS__MAX_ITER=350` sets `max_iter` in the table `parameters`.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=NESTED,
        toml_file="settings.toml",
        extra="forbid",
        frozen=True,
    )

    brief: Path = Path("brief.yaml")
    project: Path = Path("project.yaml")
    code_commit: str | None = None
    """The commit of the code, where there is no git to ask: a container image states its own."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: LogFormat = "text"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Give the sources, strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @classmethod
    def read(cls) -> Self:
        """Read the settings; `UserError` names each wrong one, also an `APP_` variable that is none."""
        unknown = [_told(name, cls.model_fields) for name in _unknown(cls, os.environ)]
        if unknown:
            raise UserError("settings are wrong: " + "; ".join(unknown))
        try:
            return cls()
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise UserError("settings are wrong: " + "; ".join(wrong)) from error
        except ValueError as error:  # a settings.toml that is no TOML
            raise UserError(f"settings.toml can't be read: {error}") from error


def _unknown(settings: type[CommonSettings], environment: Mapping[str, str]) -> list[str]:
    """Variables with our prefix that no setting is called by, nor a table that others reach into."""
    given = (name for name in environment if name.upper().startswith(PREFIX))
    return sorted(name for name in given if _field(name) not in settings.model_fields)


def _field(variable: str) -> str:
    return variable[len(PREFIX) :].lower().partition(NESTED)[0]


def _told(variable: str, known: Mapping[str, object]) -> str:
    near = nearest(_field(variable), known)
    hint = near.replace(near.split()[-1], PREFIX + near.split()[-1].upper()) if near else ""
    return f"{variable} is no setting{hint}"
