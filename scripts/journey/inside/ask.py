"""Asks a server for every row of a panel, three ways: `ask.py ADDRESS PANEL TARGET`.

By plain HTTP, and by NVIDIA's public client with binary tensors and with JSON. Writes http.parquet, binary.parquet
and json.parquet with airport, hour and prediction to TARGET.
"""

import json
import sys
import urllib.request
from pathlib import Path

import numpy as np
import polars as pl
import tritonclient.http as triton

AT_ONCE = 1000
address, panel, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])


def main() -> None:
    """Ask, and write what is answered."""
    rows = pl.read_parquet(panel / "*" / "panel.parquet", hive_partitioning=False)
    parts = list(rows.iter_slices(AT_ONCE))
    client = triton.InferenceServerClient(address)
    target.mkdir()
    answers = {
        "http": [by_http(part.drop("hour")) for part in parts],
        "binary": [by_client(client, part, binary=True) for part in parts],
        "json": [by_client(client, part, binary=False) for part in parts],
    }
    client.close()
    for way, answered in answers.items():
        table = rows.select("airport", "hour").with_columns(prediction=np.concatenate(answered))
        table.write_parquet(target / f"{way}.parquet")


def by_http(part: pl.DataFrame) -> np.ndarray:
    """Ask by the typed route."""
    body = json.dumps({"rows": part.to_dicts()}).encode()
    request = urllib.request.Request(f"http://{address}/predict", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - http
        return np.array(json.load(answer)["predictions"])


def by_client(client: triton.InferenceServerClient, part: pl.DataFrame, *, binary: bool) -> np.ndarray:
    """Ask by the Open Inference Protocol, with what the server itself says of the model."""
    name = "departure-forecast"
    described = client.get_model_metadata(name)
    inputs = []
    for column in described["inputs"]:
        kind = object if column["datatype"] == "BYTES" else np.float32
        values = part[column["name"]].to_numpy().astype(kind)
        tensor = triton.InferInput(column["name"], list(values.shape), column["datatype"])
        tensor.set_data_from_numpy(values, binary_data=binary)
        inputs.append(tensor)
    output = described["outputs"][0]["name"]
    asked = [triton.InferRequestedOutput(output, binary_data=binary)]
    return client.infer(name, inputs, outputs=asked).as_numpy(output).astype(np.float64)


main()
