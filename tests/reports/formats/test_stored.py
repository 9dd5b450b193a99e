"""The reports as their readers see them: stored outputs, looked at by a person when they change.

`GOLDENPATH_STORE=1 pytest tests/reports` writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from goldenpath._text import escape
from goldenpath.reports.formats import json, terminal

if TYPE_CHECKING:
    from goldenpath.reports.formats import Format
    from goldenpath.survey.result import Survey

EXPECTED = Path(__file__).parents[1] / "expected"


def _same_as_stored(text: str, name: str) -> bool:
    file = EXPECTED / name
    if os.environ.get("GOLDENPATH_STORE"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["lone_survey", "fleet_survey"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_report_is_as_stored_and_fits_its_width(
    kind: str, width: int, request: pytest.FixtureRequest
) -> None:
    survey: Survey = request.getfixturevalue(kind)

    text = terminal.render(survey, width=width, color=False, every=False)

    assert _same_as_stored(text, f"{kind.removesuffix('_survey')}-{width}.txt")
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert all(escape(line) == line for line in text.split("\n"))


@pytest.mark.parametrize("kind", ["lone_survey", "fleet_survey"])
def test_the_json_report_is_as_stored(kind: str, request: pytest.FixtureRequest) -> None:
    text = json.render(request.getfixturevalue(kind), width=0, color=False, every=False)

    assert _same_as_stored(text, f"{kind.removesuffix('_survey')}.json")


@pytest.mark.parametrize("kind", ["lone_survey", "fleet_survey"])
@pytest.mark.parametrize("format_", [terminal, json])
def test_no_format_lets_a_repo_speak_to_the_terminal(
    format_: Format, kind: str, request: pytest.FixtureRequest
) -> None:
    text = format_.render(request.getfixturevalue(kind), width=80, color=False, every=True)

    text.encode()
    assert not set(text) & set("\x1b\x9b\u202e\udcff\x7f")


@pytest.mark.parametrize("kind", ["lone_survey", "fleet_survey"])
def test_colour_adds_nothing_but_goldenpaths_own_styles(kind: str, request: pytest.FixtureRequest) -> None:
    import re  # noqa: PLC0415 - only here

    survey = request.getfixturevalue(kind)
    plain = terminal.render(survey, width=80, color=False, every=False)
    coloured = terminal.render(survey, width=80, color=True, every=False)

    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\x1b[" in coloured
    assert [line.rstrip() for line in stripped.split("\n")] == plain.split("\n")
