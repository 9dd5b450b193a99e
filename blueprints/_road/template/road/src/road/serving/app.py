"""Puts the application together: hot routes first, then what FastAPI answers, then the project's hooks around it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from road.core.errors import UserError
from road.serving import inference, page, predict
from road.serving.guard import Guard
from road.serving.openapi import describe
from road.serving.problems import MISTAKE, TYPE, of_status
from road.serving.service import Service

log = logging.getLogger(__name__)

# Traces are made by `tracing`, and only when asked for; looking for them again costs each request.
_SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}


class Shortcut:
    """An ASGI application that sends `POST /predict` straight to its endpoint, past what FastAPI does for each request.

    That is a third of the time which a request of one row takes in Python beside the protocol.
    """

    def __init__(self, app: ASGIApp, hot: ASGIApp) -> None:
        """Stand before an application, which knows the hot route too."""
        self._app = app
        self._hot = hot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        is_hot = scope["type"] == "http" and scope["path"] == predict.ROUTE and scope["method"] == "POST"
        await (self._hot if is_hot else self._app)(scope, receive, send)


def assemble(service: Service) -> ASGIApp:
    """Give the whole application: with `authenticate` around it and the middleware around both, where declared."""
    hot = predict.predict_endpoint(service)
    app: ASGIApp = Shortcut(create_app(service, hot), hot)
    if service.hooks.authenticate is not None:
        app = Guard(app, service, service.hooks.authenticate)
    for put_around in reversed(service.hooks.middleware):
        app = put_around(app)
        if not callable(app):
            raise UserError(f"project.yaml: middleware: {put_around} gave {app!r}, which is no ASGI application")
    return app


def create_app(service: Service, hot: ASGIApp) -> FastAPI:
    """Give the application for a service whose model is loaded and warm, without the project's hooks.

    `hot` is the endpoint of the typed route.
    """
    app = FastAPI(
        title=service.brief.project,
        lifespan=_lifespan(service),
        telemetry=_SILENT,
        redirect_slashes=False,  # would send clients to whatever host they name
        docs_url=None,  # these pages load scripts from a public host; `page` is ours
        redoc_url=None,
    )
    app.state.service = service
    _add_operations(app, service)
    app.include_router(inference.metadata_router(service))
    infer = inference.infer_endpoint(service)
    # First in the list, so that no other route is tried before them.
    app.router.routes[:0] = [
        Route(predict.ROUTE, hot, methods=["POST"]),
        Route(inference.ROUTE, infer, methods=["POST"]),
        Route(inference.VERSION_ROUTE, infer, methods=["POST"]),
    ]
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(Exception, _fail)
    app.openapi = lambda: describe(app, service)  # type: ignore[method-assign]  # FastAPI's own way
    return app


def _add_operations(app: FastAPI, service: Service) -> None:
    @app.head("/health/live", include_in_schema=False)
    @app.get("/health/live", tags=["Operations"], summary="Whether the process works")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.head("/health/ready", include_in_schema=False)
    @app.get("/health/ready", tags=["Operations"], summary="Whether requests should be sent here")
    async def ready() -> JSONResponse:
        version = service.champion.model.version
        if service.ready:
            return JSONResponse({"status": "ready", "version": version})
        return JSONResponse({"status": "draining", "version": version}, 503)

    @app.get("/metrics", tags=["Operations"], summary="Metrics for Prometheus", response_class=PlainTextResponse)
    async def metrics() -> Response:
        content = await asyncio.to_thread(service.metrics.exposition)
        return Response(content, media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get(page.ROUTE, include_in_schema=False)
    async def docs() -> Response:
        return Response(page.render(app.openapi()), headers=page.HEADERS, media_type="text/html")


def _lifespan(service: Service) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watching = None
        if service.settings.watch_seconds:
            watching = asyncio.create_task(service.champion.watch())
        yield
        if watching is not None:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        await asyncio.to_thread(service.close)

    return lifespan


async def _refuse(request: Request, error: Exception) -> Response:
    """Answer what no route takes."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    problem = of_status(status, f"{request.method} {request.url.path} is not served here.")
    return Response(problem.body("-", error=True), status, headers, media_type=TYPE.decode())


async def _fail(request: Request, error: Exception) -> Response:
    """Answer a fault of ours; the traceback goes to the log, not to the client."""
    request_id = request.headers.get("x-request-id", "-")[:64]
    log.error("request failed", extra={"route": request.url.path, "kind": type(error).__name__})
    problem = of_status(HTTPStatus.INTERNAL_SERVER_ERROR, MISTAKE)
    return Response(problem.body(request_id, error=True), 500, media_type=TYPE.decode())
