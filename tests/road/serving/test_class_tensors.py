"""Labels and probabilities, local times and missing texts by the Open Inference Protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from road.core.bundle import Bundle
from starlette.testclient import TestClient

from tests.road.serving.cafes import NAME, OUTPUTS, ROWS, columns_of
from tests.road.serving.conftest import Open
from tests.road.serving.servers import Server, running

URL = f"/v2/models/{NAME}/infer"
LENGTH = "inference-header-content-length"
NUMBERS = ("guests", "rain")
WHOLE = [ROWS[0], {**ROWS[2], "drink": "mate", "size": "small"}]  # of numpy, None is a text and NaN is no JSON


def tensors(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "datatype": "FP32" if name in NUMBERS else "BYTES",
            "shape": [len(rows)],
            "data": [row[name] for row in rows],
        }
        for name in rows[0]
    ]


@pytest.fixture
def client(serve: Open) -> TestClient:
    return serve("binary")


@pytest.fixture(scope="module")
def bundle(cafes: dict[str, Path]) -> Bundle:
    return Bundle.load(cafes["binary"])


@pytest.fixture(scope="module")
def server(place: Path, cafes: dict[str, Path]) -> Iterator[Server]:
    with running(place, model=cafes["binary"]) as server:
        yield server


@pytest.mark.parametrize(("kind", "width"), [("number", None), ("binary", 2), ("multiclass", 3)])
def test_metadata_list_what_is_taken_and_given(serve: Open, kind: str, width: int | None) -> None:
    told = serve(kind).get(f"/v2/models/{NAME}").json()

    assert {tensor["name"]: tensor["datatype"] for tensor in told["inputs"]} == {
        **dict.fromkeys(ROWS[0], "BYTES"),
        **dict.fromkeys(NUMBERS, "FP32"),
    }
    name = OUTPUTS[kind].name
    labels = {"name": name, "datatype": "BYTES", "shape": [-1]}
    shares = {"name": "probabilities", "datatype": "FP32", "shape": [-1, width]}
    assert told["outputs"] == ([labels, shares] if width else [{"name": name, "datatype": "FP32", "shape": [-1]}])


def test_json_tensors_are_predicted_as_a_batch_run_does(client: TestClient, bundle: Bundle) -> None:
    expected = bundle.predict(columns_of(ROWS))
    assert expected.probabilities is not None

    labels, shares = client.post(URL, json={"inputs": tensors(ROWS)}).json()["outputs"]

    assert (labels["name"], labels["datatype"], labels["data"]) == ("mood", "BYTES", expected.labels)
    assert (shares["name"], shares["datatype"], shares["shape"]) == ("probabilities", "FP32", [3, 2])
    assert shares["data"] == expected.probabilities.ravel().tolist()


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ([{"name": "probabilities"}], ["probabilities"]),
        ([{"name": "probabilities"}, {"name": "mood"}], ["probabilities", "mood"]),
        ([{"name": "mood"}, {"name": "mood"}], ["mood"]),
        ([], ["mood", "probabilities"]),
    ],
)
def test_outputs_are_given_that_are_asked_for(client: TestClient, asked: list[Any], given: list[str]) -> None:
    answer = client.post(URL, json={"inputs": tensors(ROWS), "outputs": asked}).json()

    assert [output["name"] for output in answer["outputs"]] == given


def test_one_output_may_be_bytes_and_another_not(client: TestClient, bundle: Bundle) -> None:
    labels = bundle.predict(columns_of(ROWS)).labels or []
    asked = [{"name": "probabilities"}, {"name": "mood", "parameters": {"binary_data": True}}]

    answer = client.post(URL, json={"inputs": tensors(ROWS), "outputs": asked})

    length = int(answer.headers[LENGTH])
    shares, mood = json.loads(answer.content[:length])["outputs"]
    raw = b"".join(len(label).to_bytes(4, "little") + label.encode() for label in labels)
    assert "data" in shares
    assert mood["parameters"] == {"binary_data_size": len(raw)}
    assert answer.content[length:] == raw


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("drink", {"datatype": "FP32", "data": [1]}, "has the datatype 'FP32', wants BYTES"),
        ("opened", {"datatype": "INT64", "data": [0]}, "has the datatype 'INT64', wants BYTES"),
        ("opened", {"data": ["2026-03-02T08:00Z"]}, "time zone"),
        ("opened", {"data": ["soon"]}, "opened must be times"),
        ("opened", {"data": [None]}, "opened is missing in rows 0"),
        ("size", {"data": ["huge"]}, "size is none of"),
        ("guests", {"datatype": "BYTES", "data": ["1"]}, "guests must be numbers"),
    ],
)
def test_a_wrong_tensor_is_named(client: TestClient, name: str, change: dict[str, Any], reason: str) -> None:
    inputs = [{**tensor, **(change if tensor["name"] == name else {})} for tensor in tensors(ROWS[:1])]

    answer = client.post(URL, json={"inputs": inputs})

    assert answer.status_code == 400
    assert reason in answer.json()["error"]


@pytest.mark.parametrize("binary", [True, False])
def test_the_public_client_gets_labels_and_probabilities(server: Server, bundle: Bundle, *, binary: bool) -> None:
    triton = pytest.importorskip("tritonclient.http")
    client = triton.InferenceServerClient(f"127.0.0.1:{server.port}")
    expected = bundle.predict(columns_of(WHOLE))
    metadata = client.get_model_metadata(NAME)
    inputs = []
    for column in metadata["inputs"]:
        kind = object if column["datatype"] == "BYTES" else np.float32
        values = np.array([row[column["name"]] for row in WHOLE], dtype=kind)
        tensor = triton.InferInput(column["name"], list(values.shape), column["datatype"])
        tensor.set_data_from_numpy(values, binary_data=binary)
        inputs.append(tensor)
    outputs = [triton.InferRequestedOutput(each["name"], binary_data=binary) for each in metadata["outputs"]]

    answer = client.infer(NAME, inputs, outputs=outputs)

    labels = answer.as_numpy("mood").tolist()
    assert [label.decode() if isinstance(label, bytes) else label for label in labels] == expected.labels
    assert answer.as_numpy("probabilities").tolist() == np.asarray(expected.probabilities).tolist()
    client.close()
