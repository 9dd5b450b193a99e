"""The socket that clients connect to: lets in all who wait at once, and at the end nobody any more.

uvloop takes one connection in each turn of its loop, as libuv does (https://github.com/libuv/libuv/pull/3696). A turn
takes as long as the predictions of everybody who is in already, so of 64 clients that come together the last would
wait for 2,000 predictions.
"""

import asyncio
import ctypes
import errno
import logging
import select
import socket
import struct
import sys
from collections.abc import Callable

from road.core.errors import UserError
from road.serving.config import ServingSettings

log = logging.getLogger(__name__)

BACKLOG = 2048
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_PAUSE = 1.0  # seconds until connections are taken again after there was no room for one
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


class Listener:
    """Takes connections from a listening socket and gives each a protocol of its own."""

    def __init__(self, listening: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Begin to listen, on the loop that runs."""
        listening.setblocking(False)
        self._socket = listening
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[object]] = set()
        self._paused: asyncio.TimerHandle | None = None
        self._watch()

    @property
    def is_waited_at(self) -> bool:
        """Whether connections are made that nobody has taken yet."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    async def close(self) -> None:
        """Take no further connection; those that are taken have their protocol when this comes back."""
        self._loop.remove_reader(self._socket)
        if self._paused is not None:
            self._paused.cancel()
        if self._opening:
            await asyncio.wait(self._opening)

    def _watch(self) -> None:
        self._paused = None
        self._loop.add_reader(self._socket, self._accept)

    def _accept(self) -> None:
        """Take all connections that are there, so that who comes last waits no longer than who comes first."""
        for _ in range(BACKLOG):
            try:
                connection, _ = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                log.error("no room for a connection", extra={"reason": error.strerror})  # noqa: TRY400 - no fault
                self._loop.remove_reader(self._socket)
                self._paused = self._loop.call_later(_PAUSE, self._watch)
                return
            connection.setblocking(False)
            opening = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, connection))
            self._opening.add(opening)
            opening.add_done_callback(self._opened)

    def _opened(self, opening: asyncio.Task[object]) -> None:
        self._opening.discard(opening)
        if not opening.cancelled() and (error := opening.exception()) is not None:
            log.warning("connection lost", extra={"reason": str(error)})


def listen(settings: ServingSettings) -> socket.socket:
    """Open the socket that the settings name; `UserError` when it can't be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        raise UserError(f"can't listen on {settings.host}:{settings.port}: {error}") from error


def let_nobody_in(listening: socket.socket) -> None:
    """Have the kernel drop attempts to connect, so that closing the socket resets nobody.

    Connections that are made but not accepted would be reset with the requests that they
    carry. Who is dropped here tries again within a second, and finds the port closed.
    """
    if not sys.platform.startswith("linux"):
        return
    packed = b"".join(struct.pack("HBBI", *step) for step in _NO_NEW_CONNECTIONS)
    program = ctypes.create_string_buffer(packed)
    pointer = struct.pack("HP", len(_NO_NEW_CONNECTIONS), ctypes.addressof(program))
    listening.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, pointer)
