"""Requests, answers and problems for the description: each is made by the code that answers, none is written down."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec

from road.core.manifest import Manifest
from road.core.predictions import Predictions
from road.serving import inference, outputs, predict, tensors
from road.serving.admission import too_late
from road.serving.exchange import too_long, unknown_packing
from road.serving.guard import refusal
from road.serving.hooks import RefusedError
from road.serving.model import Model
from road.serving.problems import MISTAKE, Problem, of_body, of_status
from road.serving.protocol import body_of, head_too_long, too_slow
from road.serving.rows import typical_row
from road.serving.service import Service

_ID = "4f0c91d2-1"


def predict_example(model: Model) -> tuple[Any, Any]:
    """A request of the typed route, and the answer to it."""
    request = {"rows": [typical_row(model.manifest)]}
    return request, _plain(model.answers.of(_predicted(model)))


def infer_example(model: Model) -> tuple[Any, Any]:
    """A request of the Open Inference Protocol, and the answer to it."""
    request = {
        "inputs": [
            {"name": name, "datatype": "BYTES" if isinstance(value, str) else "FP32", "shape": [1], "data": [value]}
            for name, value in typical_row(model.manifest).items()
        ]
    }
    read, _ = tensors.decode(json.dumps(request).encode(), None)
    asked = outputs.asked_of(read, model.manifest.output)
    answer, _ = inference.answer_of(model, read, _predicted(model), asked)
    return request, _plain(answer)


def predict_problems(service: Service) -> dict[str, Any]:
    """What the typed route answers when it can't predict, by status."""
    model = service.champion.model
    wrong = json.dumps({"rows": [_wrong_row(model.manifest)]}).encode()
    return _problems(service, model.schema.decode, wrong, error=False)


def infer_problems(service: Service) -> dict[str, Any]:
    """What the Open Inference Protocol answers when it can't predict, by status."""
    found = _problems(service, lambda body: tensors.decode(body, None), b'{"inputs": 1}', error=True)
    return {**found, "404": _read(no_such_model(service).body(_ID, error=True))}


def no_such_model(service: Service) -> Problem:
    """What is answered where another model is asked for."""
    try:
        name = service.champion.model.manifest.name
        inference.check_name(service.champion.model, f"not-{name}", None)
    except Problem as problem:
        return problem
    raise AssertionError("a model has two names")


def unauthenticated(service: Service) -> Any:
    """What the hook `authenticate` has to say to a request without headers; nothing where it lets it in."""
    if service.hooks.authenticate is None:
        return None
    try:
        service.hooks.authenticate({}, predict.ROUTE)
    except RefusedError as refused:
        if refused.status == HTTPStatus.UNAUTHORIZED:
            return _read(refusal(refused).body(_ID, error=True))
    except Exception:  # the hook's fault is told when it is asked for a request
        return None
    return None


def _problems(service: Service, decode: Callable[[bytes], object], wrong: bytes, *, error: bool) -> dict[str, Any]:
    limit = service.settings.max_body_bytes
    by_route = [
        _refused(decode, b"{"),
        _refused(decode, wrong),
        too_long(limit),
        unknown_packing(),
        of_status(HTTPStatus.INTERNAL_SERVER_ERROR, MISTAKE),
        too_late(),
    ]
    by_protocol = [too_slow(), head_too_long(), service.admission.busy()]
    return {
        **{str(int(one.status)): _read(one.body(_ID, error=error)) for one in by_route},
        **{str(int(one.status)): _read(body_of(one)) for one in by_protocol},
    }


def _refused(decode: Callable[[bytes], object], body: bytes) -> Problem:
    try:
        decode(body)
    except msgspec.DecodeError as error:
        return of_body(error)
    raise AssertionError(f"{body!r} is a request")


def _wrong_row(manifest: Manifest) -> dict[str, float | str]:
    """A row whose last value is of no kind that its column takes."""
    column = manifest.inputs[-1]
    wrong: float | str = "many"
    if column.unknown is not None:  # it takes any text
        wrong = 0.0
    while wrong in column.values:
        wrong = f"{wrong}?"
    return {**typical_row(manifest), column.name: wrong}


def _predicted(model: Model) -> Predictions:
    body = json.dumps({"rows": [typical_row(model.manifest)]}).encode()
    return model.decide(model.run(model.schema.decode(body)))


def _plain(struct: msgspec.Struct) -> Any:
    return _read(msgspec.json.encode(struct))


def _read(body: bytes) -> Any:
    return msgspec.json.decode(body)
