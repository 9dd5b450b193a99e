"""Runs the server: swaps the model on SIGHUP, leaves on SIGTERM without losing a request."""

import asyncio
import ctypes
import logging
import select
import signal
import socket
import struct
import sys
import time
from types import FrameType

import uvicorn

from road.core.brief import Brief
from road.core.errors import UserError
from road.serving.app import create_app
from road.serving.config import ServingSettings
from road.serving.protocol import make_protocol
from road.serving.service import Service

log = logging.getLogger(__name__)

_CLOSE = (b"connection", b"close")
_BACKLOG = 2048
_SWITCH = 0.0005  # seconds for which a thread may keep the interpreter while another waits for it
_LINGER = 2.0  # seconds that a connection without a request may stay open at the end
_HANDSHAKE = 0.1  # seconds that a client may take to complete a connection it has begun
_ATTACH_FILTER = 26  # SO_ATTACH_FILTER of Linux, which Python has no name for
# A program of the kernel's packet filter: of a TCP header's flags, in byte 13, look at SYN and ACK,
# drop what has SYN alone, which asks for a new connection, and keep everything else whole. It must
# keep the rest: a connection that is being made gets the filter of its listener for good.
_NO_NEW_CONNECTIONS = (
    (0x30, 0, 0, 13),
    (0x54, 0, 0, 0x12),
    (0x15, 0, 1, 0x02),
    (0x06, 0, 0, 0),
    (0x06, 0, 0, 0xFFFFFFFF),
)


def serve(settings: ServingSettings, brief: Brief) -> None:
    """Serve until a signal ends it."""
    sys.setswitchinterval(_SWITCH)  # predictions aside, the log and a scrape share it with requests
    service = Service(settings, brief)
    config = uvicorn.Config(
        create_app(service),
        loop="uvloop",
        http=make_protocol(service.admission),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # what matters of it is said here
    DrainingServer(config, service).run(sockets=[_listen(settings)])


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

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer requests, and say where."""
        await super().startup(sockets)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._refresh)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
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
        for listener in sockets or []:
            let_nobody_in(listener)
        until = time.monotonic() + _HANDSHAKE
        while time.monotonic() < until or any(map(_is_waited_at, sockets or [])):
            if self.force_exit:
                break
            await asyncio.sleep(0.001)  # the loop takes the connections that are made already
        for server in self.servers:
            server.close()
        until = time.monotonic() + _LINGER
        while state.connections and time.monotonic() < until and not self.force_exit:
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)
        log.info("stopped")

    def _refresh(self) -> None:
        self._refreshing = asyncio.ensure_future(self._service.champion.refresh())


def let_nobody_in(listener: socket.socket) -> None:
    """Have the kernel drop attempts to connect, so that closing the socket resets nobody.

    Connections that are made but not accepted would be reset with the requests that they
    carry. Who is dropped here tries again within a second, and finds the port closed.
    """
    if not sys.platform.startswith("linux"):
        return
    packed = b"".join(struct.pack("HBBI", *step) for step in _NO_NEW_CONNECTIONS)
    program = ctypes.create_string_buffer(packed)
    pointer = struct.pack("HP", len(_NO_NEW_CONNECTIONS), ctypes.addressof(program))
    listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, pointer)


def _listen(settings: ServingSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        return socket.create_server(address, family=family, backlog=_BACKLOG)
    except OSError as error:
        raise UserError(f"can't listen on {settings.host}:{settings.port}: {error}") from error


def _is_waited_at(listener: socket.socket) -> bool:
    """Whether connections are made that nobody has accepted yet."""
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    return bool(poll.poll(0))
