from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath import __version__
from goldenpath.reports.formats import FORMATS, format_of

if TYPE_CHECKING:
    from goldenpath.survey.result import Survey

EXPECTED = Path(__file__).resolve().parents[1] / "expected"
NAMES = ("sarif", "junit", "markdown", "github", "gitlab", "csv")


@pytest.mark.parametrize("which", ["one", "fleet", "hostile"])
@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_the_one_that_was_looked_at(name: str, which: str, request: pytest.FixtureRequest) -> None:
    survey: Survey = request.getfixturevalue(which)
    stored = EXPECTED / f"{which}.{name}"

    text = format_of(name).render(survey, width=80, color=False, every=False)

    text = text.replace(f'ersion": "{__version__}"', 'ersion": "VERSION"')
    if os.environ.get("GOLDENPATH_STORE"):
        stored.write_text(text, encoding="utf-8", newline="\n")
    assert text == stored.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_a_scanned_repo_leaves_its_line(name: str, hostile: Survey) -> None:
    text = format_of(name).render(hostile, width=80, color=False, every=True)

    text.encode()  # a lone surrogate can't be written to any file
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    assert not [line for line in text.splitlines() if line.startswith("::error::x")]


def test_every_format_turns_every_survey_into_text(one: Survey, fleet: Survey, hostile: Survey) -> None:
    for survey in (one, fleet, hostile):
        for name in FORMATS:
            assert format_of(name).render(survey, width=100, color=False, every=True).endswith("\n")
