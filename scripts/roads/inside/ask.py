"""Asks a server for every row of a CSV file, three ways: `ask.py ADDRESS MODEL ROWS KEY TARGET`.

By plain HTTP, and by NVIDIA's public client with binary tensors and with JSON. That client can't say that a text is
missing, nor in JSON that a number is: it leaves such rows out. Writes http.parquet, binary.parquet and json.parquet to
TARGET, with columns as batch inference writes them.
"""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import tritonclient.http as triton

AT_ONCE = 100
address, model, path, key, target = *sys.argv[1:5], Path(sys.argv[5])
client = triton.InferenceServerClient(address)
described = client.get_model_metadata(model)
KINDS = {column["name"]: column["datatype"] for column in described["inputs"]}
TEXTS = [name for name, kind in KINDS.items() if kind == "BYTES"]


def main() -> None:
    """Ask, and write what is answered."""
    rows = pl.read_csv(path, infer_schema=False)
    rows = rows.with_columns(pl.col(name).cast(pl.Float64) for name in KINDS if name not in TEXTS)
    parts = list(rows.iter_slices(AT_ONCE))
    whole = list(rows.drop_nulls(TEXTS).iter_slices(AT_ONCE))
    full = list(rows.drop_nulls(list(KINDS)).iter_slices(AT_ONCE))
    first = by_http(parts[0])
    labels, positive = first.get("labels"), first.get("positive")
    answers = {
        "http": (parts, [by_http(part) for part in parts]),
        "binary": (whole, [by_client(part, binary=True) for part in whole]),
        "json": (full, [by_client(part, binary=False) for part in full]),
    }
    target.mkdir()
    for way, (asked, answered) in answers.items():
        tables = [table(part[key], answer, labels, positive) for part, answer in zip(asked, answered, strict=True)]
        pl.concat(tables).write_parquet(target / f"{way}.parquet")


def by_http(part: pl.DataFrame) -> dict[str, Any]:
    """Ask by the typed route."""
    body = json.dumps({"rows": part.select(list(KINDS)).to_dicts()}).encode()
    request = urllib.request.Request(f"http://{address}/predict", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - http
        answered: dict[str, Any] = json.load(answer)
    return answered


def by_client(part: pl.DataFrame, *, binary: bool) -> dict[str, Any]:
    """Ask by the Open Inference Protocol, with what the server itself says of the model."""
    inputs = []
    for name, kind in KINDS.items():
        values = part[name].to_numpy().astype(object if kind == "BYTES" else np.float32)
        inputs.append(triton.InferInput(name, list(values.shape), kind))
        inputs[-1].set_data_from_numpy(values, binary_data=binary)
    names = [output["name"] for output in described["outputs"]]
    asked = [triton.InferRequestedOutput(name, binary_data=binary) for name in names]
    found = client.infer(model, inputs, outputs=asked)
    given = [found.as_numpy(name) for name in names]
    if len(given) == 1:
        return {"predictions": given[0].astype(float).tolist()}
    labels = [label.decode() if isinstance(label, bytes) else label for label in given[0].tolist()]
    return {"predictions": labels, "probabilities": given[1].astype(float).tolist()}


def table(keys: pl.Series, answer: dict[str, Any], labels: list[str] | None, positive: str | None) -> pl.DataFrame:
    """Give an answer as batch inference writes it."""
    columns = {key: keys, "prediction": answer["predictions"]}
    shares = dict(zip(labels or [], zip(*answer.get("probabilities", []), strict=True), strict=False))
    if positive is not None:
        columns["probability"] = list(shares[positive])
    else:
        columns |= {f"probability_{label}": list(each) for label, each in shares.items()}
    return pl.DataFrame(columns)


main()
