"""How this repository runs here: environment variables over `settings.toml` over the defaults.

What the business asks for stands in `brief.yaml`; what differs between a laptop, CI and
production stands here.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .errors import UserError
from .logs import LogFormat


class CommonSettings(BaseSettings):
    """Settings of every entry point; `APP_LOG_LEVEL=debug` sets `log_level`."""

    model_config = SettingsConfigDict(
        env_prefix="APP_", toml_file="settings.toml", extra="forbid", frozen=True
    )

    brief: Path = Path("brief.yaml")
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
        """Read the settings; `UserError` names each wrong one."""
        try:
            return cls()
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise UserError("settings are wrong: " + "; ".join(wrong)) from error
