"""The description and the decoder must agree: on what is right, on what is wrong, on answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples_of
from hypothesis import strategies as st
from road.core.bundle import Bundle
from road.core.encoding import InputError
from road.core.manifest import Column
from starlette.testclient import TestClient

from tests.road.serving.models import INPUTS, NAME, ROWS

COLUMNS = {column.name: column for column in INPUTS}
NUMBERS = st.one_of(st.integers(-(10**40), 10**40), st.floats(allow_nan=False, allow_infinity=False))
ANYTHING = st.one_of(NUMBERS, st.none(), st.booleans(), st.text(max_size=5), st.lists(st.none()))
FUZZ = examples_of(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def right(column: Column) -> st.SearchStrategy[Any]:
    """Values that the bundle declares."""
    values: st.SearchStrategy[Any] = st.floats(width=32, allow_nan=False, allow_infinity=False)
    if column.kind == "category":
        values = st.sampled_from(column.values)
    return st.one_of(values, st.none()) if column.nullable else values


RIGHT = st.fixed_dictionaries({name: right(column) for name, column in COLUMNS.items()})


@st.composite
def perhaps_wrong(draw: st.DrawFn) -> dict[str, Any]:
    row: dict[str, Any] = draw(RIGHT)
    name = draw(st.sampled_from([*COLUMNS, "other"]))
    if draw(st.booleans()):
        row[name] = draw(ANYTHING)
    else:
        row.pop(name, None)
    return row


def validator(client: TestClient, *path: str) -> jsonschema.Draft202012Validator:
    """The validator of a part of the description."""
    content = client.get("/openapi.json").json()
    part = content["paths"]
    for key in path:
        part = part[key]
    return jsonschema.Draft202012Validator({**part, "components": content["components"]})


@pytest.fixture
def described(client: TestClient) -> Callable[[object], bool]:
    """Whether a request is right by the description."""
    media = ("requestBody", "content", "application/json", "schema")
    schema = validator(client, "/predict", "post", *media)
    return schema.is_valid


@FUZZ
@given(rows=st.lists(RIGHT, min_size=1, max_size=3))
def test_every_declared_row_is_predicted_as_in_a_batch(
    client: TestClient,
    described: Callable[[object], bool],
    bundle: Bundle,
    rows: list[dict[str, Any]],
) -> None:
    columns = {name: [row[name] for row in rows] for name in COLUMNS}

    answer = client.post("/predict", json={"rows": rows})

    assert answer.status_code == 200, answer.text
    assert described({"rows": rows})
    assert answer.json()["predictions"] == bundle.predict(columns).values.tolist()


@FUZZ
@given(row=perhaps_wrong())
def test_decoder_description_and_bundle_agree_on_every_row(
    client: TestClient, described: Callable[[object], bool], bundle: Bundle, row: dict[str, Any]
) -> None:
    answer = client.post("/predict", json={"rows": [row]})

    assert answer.status_code in (200, 422)
    assert (answer.status_code == 200) == described({"rows": [row]})
    assert (answer.status_code == 200) == takes(bundle, row)


def takes(bundle: Bundle, row: dict[str, Any]) -> bool:
    try:
        with np.errstate(over="ignore"):
            bundle.encode({name: [value] for name, value in row.items()})
    except (InputError, OverflowError, TypeError, ValueError):
        return False
    return True


@FUZZ
@given(body=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_no_body_makes_the_server_fail(client: TestClient, body: bytes) -> None:
    typed = client.post("/predict", content=body)
    tensors = client.post(f"/v2/models/{NAME}/infer", content=body)

    assert typed.status_code in (400, 422)
    assert tensors.status_code in (400, 422)
    assert tensors.json()["error"]


@pytest.mark.parametrize(
    ("status", "kind", "request_body"),
    [("200", "application/json", {"rows": ROWS}), ("422", "application/problem+json", {"rows": [{}]})],
)
def test_answers_and_problems_are_as_described(
    client: TestClient, status: str, kind: str, request_body: dict[str, Any]
) -> None:
    schema = validator(client, "/predict", "post", "responses", status, "content", kind, "schema")

    schema.validate(client.post("/predict", json=request_body).json())


def test_every_path_that_is_described_is_served_and_the_other_way(client: TestClient) -> None:
    described = {
        (method, path) for path, methods in client.get("/openapi.json").json()["paths"].items() for method in methods
    }
    for method, path in described:
        url = path.replace("{model}", "x").replace("{version}", "y")
        status = client.request(method, url).status_code
        assert status != 405, path
        assert "is not served here" not in client.request(method, url).text

    assert ("post", "/predict") in described
    assert {path for _, path in described} >= {"/health/live", "/health/ready", "/metrics", "/v2"}


def test_the_row_is_described_as_the_bundle_declares_it(client: TestClient) -> None:
    row = client.get("/openapi.json").json()["components"]["schemas"]["Row"]

    assert row["required"] == list(COLUMNS)
    assert row["additionalProperties"] is False


def test_nothing_is_described_that_is_never_answered(client: TestClient) -> None:
    content = client.get("/openapi.json").json()
    answers = {path: set(methods["get"]["responses"]) for path, methods in content["paths"].items() if "get" in methods}

    assert answers["/v2/models/{model}"] == {"200", "404"}
    assert answers["/health/ready"] == {"200", "503"}
    assert answers["/health/live"] == {"200"}
    assert list(content["paths"]["/metrics"]["get"]["responses"]["200"]["content"]) == ["text/plain"]
    assert "HTTPValidationError" not in content["components"]["schemas"]
