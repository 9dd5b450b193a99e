"""What all routes share: model, admission, metrics, logs, traces, and one way to answer."""

import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from math import isfinite

import msgspec
import numpy as np
from numpy.typing import NDArray
from starlette.types import Receive, Scope, Send

from road.core.predictions import Predictions
from road.core.repository import Repository
from road.serving.admission import Admission
from road.serving.champion import Champion
from road.serving.config import ServingSettings
from road.serving.exchange import Exchange
from road.serving.hooks import Hooks
from road.serving.metrics import Metrics
from road.serving.model import Model, no_number
from road.serving.prediction_log import PredictionLog
from road.serving.problems import MISTAKE, Problem, of_body, of_status
from road.serving.tracing import Tracer, start_tracing

log = logging.getLogger(__name__)

Handler = Callable[[Exchange], Awaitable[None]]


class Service:
    """The parts of a running server."""

    def __init__(self, repository: Repository[ServingSettings]) -> None:
        """Load hooks and model and make the parts; `UserError` when no model may be served."""
        self.settings = settings = repository.settings
        self.brief = repository.brief
        self.hooks = Hooks.of(repository.project)
        self.champion = Champion(repository)
        self.admission = Admission(settings)
        self.log = PredictionLog(settings) if settings.prediction_log else None
        self.metrics = Metrics(self.champion, self.admission, self.log)
        self.tracer: Tracer | None = start_tracing(settings, self.brief.project)

    @property
    def ready(self) -> bool:
        """Whether requests should be sent here: the model is warm and the server isn't leaving."""
        return not self.admission.draining

    async def read(self, exchange: Exchange) -> bytes:
        """Read a request's body within the limits."""
        limit = self.settings.max_body_bytes
        content, more = await exchange.first(limit)
        if more:
            with self.admission.reading():
                content = await exchange.rest(content, limit)
            self.admission.enter()
        return exchange.unpacked(content, limit)

    async def predict(self, exchange: Exchange, model: Model, matrix: NDArray[np.float32]) -> Predictions:
        """Predict and take note of it; `Problem` when that isn't possible, or not in time."""
        answer = await self.admission.predict(model, matrix, exchange.started)
        predicted = model.decide(answer)
        values: list[float] = predicted.values.tolist()
        if not isfinite(sum(values) if predicted.probabilities is None else answer.sum()):
            problem = no_number(model, matrix, answer)
            if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
                log.error("the model gave no number", extra={"request_id": exchange.id})
            raise problem
        model.window.add(matrix, predicted.values)
        self.metrics.predicted(values, predicted.labels)
        if self.log is not None:
            self.log.put(model, exchange.id, matrix, predicted)
        return predicted

    def close(self) -> None:
        """Write what is waiting to be written and let go of threads."""
        self.admission.close()
        if self.log is not None:
            self.log.close()
        if self.tracer is not None:
            self.tracer.close()


class Endpoint:
    """An ASGI application for one hot route: answers, or says what is wrong, and measures."""

    def __init__(self, service: Service, route: str, handler: Handler, *, error: bool) -> None:
        """Serve `route` by `handler`; with `error`, problems carry what /v2 clients read."""
        self._service = service
        self._route = route
        self._handler = handler
        self._error = error
        self._observe = service.metrics.route(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = Exchange(scope, receive, send)
        tracer = self._service.tracer
        if tracer is None or not tracer.wants(exchange.headers):
            status = await self._answer(exchange)
        else:
            with tracer.span(self._route, exchange.headers, exchange.id) as span:
                status = await self._answer(exchange)
                span.set_attribute("http.response.status_code", status)
        seconds = time.perf_counter() - exchange.started
        self._observe(status, seconds)
        if self._service.settings.access_log:
            self._log(exchange, status, seconds)

    async def _answer(self, exchange: Exchange) -> int:
        try:
            await self._handler(exchange)
        except Problem as problem:
            await exchange.refuse(problem, error=self._error)
            return problem.status
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            malformed = of_body(error)
            await exchange.refuse(malformed, error=self._error)
            return malformed.status
        except Exception:  # a fault of ours or the model's: counted, logged, and told to nobody
            log.exception("request failed", extra={"request_id": exchange.id, "route": self._route})
            fault = of_status(HTTPStatus.INTERNAL_SERVER_ERROR, MISTAKE)
            await exchange.refuse(fault, error=self._error)
            return fault.status
        return HTTPStatus.OK

    def _log(self, exchange: Exchange, status: int, seconds: float) -> None:
        """Say that a request was answered; nothing of what was in it."""
        extra: dict[str, object] = {
            "request_id": exchange.id,
            "route": self._route,
            "status": int(status),
            "ms": round(seconds * 1000, 3),
        }
        if exchange.caller is not None:
            extra["caller"] = exchange.caller
        log.info("request", extra=extra)
