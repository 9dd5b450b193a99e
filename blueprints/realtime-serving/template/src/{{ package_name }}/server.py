"""Runs the server: swaps the model on SIGHUP, leaves on SIGTERM without losing a request."""

import asyncio
import logging
import signal
import socket
import time
from types import FrameType

import uvicorn

from .app import create_app
from .brief import Brief
from .config import ServingSettings
from .protocol import make_protocol
from .service import Service

log = logging.getLogger(__name__)

_CLOSE = (b"connection", b"close")


def serve(settings: ServingSettings, brief: Brief) -> None:
    """Serve until a signal ends it."""
    service = Service(settings, brief)
    config = uvicorn.Config(
        create_app(service),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=make_protocol(service.admission),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=2048,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # what matters of it is said here
    DrainingServer(config, service).run()


class DrainingServer(uvicorn.Server):
    """Goes on answering for a while after SIGTERM, then stops.

    A load balancer needs a moment to notice that a server isn't ready any more, and a client
    with an open connection must be told to leave it: each answer in that time closes its own.
    """

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        """Serve one service."""
        super().__init__(config)
        self._service = service
        self._drain_until: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say where."""
        await super().startup(sockets)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._refresh)
        for server in self.servers:
            for listener in server.sockets:
                host, port = listener.getsockname()[:2]
                log.info("listening", extra={"host": host, "port": port})

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave: at once when asked twice or from a terminal, after the drain otherwise."""
        if self.should_exit:
            self.force_exit = sig == signal.SIGINT
            self._drain_until = 0.0
            return
        seconds = self._service.settings.drain_seconds if sig == signal.SIGTERM else 0.0
        self._drain_until = time.monotonic() + seconds
        self._service.admission.draining = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, take what is still in the backlog, then stop as uvicorn does."""
        log.info("draining", extra={"connections": len(self.server_state.connections)})
        headers = [*self.server_state.default_headers, _CLOSE]
        self.server_state.default_headers = headers
        while time.monotonic() < (self._drain_until or 0.0):
            await asyncio.sleep(0.05)
        await self._empty_backlog()
        await super().shutdown(sockets)
        log.info("stopped")

    async def _empty_backlog(self) -> None:
        """Take the connections that the kernel has made and nobody has accepted yet.

        Closing the listening socket would reset them, with the requests that they carry.
        """
        # One more turn of the loop accepts all that wait; a request on each is read in the next.
        for _ in range(2):
            await asyncio.sleep(0)

    def _refresh(self) -> None:
        self._refreshing = asyncio.ensure_future(self._service.champion.refresh())
