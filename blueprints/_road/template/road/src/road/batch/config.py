"""Settings of batch inference: where things are, and how a run is held to its deadline."""

from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, PositiveFloat, PositiveInt

from road.core.settings import CommonSettings


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"this machine knows no time zone {name!r}") from error
    return name


class BatchSettings(CommonSettings):
    """Everything that a run can be told, beside the numbers of the brief."""

    panel: Path = Path("data/panel")
    model: str
    """Where the bundle is: a folder, an alias of a registry, or an address with a digest."""
    artifacts: Path = Path("artifacts")
    engine: Literal["threads", "serial"] = "threads"
    workers: PositiveInt = 2
    due: Literal["window", "clock"] = "window"
    on_miss: Literal["stop", "finish"] = "stop"
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    psi_alert: PositiveFloat = 0.2

    @property
    def zone(self) -> tzinfo:
        """The zone in which the brief's times are meant."""
        return ZoneInfo(self.timezone)
