"""What a repository says of itself: how it runs here, what it is held to, and what it is about."""

from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import yaml

from road.core.brief import Brief, read_brief
from road.core.errors import UserError
from road.core.project import Project, read_project
from road.core.settings import CommonSettings

_STANDARD = ".goldenpath.yaml"

Settings = TypeVar("Settings", bound=CommonSettings)


@dataclass(frozen=True, kw_only=True)  # without slots: Repository[Some](...) sets __orig_class__
class Repository(Generic[Settings]):
    """Settings, brief and project; every command of the road gets one."""

    settings: Settings
    brief: Brief
    project: Project

    @classmethod
    def read(cls, kind: type[Settings]) -> Self:
        """Read all three; `UserError` says what is wrong in which file."""
        settings = kind.read()
        return cls(
            settings=settings,
            brief=read_brief(settings.brief),
            project=read_project(settings.project),
        )

    @property
    def is_production(self) -> bool:
        """Whether others rely on it already, as `lifecycle` in .goldenpath.yaml beside the brief says."""
        path = self.settings.brief.parent / _STANDARD
        try:
            content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return False
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise UserError(f"{path} can't be read: {error}") from error
        return isinstance(content, dict) and content.get("lifecycle") == "production"
