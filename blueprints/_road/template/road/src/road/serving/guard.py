"""Asks the project's hook `authenticate` who sends a request, before anything else is done for it."""

import logging
import time
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from road.serving.exchange import CALLER, Exchange
from road.serving.hooks import Authenticate, RefusedError
from road.serving.problems import MISTAKE, Problem
from road.serving.service import Service

log = logging.getLogger(__name__)

ROUTE = "authenticate"
FREE = frozenset({"/health/live", "/health/ready", "/metrics", "/v2/health/live", "/v2/health/ready"})


class Guard:
    """An ASGI application that lets in whom the hook knows; probes and metrics are free to everybody.

    A request that finds the queue full gets 503 by `protocol` before this is asked.
    """

    def __init__(self, app: ASGIApp, service: Service, authenticate: Authenticate) -> None:
        """Stand before an application."""
        self._app = app
        self._authenticate = authenticate
        self._observe = service.metrics.route(ROUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that it isn't taken."""
        if scope["type"] != "http" or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        problem = self._problem(scope, exchange)
        if problem is None:
            await self._app(scope, receive, send)
            return
        await exchange.refuse(problem, error=True)
        self._observe(problem.status, time.perf_counter() - exchange.started)

    def _problem(self, scope: Scope, exchange: Exchange) -> Problem | None:
        """Note the caller's name, or say why the request isn't taken."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            scope.setdefault("state", {})[CALLER] = self._authenticate(headers, scope["path"])
        except RefusedError as refused:
            return refusal(refused)
        except Exception:  # a fault of the hook: nobody is let in by it
            log.exception("authenticate failed", extra={"request_id": exchange.id})
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, MISTAKE)
        return None


def refusal(refused: RefusedError) -> Problem:
    """The answer for a request that the hook refuses."""
    problem = Problem(HTTPStatus(refused.status), refused.detail)
    problem.headers.append((b"www-authenticate", refused.challenge.encode("latin-1")))
    return problem
