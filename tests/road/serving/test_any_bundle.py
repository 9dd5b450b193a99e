"""Labels, local times, unknown and missing categories: what a bundle declares is what the server takes and gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples_of
from hypothesis import strategies as st
from road.core.bundle import Bundle, write_bundle
from road.core.encoding import matrix_columns
from road.core.manifest import Column, Graph
from road.core.transforms import Log
from road.serving.app import assemble
from road.serving.rows import sample_rows
from road.serving.service import Service
from road.serving.skew import compare
from starlette.testclient import TestClient

from tests.road.bundles import make_manifest, make_model
from tests.road.serving.cafes import COLUMNS, INPUTS, MATRIX, NAME, OUTPUTS, ROWS, columns_of, manifest_of
from tests.road.serving.conftest import Make, Open


@pytest.mark.parametrize("kind", OUTPUTS)
def test_rows_reach_the_model_as_those_of_a_batch_run(serve: Open, cafes: dict[str, Path], kind: str) -> None:
    bundle = Bundle.load(cafes[kind])
    expected = bundle.decide(bundle.run(np.array(MATRIX, dtype=np.float32)))

    answer = serve(kind).post("/predict", json={"rows": ROWS}).json()

    np.testing.assert_allclose(bundle.encode(columns_of(ROWS)), MATRIX, rtol=1e-6)
    assert answer["predictions"] == pytest.approx(expected.labels or expected.values.tolist())
    assert answer.get("probabilities") == (
        None if expected.probabilities is None else [pytest.approx(row) for row in expected.probabilities.tolist()]
    )


def test_a_label_is_told_with_the_probability_of_each_and_the_threshold(serve: Open) -> None:
    answer = serve("binary").post("/predict", json={"rows": ROWS}).json()

    assert (answer["labels"], answer["positive"], answer["threshold"]) == (["calm", "busy"], "busy", 0.2)
    assert [sum(row) for row in answer["probabilities"]] == pytest.approx([1, 1, 1])
    assert answer["predictions"] == ["calm", "busy", "busy"]
    assert answer["probabilities"][0][1] < 0.2 < answer["probabilities"][2][1] < 0.5


def test_several_labels_have_no_threshold(serve: Open) -> None:
    answer = serve("multiclass").post("/predict", json={"rows": ROWS}).json()

    assert set(answer) == {"predictions", "probabilities", "labels", "output", "model", "version"}
    assert answer["predictions"] == [answer["labels"][int(np.argmax(row))] for row in answer["probabilities"]]


@pytest.mark.parametrize(
    ("change", "pointer", "reason"),
    [
        ({"opened": "2026-03-02T08:00Z"}, "/rows/0/opened", "without a zone"),
        ({"opened": "2026-03-02T08:00+01:00"}, "/rows/0/opened", "without a zone"),
        ({"opened": "2026-02-30"}, "/rows/0/opened", "local time such as"),
        ({"opened": "yesterday - at `$.rows[9]`"}, "/rows/0/opened", "local time such as"),
        ({"opened": 1}, "/rows/0/opened", "as text"),
        ({"opened": None}, "/rows/0/opened", "as text"),
        ({"opened": ...}, "/rows/0/opened", "missing"),
        ({"drink": 1}, "/rows/0/drink", "`str | null`"),
        ({"size": "huge"}, "/rows/0/size", "huge"),
        ({"guests": None}, "/rows/0/guests", "`float`"),
    ],
)
def test_a_wrong_value_is_named(serve: Open, change: dict[str, Any], pointer: str, reason: str) -> None:
    row = {name: value for name, value in {**ROWS[0], **change}.items() if value is not ...}

    answer = serve("binary").post("/predict", json={"rows": [row]})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert reason in answer.json()["detail"]


@pytest.mark.parametrize("kind", OUTPUTS)
def test_examples_are_answered_as_they_are_described(serve: Open, kind: str) -> None:
    client = serve(kind)
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/predict", "/v2/models/{model}/infer"):
        operation = paths[path]["post"]
        asked = operation["requestBody"]["content"]["application/json"]["example"]
        shown = operation["responses"]["200"]["content"]["application/json"]["example"]

        assert client.post(path.replace("{model}", NAME), json=asked).json() == shown


def test_the_description_says_what_each_input_takes(serve: Open) -> None:
    content = serve("binary").get("/openapi.json").json()["components"]["schemas"]
    row, answer = content["Row"]["properties"], content["ClassPredictions"]["properties"]

    assert row["drink"]["anyOf"][0]["examples"] == ["tea", "coffee", "other"]
    assert "without a zone" in row["opened"]["description"]
    assert row["guests"]["description"] == "Training saw 0 to 80."
    assert answer["predictions"]["items"]["enum"] == ["busy", "calm"]


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.lists(st.none()))
SOME = st.one_of(ANYTHING, st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(str))


@examples_of(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from([column.name for column in INPUTS]), value=SOME)
def test_nothing_that_a_client_sends_is_a_fault_of_the_server(hostile: TestClient, name: str, value: object) -> None:
    row = {**ROWS[0], name: value}
    tensors = [
        {"name": key, "datatype": "FP64" if key in ("guests", "rain") else "BYTES", "shape": [1], "data": [one]}
        for key, one in row.items()
    ]
    for path, body in (("/predict", {"rows": [row]}), (f"/v2/models/{NAME}/infer", {"inputs": tensors})):
        answer = hostile.post(path, content=dumped(body), headers={"content-type": "application/json"})

        assert answer.status_code in (200, 400, 422), answer.text
        assert "Traceback" not in answer.text


@pytest.fixture
def hostile(serve: Open) -> TestClient:
    return serve("binary")


def dumped(body: object) -> bytes:
    return json.dumps(body).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("guests", "status", "reason"),
    [(-5, 422, "guests_log can't be computed"), (3e38, 422, "too large for the model"), (7, 200, "")],
)
def test_a_row_that_the_model_has_no_number_for_is_the_clients(
    make: Make, tmp_path: Path, guests: float, status: int, reason: str
) -> None:
    inputs, logs = [Column(name="guests", kind="number"), Column(name="more", kind="number")], [Log(log="guests")]
    columns = matrix_columns(inputs, logs)
    graph = Graph(input="features", output="prediction", columns=columns, opset=18)
    made = make_manifest(inputs).model_copy(update={"transforms": logs, "graph": graph})
    write_bundle(tmp_path / "sum", made, make_model(len(columns)))
    with TestClient(assemble(Service(make(model=str(tmp_path / "sum"))))) as client:
        answer = client.post("/predict", json={"rows": [{"guests": 1, "more": 1}, {"guests": guests, "more": guests}]})

    assert answer.status_code == status
    assert reason in answer.text


def test_the_log_names_categories_features_and_labels(serve: Open, tmp_path: Path) -> None:
    client = serve("binary", prediction_log=tmp_path)
    answer = client.post("/predict", json={"rows": ROWS}).json()
    client.__exit__(None, None, None)

    logged = pl.read_parquet(tmp_path / "*.parquet")
    assert logged.columns[: len(COLUMNS)] == COLUMNS
    assert logged["drink"].to_list() == ["tea", "other", None]
    assert logged["opened_hour"].to_list() == [8, 21, 0]
    assert logged["prediction"].to_list() == answer["predictions"]
    assert logged["probability"].to_list() == [row[1] for row in answer["probabilities"]]


def test_rows_of_a_load_test_are_like_those_of_training(
    serve: Open, make: Make, cafes: dict[str, Path], tmp_path: Path
) -> None:
    client = serve("binary", prediction_log=tmp_path, max_rows=2000)
    rows = sample_rows(manifest_of("binary"), 2000)

    assert client.post("/predict", json={"rows": rows}).status_code == 200
    client.__exit__(None, None, None)

    drinks = [row["drink"] for row in rows]
    assert 0.7 < drinks.count("tea") / len(drinks) < 0.8
    assert all("2013-01-01" < str(row["opened"]) < "2013-02-02" for row in rows)
    report = compare(make(model=str(cafes["binary"])).settings, tmp_path, None)
    shifts = {line.name: line.reference or 0 for line in report.lines}
    assert max(shifts[column] for column in COLUMNS) < 0.2
    assert set(shifts) == {*COLUMNS, "probability"}


def test_labels_are_counted(serve: Open) -> None:
    client = serve("binary")
    answer = client.post("/predict", json={"rows": ROWS}).json()

    busy = answer["predictions"].count("busy")
    assert f'serving_labels_total{{label="busy"}} {busy:.1f}' in client.get("/metrics").text
