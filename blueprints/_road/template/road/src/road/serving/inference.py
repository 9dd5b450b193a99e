"""The Open Inference Protocol, version 2, so that its public clients work as they are."""

from http import HTTPStatus
from typing import Any

import msgspec
import numpy as np
from fastapi import APIRouter, Response
from starlette.responses import JSONResponse

from road.core.bundle import InputError
from road.core.manifest import Column
from road.serving.exchange import Exchange
from road.serving.model import Model
from road.serving.problems import Problem
from road.serving.service import Endpoint, Service
from road.serving.tensors import (
    HEADER_LENGTH,
    InferRequest,
    InferResponse,
    OutputTensor,
    columns,
    decode,
    wants_binary,
)

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
        given = columns(request, tail, service.settings.max_rows)
        try:
            matrix = model.bundle.encode(given)
        except InputError as error:
            raise Problem(HTTPStatus.BAD_REQUEST, str(error)) from error
        binary = wants_binary(request, model.manifest.output.name)
        values = await service.predict(exchange, model, matrix)
        answer, raw = answer_of(model, request, values, binary=binary)
        encoded = encoder.encode(answer)
        if not binary:
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
    output = model.manifest.output.name
    return JSONResponse(
        {
            "name": model.manifest.name,
            "versions": [model.version],
            "platform": "onnxruntime_onnx",
            "inputs": [_tensor(column) for column in model.manifest.inputs],
            "outputs": [{"name": output, "datatype": "FP32", "shape": [-1]}],
        }
    )


def _tensor(column: Column) -> dict[str, Any]:
    datatype = "BYTES" if column.kind == "category" else "FP32"
    return {"name": column.name, "datatype": datatype, "shape": [-1]}


def check_name(model: Model, name: str, version: str | None) -> None:
    """Raise a `Problem` where another model than the one in use is asked for."""
    if name != model.manifest.name:
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no model {name!r}.")
    if version not in (None, model.version):
        raise Problem(HTTPStatus.NOT_FOUND, f"Version {version!r} is not in use.")


def answer_of(model: Model, request: InferRequest, values: list[float], *, binary: bool) -> tuple[InferResponse, bytes]:
    """Give the answer with some predictions of a model, and its binary part."""
    raw = np.asarray(values, dtype="<f4").tobytes() if binary else b""
    output = OutputTensor(
        name=model.manifest.output.name,
        datatype="FP32",
        shape=[len(values)],
        data=None if binary else values,
        parameters={"binary_data_size": len(raw)} if binary else {},
    )
    answer = InferResponse(
        model_name=model.manifest.name,
        model_version=model.version,
        outputs=[output],
        id=request.id,
    )
    return answer, raw
