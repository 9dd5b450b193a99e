"""One file a report format, all made from one Survey; no format knows another."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from goldenpath import _plugins
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.survey.result import Survey


class Format(Protocol):
    """A module that turns a survey into text; a pure function of its arguments."""

    def render(self, survey: Survey, *, width: int, color: bool, every: bool) -> str:
        """Return the report; `width` is in columns, `every` asks for what a short report would leave out."""
        ...


GROUP = "goldenpath.formats"

#: Names to modules, not modules: a parser needs the names alone, and some formats are slow to import.
FORMATS: Mapping[str, str] = {
    "terminal": "goldenpath.reports.formats.terminal",
    "json": "goldenpath.reports.formats.json",
    "sarif": "goldenpath.reports.formats.sarif",
    "junit": "goldenpath.reports.formats.junit",
    "markdown": "goldenpath.reports.formats.markdown",
    "github": "goldenpath.reports.formats.github",
    "gitlab": "goldenpath.reports.formats.gitlab",
    "csv": "goldenpath.reports.formats.csv",
}


def format_of(name: str) -> Format:
    """Return a format by its name, ours or an installed one; raise KeyError for one that isn't there."""
    if name in FORMATS:
        return cast("Format", import_module(FORMATS[name]))
    return _Guest(name=name, part=_plugins.joined(GROUP, {}, ("render",))[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guest:
    """A third party's format, which is told by its name where it fails."""

    name: str
    part: Format

    def render(self, survey: Survey, *, width: int, color: bool, every: bool) -> str:
        """Return the report; raise GoldenpathError where there is none."""
        with _plugins.blamed(GROUP, self.name):
            text: object = self.part.render(survey, width=width, color=color, every=every)
        if not isinstance(text, str):
            raise GoldenpathError(f"the plugin {self.name!r} of {GROUP} made {type(text).__name__}, no text")
        return text
