"""Whatever a scanned repo says, each report stays one that its readers can read."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldenpath.finding import Place
from goldenpath.reports.formats import csv as csv_format
from goldenpath.reports.formats import github, gitlab, junit, markdown, sarif
from goldenpath.survey.result import Survey  # noqa: TC001 - hypothesis resolves the annotations

_PIECES = st.sampled_from(
    ["`", "``", "|", "\\", "]]>", "<!--", "&", "%0A", "::", "\n", "\r", ";", "=", '"', "\ud800", "\x00", "@a", " "]
)
TEXTS = st.lists(_PIECES | st.text(alphabet=st.characters(), max_size=4), max_size=8).map("".join)
_SETTINGS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def said(survey: Survey, path: str, found: str, repo: str) -> Survey:
    """Return a survey of one finding whose texts a repo has chosen."""
    assessment = survey.assessments[0]
    place = Place(path=path or "x", line=1)
    finding = replace(survey.findings[0], repo=repo, place=place, found=found, wanted=path, subject=found)
    results = (replace(assessment.results[0], findings=(finding,)), *assessment.results[-1:])
    named = replace(assessment, repo=replace(assessment.repo, id=repo), results=results)
    return replace(survey, assessments=(named,))


@_SETTINGS
@given(path=TEXTS, found=TEXTS, repo=TEXTS)
def test_programs_can_read_every_report(path: str, found: str, repo: str, one: Survey) -> None:
    survey = said(one, path, found, repo)

    suites = ET.fromstring(junit.render(survey).encode())  # noqa: S314 - our own report
    rows = list(csv.DictReader(io.StringIO(csv_format.render(survey))))
    results = json.loads(sarif.render(survey))["runs"][0]["results"]

    assert len(list(suites.iter("failure"))) == 1
    assert [row["result"] for row in rows].count("fail") == 1
    assert (len(results), len(json.loads(gitlab.render(survey)))) == (1, 3)
    assert [line.partition(" ")[0] for line in github.render(survey).split("\n")] == [
        "::error",
        "::warning",
        "::error",
        "",
    ]
    assert re.fullmatch(
        r"[A-Za-z0-9_.~/%-]*", results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    )


@_SETTINGS
@given(found=TEXTS)
def test_a_text_fills_one_code_span_of_a_comment(found: str, one: Survey) -> None:
    line = next(line for line in markdown.render(said(one, "x", found, "r")).splitlines() if line.startswith("- `x:1`"))
    fence = re.match(r"- `x:1`: (`+)", line)

    assert fence
    inner = line[fence.end() :]
    end = re.search(rf"(?<!`){fence[1]}(?!`)", inner)
    assert end
    assert inner[end.end() :] == ", want `x`"


@_SETTINGS
@given(found=TEXTS)
def test_no_cell_is_ever_a_formula(found: str, one: Survey) -> None:
    for row in csv.reader(io.StringIO(csv_format.render(said(one, found, found, found)))):
        assert not [cell for cell in row if cell.lstrip(" \"'")[:1] in set("=+-@") and not cell.startswith("'")]
