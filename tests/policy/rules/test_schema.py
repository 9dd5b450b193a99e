"""The rule kind `schema`, and the small JSON Schema under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.finding import Result
from goldenpath.policy import shapes
from goldenpath.policy.base import Missing, SpecError
from goldenpath.policy.rules.schema import SchemaRule

if TYPE_CHECKING:
    from tests.policy.conftest import MakeSubject

_SCHEMA = {
    "type": "object",
    "required": ["objective"],
    "properties": {
        "objective": {"type": "string", "minLength": 5},
        "owners": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^team-"}},
    },
    "additionalProperties": False,
}


def test_a_file_of_the_right_shape_passes(make_subject: MakeSubject) -> None:
    files = {"brief.yaml": "objective: sell more\nowners: [team-a]\n"}

    assert SchemaRule(file="brief.yaml", schema=_SCHEMA).check(make_subject(files)).result is Result.PASS


def test_each_wrong_place_is_told_with_its_line(make_subject: MakeSubject) -> None:
    files = {"brief.yaml": "objective: x\nowners:\n  - team-a\n  - bob\nother: 1\n"}
    outcome = SchemaRule(file="brief.yaml", schema=_SCHEMA).check(make_subject(files))

    assert [(str(m.place), m.subject, m.found) for m in outcome.misses] == [
        ("brief.yaml:1", "objective", "x"),
        ("brief.yaml:4", "owners", "bob"),
        ("brief.yaml:5", "other", "the key other"),
    ]


@pytest.mark.parametrize(("missing", "result"), [(Missing.FAIL, Result.FAIL), (Missing.PASS, Result.PASS)])
def test_a_missing_file_is_what_the_rule_says(missing: Missing, result: Result, make_subject: MakeSubject) -> None:
    rule = SchemaRule(file="brief.yaml", schema=_SCHEMA, missing=missing)

    assert rule.check(make_subject()).result is result


def test_a_keyword_that_would_not_be_checked_is_refused() -> None:
    with pytest.raises(SpecError, match=r"'minLenght' isn't known. Did you mean 'minLength'") as caught:
        SchemaRule(file="a.yaml", schema={"properties": {"a": {"minLenght": 1}}})

    assert caught.value.path == ("schema", "properties", "a", "minLenght")


_LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text("ab", max_size=3)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
_SIMPLE = st.one_of(
    st.builds(lambda t: {"type": t}, st.sampled_from(["object", "array", "string", "number", "boolean", "null"])),
    st.builds(lambda n: {"minimum": n}, st.integers(-2, 2)),
    st.builds(lambda n: {"exclusiveMaximum": n}, st.integers(-2, 2)),
    st.builds(lambda n: {"minLength": n}, st.integers(0, 3)),
    st.builds(lambda n: {"maxItems": n}, st.integers(0, 3)),
    st.builds(lambda n: {"minProperties": n}, st.integers(0, 3)),
    st.builds(lambda v: {"const": v}, st.booleans() | st.text("ab", max_size=2)),
    st.builds(lambda v: {"enum": v}, st.lists(st.booleans() | st.text("ab", max_size=2), min_size=1, max_size=3)),
    st.builds(lambda v: {"pattern": v}, st.sampled_from(["^a", "b$", "."])),
    st.builds(lambda v: {"required": v}, st.lists(st.sampled_from("abc"), max_size=2, unique=True)),
)


def _wider(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda s: {"items": s}, inner),
        st.builds(lambda s: {"not": s}, inner),
        st.builds(lambda s: {"anyOf": s}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda s: {"allOf": s}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(
            lambda s, more: {"properties": s, "additionalProperties": more},
            st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            st.booleans() | inner,
        ),
    )


@given(_VALUES, st.recursive(_SIMPLE, _wider, max_leaves=4))
def test_it_agrees_with_json_schema(value: Any, schema: dict[str, Any]) -> None:
    ours = not list(shapes.violations(value, schema))
    theirs = jsonschema.Draft202012Validator(schema).is_valid(value)

    assert not list(shapes.unknown(schema))
    assert ours == theirs
