from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from road.core.bundle import Bundle
from starlette.testclient import TestClient

from tests.road.serving.models import INPUTS, NAME, ROWS, SUMS

URL = f"/v2/models/{NAME}/infer"
LENGTH = "inference-header-content-length"


def tensors(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "datatype": "BYTES" if isinstance(rows[0][name], str) else "FP64",
            "shape": [len(rows)],
            "data": [row[name] for row in rows],
        }
        for name in rows[0]
    ]


def test_json_tensors_are_predicted(client: TestClient) -> None:
    request = {"id": "7", "inputs": tensors(ROWS)}

    answer = client.post(URL, json=request).json()

    (output,) = answer["outputs"]
    assert (answer["id"], answer["model_name"], output["datatype"]) == ("7", NAME, "FP32")
    assert output["shape"] == [len(ROWS)]
    assert output["data"] == SUMS


def test_binary_tensors_are_predicted(client: TestClient) -> None:
    inputs, raw = [], b""
    for tensor in tensors(ROWS):
        values = tensor.pop("data")
        if tensor["datatype"] == "BYTES":
            part = b"".join(len(v).to_bytes(4, "little") + v.encode() for v in values)
        else:
            tensor["datatype"] = "FP32"
            tensor["shape"] = [len(ROWS), 1]
            part = np.array(values, dtype="<f4").tobytes()
        inputs.append({**tensor, "parameters": {"binary_data_size": len(part)}})
        raw += part
    head = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": True}}).encode()

    answer = client.post(URL, content=head + raw, headers={LENGTH: str(len(head))})

    length = int(answer.headers[LENGTH])
    (output,) = json.loads(answer.content[:length])["outputs"]
    values = np.frombuffer(answer.content[length:], dtype="<f4")
    assert output["parameters"] == {"binary_data_size": 4 * len(ROWS)}
    assert values.tolist() == SUMS


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"shape": [2]}, "has 1 values, its shape says 2"),
        ({"shape": [1, 2]}, "has shape"),
        ({"shape": []}, "has shape"),
        ({"shape": [0]}, "has shape"),
        ({"shape": [10**9]}, "at most 100"),
        ({"datatype": "FP99"}, "unknown datatype"),
        ({"datatype": "BYTES"}, "not of type BYTES"),
        ({"data": ["1"]}, "not of type FP64"),
        ({"data": [True]}, "not of type FP64"),
        ({"data": [[["1"]]]}, "not of type FP64"),
        ({"data": [10**400]}, "out of range"),
        ({"data": [1e300]}, "guests is infinite"),
        ({"data": None}, "neither data nor"),
        ({"parameters": {"binary_data_size": 10}}, "binary_data_size"),
        ({"parameters": {"binary_data_size": -1}}, "binary_data_size"),
        ({"parameters": {"binary_data_size": "4"}}, "binary_data_size"),
        ({"name": "stall"}, "given twice"),
        ({"name": "other"}, "missing ['guests'], unknown ['other']"),
    ],
)
def test_a_wrong_tensor_is_named(client: TestClient, change: dict[str, Any], reason: str) -> None:
    inputs = tensors(ROWS[:1])
    inputs[1] |= change

    answer = client.post(URL, json={"inputs": inputs})

    assert answer.status_code == 400
    assert reason in answer.json()["error"]


@pytest.mark.parametrize(
    ("headers", "tail"),
    [
        ({LENGTH: "x"}, b""),
        ({LENGTH: "99999"}, b""),
        ({LENGTH: "9" * 5000}, b""),
        ({LENGTH: "2"}, b"abc"),
    ],
)
def test_a_wrong_binary_part_is_a_client_error(client: TestClient, headers: dict[str, str], tail: bytes) -> None:
    answer = client.post(URL, content=b'{"inputs": []}' + tail, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.json()["error"]


@pytest.mark.parametrize("content", [b"\xff\xff\xff\xff", b"\x03\0\0\0te", b"", b"\x02\0\0\0\xff\xfe"])
def test_broken_texts_are_client_errors(client: TestClient, content: bytes) -> None:
    inputs = tensors(ROWS[:1])
    del inputs[0]["data"]
    inputs[0]["parameters"] = {"binary_data_size": len(content)}
    head = json.dumps({"inputs": inputs}).encode()

    answer = client.post(URL, content=head + content, headers={LENGTH: str(len(head))})

    assert answer.status_code == 400
    assert "stall" in answer.json()["error"]


def test_an_unknown_output_model_or_version_is_refused(client: TestClient, bundle: Bundle) -> None:
    request = {"inputs": tensors(ROWS[:1])}

    assert client.post(URL, json={**request, "outputs": [{"name": "x"}]}).status_code == 400
    assert client.post("/v2/models/other/infer", json=request).status_code == 404
    assert client.post(f"/v2/models/{NAME}/versions/1/infer", json=request).status_code == 404
    version = bundle.digest[:16]
    answer = client.post(f"/v2/models/{NAME}/versions/{version}/infer", json=request)
    assert answer.status_code == 200


def test_the_server_says_what_it_is(client: TestClient) -> None:
    model = client.get(f"/v2/models/{NAME}").json()

    assert client.get("/v2").json()["extensions"] == ["binary_tensor_data"]
    assert client.get("/v2/health/live").status_code == 200
    assert client.get("/v2/health/ready").status_code == 200
    assert client.get(f"/v2/models/{NAME}/ready").status_code == 200
    assert client.get("/v2/models/other").status_code == 404
    assert client.get("/v2/models/other/ready").status_code == 404
    assert [tensor["name"] for tensor in model["inputs"]] == [column.name for column in INPUTS]
    assert model["inputs"][0]["datatype"] == "BYTES"
