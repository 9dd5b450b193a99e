"""The outputs of a model as tensors of the Open Inference Protocol: what is listed, asked for and answered.

A number is one tensor. A class is two: the label of each row, by the output's name, and the probability of every label.
"""

from http import HTTPStatus
from typing import Any

import numpy as np
from numpy.typing import NDArray

from road.core.manifest import Output
from road.core.predictions import Predictions
from road.serving.problems import Problem
from road.serving.tensors import InferRequest, OutputTensor

PROBABILITIES = "probabilities"


def metadata_of(output: Output) -> list[dict[str, Any]]:
    """Name, datatype and shape of each tensor, as the metadata of a model lists them."""
    if output.kind == "number":
        return [{"name": output.name, "datatype": "FP32", "shape": [-1]}]
    return [
        {"name": output.name, "datatype": "BYTES", "shape": [-1]},
        {"name": PROBABILITIES, "datatype": "FP32", "shape": [-1, output.width]},
    ]


def asked_of(request: InferRequest, output: Output) -> dict[str, bool]:
    """The outputs that are asked for, all where none is, and whether each is to be bytes; `Problem` for an unknown."""
    known = [each["name"] for each in metadata_of(output)]
    usual = request.parameters.get("binary_data_output") is True
    if not request.outputs:
        return dict.fromkeys(known, usual)
    found: dict[str, bool] = {}
    for asked in request.outputs:
        if asked.name not in known:
            raise Problem(HTTPStatus.BAD_REQUEST, f"There is no output {asked.name!r}.")
        found.setdefault(asked.name, asked.parameters.get("binary_data", usual) is True)
    return found


def tensors_of(output: Output, predicted: Predictions, asked: dict[str, bool]) -> tuple[list[OutputTensor], bytes]:
    """Give the tensors that are asked for, and their binary parts one after the other."""
    found: list[OutputTensor] = []
    tail = b""
    for name, binary in asked.items():
        if predicted.labels is not None and name == output.name:
            tensor, raw = _texts(name, predicted.labels, binary=binary)
        else:
            numbers = predicted.values if predicted.probabilities is None else predicted.probabilities
            tensor, raw = _numbers(name, numbers, binary=binary)
        found.append(tensor)
        tail += raw
    return found, tail


def _numbers(name: str, values: NDArray[np.float64], *, binary: bool) -> tuple[OutputTensor, bytes]:
    shape = list(values.shape)
    if not binary:
        return OutputTensor(name=name, datatype="FP32", shape=shape, data=[*values.ravel().tolist()]), b""
    return _binary(name, "FP32", shape, values.astype("<f4").tobytes())


def _texts(name: str, texts: list[str], *, binary: bool) -> tuple[OutputTensor, bytes]:
    """Texts, each behind its length in four bytes where they are asked for as bytes."""
    if not binary:
        return OutputTensor(name=name, datatype="BYTES", shape=[len(texts)], data=[*texts]), b""
    parts = [text.encode() for text in texts]
    return _binary(name, "BYTES", [len(texts)], b"".join(len(part).to_bytes(4, "little") + part for part in parts))


def _binary(name: str, datatype: str, shape: list[int], raw: bytes) -> tuple[OutputTensor, bytes]:
    return OutputTensor(name=name, datatype=datatype, shape=shape, parameters={"binary_data_size": len(raw)}), raw
