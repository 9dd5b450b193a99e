from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from goldenpath.reports.formats import csv as csv_format
from goldenpath.reports.formats import github, gitlab, junit, markdown

if TYPE_CHECKING:
    from goldenpath.finding import Finding
    from goldenpath.survey.result import Survey


def with_findings(survey: Survey, *findings: Finding) -> Survey:
    assessment = survey.assessments[0]
    results = (replace(assessment.results[0], findings=findings), *assessment.results[1:])
    return replace(survey, assessments=(replace(assessment, results=results),))


def rows(survey: Survey) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_format.render(survey))))


def cases(survey: Survey) -> dict[str, ET.Element]:
    root = ET.fromstring(junit.render(survey))  # noqa: S314 - our own report
    return {case.attrib["name"]: case for case in root.iter("testcase")}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "a;=1+1", 'a;"=1+1', "\uff1d1"])
def test_no_cell_is_a_formula(text: str, one: Survey) -> None:
    changed = replace(one.findings[0], found=text)

    found = rows(with_findings(one, changed))[2]["found"]

    assert re.search(r"(^|;)'", found), found
    assert not re.search(r"(^|;)[\s\"']*[=+@-]", found.replace("'", "x"))


def test_a_harmless_cell_stays_as_it_is(one: Survey) -> None:
    changed = replace(one.findings[0], found="numpy >=1.24,<2; a=b")

    assert rows(with_findings(one, changed))[2]["found"] == "numpy >=1.24,<2; a=b"


def test_every_finding_and_every_failure_is_a_row(fleet: Survey) -> None:
    counted = [row["result"] for row in rows(fleet)]

    assert sorted(set(counted)) == ["blueprint", "error", "fail", "unreadable", "waived"]
    assert counted.count("fail") == 5
    assert counted.count("unreadable") == 3


def test_a_suite_counts_what_its_cases_say(fleet: Survey) -> None:
    root = ET.fromstring(junit.render(fleet))  # noqa: S314 - our own report

    for suite in (root, *root.iter("testsuite")):
        assert int(suite.attrib["tests"]) == len(list(suite.iter("testcase")))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[attribute]) == len(list(suite.iter(tag)))


def test_a_case_is_a_failure_only_where_somebody_must_act(fleet: Survey) -> None:
    said = {name: [child.tag for child in case] for name, case in cases(fleet).items()}

    assert said["runbook"] == ["failure"]
    assert said["model-card"] == ["skipped"]
    assert said["pinned-actions"] == ["error"]
    assert said["readable"] == ["error"]


def test_what_is_waived_known_or_the_blueprints_is_skipped_with_the_reason(one: Survey) -> None:
    waived = next(finding for finding in one.findings if finding.waiver)
    known = next(finding for finding in one.findings if finding.policy == "lock-file")
    theirs = next(finding for finding in one.findings if finding.blueprint)

    told = cases(replace(with_findings(one, waived), known=frozenset({known.fingerprint})))
    beside = cases(with_findings(one, theirs))

    assert beside["container-non-root"][0].attrib["message"] == "the blueprint's, not yours: tell team-ml"
    assert told["container-non-root"][0].attrib["message"].startswith("waived: PAY-311, until 2027-03-01")
    assert told["lock-file"][0].attrib["message"] == "known from the baseline"


def test_a_property_of_an_annotation_can_t_end_early(one: Survey) -> None:
    place = replace(one.findings[0].place, path="a,line=9::x%0A:b")

    line = github.render(with_findings(one, replace(one.findings[0], place=place))).splitlines()[2]

    assert line.startswith("::error file=a%2Cline=9%3A%3Ax%250A%3Ab,line=3,title=container-non-root::")


def test_annotations_tell_only_what_must_be_looked_at(one: Survey) -> None:
    lines = github.render(one).splitlines()

    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::warning",
        "::error",
        "::error",
        "::warning",
        "::notice",
        "::notice",
    ]
    assert "PAY-311" not in "".join(lines)
    assert lines[-1].endswith("(the blueprint's, not yours: tell team-ml)")
    assert "Mend it" not in lines[-1]


def test_fingerprints_of_gitlab_are_unique(fleet: Survey) -> None:
    items: list[dict[str, Any]] = json.loads(gitlab.render(fleet))

    assert len({item["fingerprint"] for item in items}) == len(items) == 9
    assert {item["severity"] for item in items} == {"info", "major", "critical", "blocker"}
    assert all(item["location"]["lines"]["begin"] >= 1 for item in items)


def test_a_comment_never_grows_too_long(fleet: Survey) -> None:
    big = fleet.assessments[1]
    many = tuple(replace(big, repo=replace(big.repo, id=f"{number:04}/{'x' * 90}")) for number in range(900))

    text = markdown.render(replace(fleet, assessments=many))

    assert len(text) < 65_000
    assert "and 800 more repos" in text
    assert "that don't fit in a comment" in text.splitlines()[-1]


def test_markup_of_a_repo_stays_in_code(hostile: Survey) -> None:
    text = markdown.render(hostile)

    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "@ann" not in outside
    assert "<script>" not in outside


def test_only_new_findings_are_told_of_a_known_repo(one: Survey) -> None:
    known = replace(one, known=frozenset(finding.fingerprint for finding in one.findings))

    assert "container-non-root" not in markdown.render(known)
    assert "container-non-root" not in github.render(known)
    assert "container-non-root" not in gitlab.render(known)
    assert {row["new"] for row in rows(known) if row["result"] == "fail"} == {"no"}
