from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenpath.finding import Result
from goldenpath.reports.formats import json as format_
from goldenpath.reports.schema import schema
from tests.reports.conftest import POLICIES, TODAY, assessment, policy, result_of

if TYPE_CHECKING:
    from goldenpath.survey.result import Survey
    from tests.reports.conftest import MakeSurvey


def _document(survey: Survey) -> Any:
    return json.loads(format_.render(survey))


def _check(document: Any) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    validator.validate(document)


def _closed(part: Any) -> Any:
    """Return a schema that allows no key that it doesn't name."""
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _closed(value) for key, value in part.items()}
    return {**closed, "additionalProperties": False} if part.get("type") == "object" else closed


@pytest.mark.parametrize("kind", ["lone_survey", "fleet_survey"])
def test_reports_are_valid_and_the_schema_names_every_key(kind: str, request: pytest.FixtureRequest) -> None:
    document = _document(request.getfixturevalue(kind))

    _check(document)
    jsonschema.Draft202012Validator(_closed(schema())).validate(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("as_of",), "today"),
        (("repos", 0, "status"), "fine"),
        (("repos", 0, "level"), 4),
        (("repos", 0, "findings", 0, "fingerprint"), "x"),
        (("repos", 0, "findings", 0, "line"), 0),
        (("summary", "repos"), -1),
    ],
)
def test_a_wrong_report_is_refused(lone_survey: Survey, path: tuple[str | int, ...], value: object) -> None:
    document = _document(lone_survey)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        _check(document)


def test_a_missing_key_is_refused(lone_survey: Survey) -> None:
    document = _document(lone_survey)
    del document["repos"][0]["findings"]

    with pytest.raises(jsonschema.ValidationError):
        _check(document)


def test_an_empty_survey_is_valid(make_survey: MakeSurvey) -> None:
    _check(_document(make_survey()))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.text(), st.text(), st.sampled_from(list(Result))), max_size=4))
def test_whatever_repos_are_called_and_hold_the_report_is_valid(found: list[tuple[str, str, Result]]) -> None:
    from goldenpath.survey.result import Survey  # noqa: PLC0415 - the fixture can't serve a property

    assessments = tuple(
        assessment(name, [result_of(name, "readme", result, [(path, name)] if result is Result.FAIL else ())], 0)
        for name, path, result in found
    )
    survey = Survey(
        standard="s", version="1", ref=None, as_of=TODAY, assessments=assessments,
        policies=tuple(policy(name) for name in POLICIES),
    )  # fmt: skip

    _check(_document(survey))
