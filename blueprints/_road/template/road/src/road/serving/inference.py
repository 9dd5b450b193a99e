"""The Open Inference Protocol, version 2, so that its public clients work as they are."""

from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import APIRouter, Response
from starlette.responses import JSONResponse

from road.core.encoding import InputError
from road.core.manifest import Column
from road.core.predictions import Predictions
from road.serving.exchange import Exchange
from road.serving.model import Model
from road.serving.outputs import asked_of, metadata_of, tensors_of
from road.serving.problems import Problem
from road.serving.service import Endpoint, Service
from road.serving.tensors import HEADER_LENGTH, InferRequest, InferResponse, columns, decode

ROUTE = "/v2/models/{model}/infer"
VERSION_ROUTE = "/v2/models/{model}/versions/{version}/infer"
_BINARY = b"application/octet-stream"


def infer_endpoint(service: Service) -> Endpoint:
    """Give the endpoint that predicts."""
    encoder = msgspec.json.Encoder()

    async def handle(exchange: Exchange) -> None:
        body = await service.read(exchange)
        model = service.champion.model  # once, as in the typed route
        path = exchange.scope["path_params"]
        check_name(model, path["model"], path.get("version"))
        request, tail = decode(body, exchange.headers.get(HEADER_LENGTH))
        asked = asked_of(request, model.manifest.output)
        given = columns(request, tail, service.settings.max_rows, model.schema.texts)
        try:
            matrix = model.bundle.encode(given)
        except InputError as error:
            raise Problem(HTTPStatus.BAD_REQUEST, str(error)) from error
        predicted = await service.predict(exchange, model, matrix)
        answer, raw = answer_of(model, request, predicted, asked)
        encoded = encoder.encode(answer)
        if not any(asked.values()):
            await exchange.answer(encoded)
            return
        length = (HEADER_LENGTH, b"%d" % len(encoded))
        await exchange.answer(encoded + raw, content_type=_BINARY, headers=[length])

    return Endpoint(service, ROUTE, handle, error=True)


def metadata_router(service: Service) -> APIRouter:
    """Give the routes that say what is here and whether it is ready."""
    router = APIRouter(prefix="/v2", tags=["Open Inference Protocol"])

    @router.get("", summary="What this server is")
    async def server() -> dict[str, Any]:
        return {
            "name": service.brief.project,
            "version": service.champion.model.version,
            "extensions": ["binary_tensor_data"],
        }

    @router.get("/health/live", summary="Whether the process works")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @router.get("/health/ready", summary="Whether requests should be sent here")
    async def ready() -> JSONResponse:
        return _ready(service)

    @router.get("/models/{model}", summary="Inputs and outputs of the model")
    async def metadata(model: str) -> Response:
        return _metadata(service.champion.model, model, None)

    @router.get("/models/{model}/versions/{version}", summary="The same, of one version")
    async def version_metadata(model: str, version: str) -> Response:
        return _metadata(service.champion.model, model, version)

    @router.get("/models/{model}/ready", summary="Whether the model is ready")
    async def model_ready(model: str) -> Response:
        return _model_ready(service, model, None)

    @router.get("/models/{model}/versions/{version}/ready", summary="The same, of one version")
    async def version_ready(model: str, version: str) -> Response:
        return _model_ready(service, model, version)

    return router


def _ready(service: Service) -> JSONResponse:
    status = HTTPStatus.OK if service.ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"ready": service.ready}, status)


def _model_ready(service: Service, name: str, version: str | None) -> JSONResponse:
    try:
        check_name(service.champion.model, name, version)
    except Problem as problem:
        return JSONResponse({"error": problem.detail}, problem.status)
    return _ready(service)


def _metadata(model: Model, name: str, version: str | None) -> JSONResponse:
    try:
        check_name(model, name, version)
    except Problem as problem:
        return JSONResponse({"error": problem.detail}, problem.status)
    return JSONResponse(
        {
            "name": model.manifest.name,
            "versions": [model.version],
            "platform": "onnxruntime_onnx",
            "inputs": [_tensor(column) for column in model.manifest.inputs],
            "outputs": metadata_of(model.manifest.output),
        }
    )


def _tensor(column: Column) -> dict[str, Any]:
    datatype = "FP32" if column.kind == "number" else "BYTES"
    return {"name": column.name, "datatype": datatype, "shape": [-1]}


def check_name(model: Model, name: str, version: str | None) -> None:
    """Raise a `Problem` where another model than the one in use is asked for."""
    if name != model.manifest.name:
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no model {name!r}.")
    if version not in (None, model.version):
        raise Problem(HTTPStatus.NOT_FOUND, f"Version {version!r} is not in use.")


def answer_of(
    model: Model, request: InferRequest, predicted: Predictions, asked: dict[str, bool]
) -> tuple[InferResponse, bytes]:
    """Give the answer with some predictions of a model, and its binary part."""
    outputs, raw = tensors_of(model.manifest.output, predicted, asked)
    answer = InferResponse(
        model_name=model.manifest.name,
        model_version=model.version,
        outputs=outputs,
        id=request.id,
    )
    return answer, raw
