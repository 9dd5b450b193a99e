"""The OpenAPI description: FastAPI's for its routes, and the hot routes' from their own types.

The hot routes don't pass through FastAPI, so their part is made here from the very types that
decode requests; tests hold the two together.
"""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from road.serving.inference import ROUTE as INFER
from road.serving.inference import VERSION_ROUTE as INFER_VERSION
from road.serving.predict import ROUTE as PREDICT
from road.serving.problems import ProblemDetails, example
from road.serving.schema import Predictions
from road.serving.service import Service
from road.serving.tensors import InferRequest, InferResponse

_REF = "#/components/schemas/{name}"
_PROBLEMS = {
    "400": "The body is not JSON, or can't be unpacked.",
    "408": "The body came too slowly.",
    "413": "The body is too long.",
    "415": "The body is packed in an unknown way.",
    "422": "The rows are not as the model declares; `errors` points to the place.",
    "500": "The model failed.",
    "503": "Too many requests are waiting; try again after `Retry-After` seconds.",
    "504": "The deadline has passed.",
}


def describe(app: FastAPI, service: Service) -> dict[str, Any]:
    """Give the whole description for the model in use."""
    model = service.champion.model
    types = (model.schema.request, Predictions, ProblemDetails, InferRequest, InferResponse)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    request, answer, problem, infer_request, infer_answer = schemas
    content = get_openapi(
        title=service.brief.project,
        version=model.version,
        description=f"{model.manifest.purpose.objective} {model.manifest.purpose.prediction}",
        routes=app.routes,
    )
    content["paths"][PREDICT] = {
        "post": _operation("Predict", "predict", request, answer, problem)
        | {"tags": ["Predictions"], "description": _description(service)}
    }
    for path, name in ((INFER, "infer"), (INFER_VERSION, "infer_version")):
        operation = _operation("Predict", name, infer_request, infer_answer, problem)
        operation["responses"]["404"] = _refusal("There is no such model or version.", problem)
        operation |= {"tags": ["Open Inference Protocol"], "parameters": _parameters(path)}
        content["paths"][path] = {"post": operation}
    content.setdefault("components", {}).setdefault("schemas", {}).update(components)
    return content


def _operation(summary: str, name: str, request: Any, answer: Any, problem: Any) -> dict[str, Any]:
    refusals = {status: _refusal(text, problem) for status, text in _PROBLEMS.items()}
    refusals["503"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    good = {"description": "A prediction for each row.", "content": _json(answer)}
    return {
        "summary": summary,
        "operationId": name,
        "requestBody": {"required": True, "content": _json(request)},
        "responses": {"200": good, **refusals},
    }


def _description(service: Service) -> str:
    settings = service.settings
    return (
        f"At most {settings.max_rows} rows and {settings.max_body_bytes} bytes; "
        f"answered within {settings.deadline_ms:g} ms or refused."
    )


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _refusal(text: str, problem: Any) -> dict[str, Any]:
    media = {"schema": problem, "example": example()}
    return {"description": text, "content": {"application/problem+json": media}}


def _parameters(path: str) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
