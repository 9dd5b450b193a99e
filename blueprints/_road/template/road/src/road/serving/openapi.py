"""The OpenAPI description: FastAPI's for its routes, and the hot routes' from their own types.

The hot routes don't pass through FastAPI, so their part is made here from the very types that
decode requests; tests hold the two together, and each example to the answer that it shows.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from road.serving import examples
from road.serving.guard import FREE
from road.serving.inference import ROUTE as INFER
from road.serving.inference import VERSION_ROUTE as INFER_VERSION
from road.serving.predict import ROUTE as PREDICT
from road.serving.problems import TYPE, ProblemDetails
from road.serving.schema import json_schema
from road.serving.service import Service
from road.serving.tensors import InferRequest, InferResponse

Operation = dict[str, Any]
_REF = "#/components/schemas/{name}"
_TEXTS = {
    "400": "The body is not JSON, or can't be unpacked.",
    "404": "There is no such model or version.",
    "408": "The request came too slowly.",
    "413": "The body is too long.",
    "415": "The body is packed in an unknown way.",
    "422": "The rows are not as the model declares, and `errors` points to the place; or it can't compute with them.",
    "431": "The head of the request is too long.",
    "500": "The model failed.",
    "503": "Too many requests are waiting; try again after `Retry-After` seconds.",
    "504": "The deadline has passed.",
}
_UNAUTHENTICATED = "Nobody knows who asks; `WWW-Authenticate` says how to tell."
_FORBIDDEN = "Who asks may not."
_RETRY = {"Retry-After": {"schema": {"type": "integer"}}}
_ERROR = {
    "title": "NoSuchModel",
    "type": "object",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
}
_CHALLENGE = {"WWW-Authenticate": {"schema": {"type": "string"}}}


def describe(app: FastAPI, service: Service) -> dict[str, Any]:
    """Give the whole description for the model in use."""
    model = service.champion.model
    types = (model.schema.request, model.answers.type, ProblemDetails, InferRequest, InferResponse)
    schemas, components = msgspec.json.schema_components(types, schema_hook=json_schema, ref_template=_REF)
    request, answer, problem, infer_request, infer_answer = schemas
    content = get_openapi(
        title=service.brief.project,
        version=model.version,
        description=f"{model.manifest.purpose.objective} {model.manifest.purpose.prediction}",
        routes=app.routes,
    )
    known = {**components, "NoSuchModel": _ERROR}
    content.setdefault("components", {})["schemas"] = known
    for path, operation in _operations(content):
        _tell_the_truth(path, operation, service)
    asked, told = examples.predict_example(model)
    refusals = _refusals(examples.predict_problems(service), problem)
    predict = _operation("predict", _json(request, asked), _json(answer, told), refusals)
    predict |= {"tags": ["Predictions"], "description": _description(service)}
    content["paths"] = {PREDICT: {"post": predict}, **content["paths"]}
    asked, told = examples.infer_example(model)
    refusals = _refusals(examples.infer_problems(service), problem)
    for path, name in ((INFER, "infer"), (INFER_VERSION, "infer_version")):
        operation = _operation(name, _json(infer_request, asked), _json(infer_answer, told), refusals)
        operation |= {"tags": ["Open Inference Protocol"], "parameters": _parameters(path)}
        content["paths"][path] = {"post": operation}
    _add_authentication(content, service, problem)
    return content


def _tell_the_truth(path: str, operation: Operation, service: Service) -> None:
    """Describe what FastAPI doesn't know of its own routes, and leave out what it takes for granted."""
    responses = operation["responses"]
    responses.pop("422", None)  # a path is always text, so it is never wrong
    if "{model}" in path:
        gone = examples.no_such_model(service)
        responses["404"] = {"description": _TEXTS["404"], "content": _json(_ref("NoSuchModel"), {"error": gone.detail})}
    if path.endswith("/ready"):
        version = service.champion.model.version
        leaving = {"status": "draining", "version": version} if path == "/health/ready" else {"ready": False}
        responses["503"] = {"description": "The server is leaving.", "content": _json({"type": "object"}, leaving)}


def _add_authentication(content: dict[str, Any], service: Service, problem: Any) -> None:
    """Describe the answers of the project's hook `authenticate`, where there is one."""
    if service.hooks.authenticate is None:
        return
    told = examples.unauthenticated(service)
    unknown = _refusal(_UNAUTHENTICATED, problem, told)
    unknown["headers"] = _CHALLENGE
    for path, operation in _operations(content):
        if path not in FREE:
            operation["responses"] |= {"401": unknown, "403": _refusal(_FORBIDDEN, problem, None)}


def _operations(content: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in content["paths"].items():
        for operation in methods.values():
            yield path, operation


def _operation(name: str, request: Any, answer: Any, refusals: dict[str, Any]) -> Operation:
    return {
        "summary": "Predict",
        "operationId": name,
        "requestBody": {"required": True, "content": request},
        "responses": {"200": {"description": "A prediction for each row.", "content": answer}, **refusals},
    }


def _description(service: Service) -> str:
    settings = service.settings
    return (
        f"At most {settings.max_rows} rows and {settings.max_body_bytes} bytes; "
        f"answered within {settings.deadline_ms:g} ms or refused."
    )


def _json(schema: Any, example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, "example": example}}


def _refusals(told: dict[str, Any], problem: Any) -> dict[str, Any]:
    found = {status: _refusal(_TEXTS[status], problem, example) for status, example in sorted(told.items())}
    found["503"]["headers"] = _RETRY
    return found


def _refusal(text: str, problem: Any, example: Any) -> dict[str, Any]:
    media = {"schema": problem} if example is None else {"schema": problem, "example": example}
    return {"description": text, "content": {TYPE.decode(): media}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}


def _parameters(path: str) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
