"""Turns requests away before they cost anything when the queue is full, and gives up on slow ones.

Under twice the load that can be served, an answer of 503 must cost far less than a prediction:
here it takes a look at the bytes and one write, before a parser, a task or a route is involved, and
before middleware and `authenticate` of the project are asked. Who is turned away learns nothing by it.
"""

import os
from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from road.serving.admission import Admission
from road.serving.problems import TYPE, Problem

_PREDICTIONS = (b"POST /predict HTTP/1.1\r\n", b"POST /v2/models/")
_LENGTH = b"\r\ncontent-length:"
_OTHER_FRAMING = (b"\r\ntransfer-encoding", b"\r\nexpect", b"\r\nconnection")
_LONGEST_HEAD = 65_536
_DIGITS = 9  # of a length that is looked at here


def make_protocol(admission: Admission) -> type[HttpToolsProtocol]:
    """Give the protocol class for one server."""
    malformed = Problem(HTTPStatus.BAD_REQUEST, "This is no HTTP request.")
    answers = {
        "busy": _response(admission.busy(), b"keep-alive"),
        "slow": _response(too_slow(), b"close"),
        "malformed": _response(malformed, b"close"),
        "long": _response(head_too_long(), b"close"),
    }
    return type("Protocol", (LimitedProtocol,), {"admission": admission, **answers})


class LimitedProtocol(HttpToolsProtocol):
    """Answers 503 at once where that is safe, and waits for no slow request for long."""

    admission: Admission
    busy: bytes
    slow: bytes
    malformed: bytes
    long: bytes
    file: int | None = None
    refused_at = 0.0
    slow_timer: TimerHandle | None = None
    incomplete = False
    in_head = False
    head_size = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Give up on a connection that says nothing."""
        super().connection_made(transport)
        if transport.get_extra_info("sslcontext") is None:
            self.file = transport.get_extra_info("socket").fileno()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self.file = None
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Look at the first bytes of a request; everything else is as it was."""
        if not self.incomplete and data.startswith(_PREDICTIONS):
            if self.admission.full and self._may_be_turned_away(data):
                self.admission.overflow(self.loop)
                self.refused_at = self.loop.time()
                self._write_at_once(self.busy)
                return
            self.admission.arrive(self.loop)
        if self._is_head_too_long(data):
            self.transport.write(self.long)
            self.transport.close()
            return
        super().data_received(data)
        if not self.incomplete:
            self._stop_timer()
        elif self.slow_timer is None:
            self.slow_timer = self.loop.call_later(self.admission.deadline, self._give_up)

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self.incomplete = self.in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that its body comes next."""
        self.in_head = False
        self.head_size = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that it has come to its end."""
        self.incomplete = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request as everything else is answered."""
        self.transport.write(self.malformed)
        self.transport.close()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; being turned away counts as use."""
        left = self.refused_at + self.timeout_keep_alive - self.loop.time()
        if self.refused_at and left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
            return
        super().timeout_keep_alive_handler()

    def _may_be_turned_away(self, data: bytes) -> bool:
        return not self.admission.draining and self._is_free() and is_whole(data)

    def _is_free(self) -> bool:
        """Whether nothing else is to be answered first on this connection."""
        return self.cycle is None or self.cycle.response_complete

    def _write_at_once(self, data: bytes) -> None:
        """Write before the loop goes on to the predictions that are due, where that is safe."""
        if self.file is None or self.transport.get_write_buffer_size():
            self.transport.write(data)
            return
        try:
            written = os.write(self.file, data)
        except BlockingIOError:
            written = 0
        except OSError:
            return  # the client is gone; the transport will notice
        if written < len(data):
            self.transport.write(data[written:])

    def _is_head_too_long(self, data: bytes) -> bool:
        if self.in_head:
            self.head_size += len(data)
            return self.head_size > _LONGEST_HEAD
        if self.incomplete or len(data) <= _LONGEST_HEAD:
            self.head_size = len(data)
            return False
        return data.find(b"\r\n\r\n", 0, _LONGEST_HEAD) < 0

    def _give_up(self) -> None:
        if not self._is_answered():
            self.transport.write(self.slow)
        self.transport.close()

    def _is_answered(self) -> bool:
        """Whether an answer has begun to the request that doesn't end; before its head has ended it has none."""
        if self.in_head and self._is_free():
            return False
        return self.cycle is not None and self.cycle.response_started

    def _stop_timer(self) -> None:
        if self.slow_timer is not None:
            self.slow_timer.cancel()
            self.slow_timer = None


def too_slow() -> Problem:
    """The answer for a request that doesn't come to its end in time."""
    return Problem(HTTPStatus.REQUEST_TIMEOUT, "The request came too slowly.")


def head_too_long() -> Problem:
    """The answer for a head without end."""
    return Problem(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        f"The head of the request is longer than {_LONGEST_HEAD} bytes, the limit.",
    )


def body_of(problem: Problem) -> bytes:
    """What is sent of a problem here, where no request has an id yet, and none has a route."""
    return problem.body("-", error=True)


def is_whole(data: bytes) -> bool:
    """Whether the bytes are one request, all of it and nothing else, framed in the plain way."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = data[: end + 2].lower()
    _, stated, after = head.partition(_LENGTH)
    digits = after.partition(b"\r\n")[0].strip()
    return (
        bool(stated)
        and len(digits) <= _DIGITS
        and digits.isdigit()
        and end + 4 + int(digits) == len(data)
        and _LENGTH not in after
        and not any(framing in head for framing in _OTHER_FRAMING)
    )


def _response(problem: Problem, connection: bytes) -> bytes:
    body = body_of(problem)
    headers = [
        (b"content-type", TYPE),
        (b"content-length", b"%d" % len(body)),
        (b"connection", connection),
        *problem.headers,
    ]
    lines = [b"HTTP/1.1 %d %s" % (problem.status, problem.status.phrase.encode())]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*lines, b"", body])
