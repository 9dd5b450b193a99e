"""Turns requests away before they cost anything when the queue is full, and gives up on slow ones.

Under twice the load that can be served, an answer of 503 must cost far less than a prediction:
here it takes a look at the bytes and one write, before a parser, a task or a route is involved.
"""

import re
from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .admission import Admission
from .problems import TYPE, Problem

_PREDICTIONS = (b"POST /predict ", b"POST /v2/models/")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,9}) *(?=\r\n)", re.IGNORECASE)
_OTHER_FRAMING = re.compile(rb"\r\n(transfer-encoding|expect|connection) *:", re.IGNORECASE)


def make_protocol(admission: Admission) -> type[HttpToolsProtocol]:
    """Give the protocol class for one server."""
    slow = Problem(HTTPStatus.REQUEST_TIMEOUT, "The request came too slowly.")
    answers = {
        "busy": _response(admission.busy(), b"keep-alive"),
        "slow": _response(slow, b"close"),
    }
    return type("Protocol", (LimitedProtocol,), {"admission": admission, **answers})


class LimitedProtocol(HttpToolsProtocol):
    """Answers 503 at once where that is safe, and waits for no slow request for long."""

    admission: Admission
    busy: bytes
    slow: bytes
    slow_timer: TimerHandle | None = None
    incomplete = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Give up on a connection that says nothing."""
        super().connection_made(transport)
        self._stay_open()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Look at the first bytes of a request; everything else is as it was."""
        if not self.incomplete and data.startswith(_PREDICTIONS):
            if self.admission.full and self._may_be_turned_away(data):
                self.admission.rejected += 1
                self.transport.write(self.busy)
                self._stay_open()
                return
            self.admission.arrive(self.loop)
        super().data_received(data)
        if not self.incomplete:
            self._stop_timer()
        elif self.slow_timer is None:
            self.slow_timer = self.loop.call_later(self.admission.deadline, self._give_up)

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self.incomplete = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Note that it has come to its end."""
        self.incomplete = False
        super().on_message_complete()

    def _may_be_turned_away(self, data: bytes) -> bool:
        return not self.admission.draining and self._is_free() and is_whole(data)

    def _is_free(self) -> bool:
        """Whether nothing else is to be answered first on this connection."""
        return self.cycle is None or self.cycle.response_complete

    def _give_up(self) -> None:
        if self._is_free() or not self.cycle.response_started:
            self.transport.write(self.slow)
        self.transport.close()

    def _stop_timer(self) -> None:
        if self.slow_timer is not None:
            self.slow_timer.cancel()
            self.slow_timer = None

    def _stay_open(self) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )


def is_whole(data: bytes) -> bool:
    """Whether the bytes are one request, all of it and nothing else, framed in the plain way."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = data[: end + 2]
    lengths = _LENGTH.findall(head)
    return (
        len(lengths) == 1
        and end + 4 + int(lengths[0]) == len(data)
        and _OTHER_FRAMING.search(head) is None
    )


def _response(problem: Problem, connection: bytes) -> bytes:
    body = problem.body("-", error=True)
    headers = [
        (b"content-type", TYPE),
        (b"content-length", b"%d" % len(body)),
        (b"connection", connection),
        *problem.headers,
    ]
    lines = [b"HTTP/1.1 %d %s" % (problem.status, problem.status.phrase.encode())]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*lines, b"", body])
