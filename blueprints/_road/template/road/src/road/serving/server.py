"""Runs the server: swaps the model on SIGHUP, leaves on SIGTERM without losing a request."""

import asyncio
import logging
import signal
import socket
import sys
import time
from types import FrameType

import uvicorn

from road.core.repository import Repository
from road.serving.app import assemble
from road.serving.config import ServingSettings
from road.serving.listening import BACKLOG, Listener, let_nobody_in, listen
from road.serving.protocol import make_protocol
from road.serving.service import Service

log = logging.getLogger(__name__)

_CLOSE = (b"connection", b"close")
_SWITCH = 0.0005  # seconds for which a thread may keep the interpreter while another waits for it
_LINGER = 2.0  # seconds that a connection without a request may stay open at the end
_HANDSHAKE = 0.1  # seconds that a client may take to complete a connection it has begun


def serve(repository: Repository[ServingSettings]) -> None:
    """Serve until a signal ends it."""
    sys.setswitchinterval(_SWITCH)  # predictions aside, the log and a scrape share it with requests
    service = Service(repository)
    settings = repository.settings
    config = uvicorn.Config(
        assemble(service),
        loop="uvloop",
        http=make_protocol(service.admission),
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # what matters of it is said here
    DrainingServer(config, service).run(sockets=[listen(settings)])


class DrainingServer(uvicorn.Server):
    """Goes on answering for a while after SIGTERM, then stops.

    A load balancer needs a moment to notice that a server isn't ready any more, and a client
    with an open connection must be told to leave it: each answer in that time closes its own.
    """

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        """Serve one service."""
        super().__init__(config)
        self._service = service
        self._drain_until = 0.0
        self._listeners: list[Listener] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer requests, and say where."""
        await super().startup(sockets=[])  # connections are taken here, not by uvicorn
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._refresh)
        for listening in sockets or []:
            self._listeners.append(Listener(listening, self._protocol))
            host, port = listening.getsockname()[:2]
            version = self._service.champion.model.version
            log.info("serving", extra={"host": host, "port": port, "version": version})

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave: after the drain on SIGTERM, sooner from a terminal or when asked again."""
        if self.should_exit:
            self.force_exit = sig == signal.SIGINT
            self._drain_until = 0.0
            return
        seconds = self._service.settings.drain_seconds if sig == signal.SIGTERM else 0.0
        self._drain_until = time.monotonic() + seconds
        self._service.admission.draining = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, let nobody in, answer who is in, then stop as uvicorn does."""
        state = self.server_state
        log.info("draining", extra={"connections": len(state.connections)})
        state.default_headers = [*state.default_headers, _CLOSE]
        while time.monotonic() < self._drain_until:
            await asyncio.sleep(0.05)
        for listening in sockets or []:
            let_nobody_in(listening)
        until = time.monotonic() + _HANDSHAKE
        while time.monotonic() < until or any(one.is_waited_at for one in self._listeners):
            if self.force_exit:
                break
            await asyncio.sleep(0.001)  # the loop takes the connections that are made already
        for listener in self._listeners:
            await listener.close()
        until = time.monotonic() + _LINGER
        while state.connections and time.monotonic() < until and not self.force_exit:
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)
        log.info("stopped")

    def _protocol(self) -> asyncio.Protocol:
        """Make what answers one connection, as uvicorn does."""
        kind = self.config.http_protocol_class
        made: asyncio.Protocol = kind(  # type: ignore[call-arg]  # the signature of HttpToolsProtocol
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    def _refresh(self) -> None:
        self._refreshing = asyncio.ensure_future(self._service.champion.refresh())
