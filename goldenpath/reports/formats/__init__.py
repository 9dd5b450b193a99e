"""One file a report format, all made from one Survey; no format knows another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from goldenpath.reports.formats import json, terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.survey.result import Survey


class Format(Protocol):
    """A module that turns a survey into text; a pure function of its arguments."""

    def render(self, survey: Survey, *, width: int, color: bool, every: bool) -> str:
        """Return the report; `width` is in columns, `every` asks for what a short report would leave out."""
        ...


FORMATS: Mapping[str, Format] = {
    "terminal": terminal,
    "json": json,
}
