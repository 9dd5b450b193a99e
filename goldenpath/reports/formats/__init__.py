"""One file a report format, all made from one Survey; no format knows another."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.survey.result import Survey


class Format(Protocol):
    """A module that turns a survey into text; a pure function of its arguments."""

    def render(self, survey: Survey, *, width: int, color: bool, every: bool) -> str:
        """Return the report; `width` is in columns, `every` asks for what a short report would leave out."""
        ...


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
    """Return a format of the table by its name; raise KeyError for one that isn't there."""
    return cast("Format", import_module(FORMATS[name]))
