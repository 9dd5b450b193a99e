"""Turns requests away before they cost anything, when the queue is full.

Under twice the load that can be served, an answer of 503 must cost far less than a prediction:
here it takes a look at the bytes and one write, before a parser, a task or a route is involved.
"""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .admission import Admission
from .problems import TYPE

_PREDICTIONS = (b"POST /predict ", b"POST /v2/models/")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,9}) *\r\n", re.IGNORECASE)
_OTHER_FRAMING = re.compile(rb"\r\n(transfer-encoding|expect|connection) *:", re.IGNORECASE)


def make_protocol(admission: Admission) -> type[HttpToolsProtocol]:
    """Give the protocol class for one server."""
    problem = admission.turn_away()
    admission.rejected -= 1  # nobody was turned away, it was asked for its words
    headers = [(b"content-type", TYPE), *problem.headers]
    refusal = _response(headers, problem.body("-", error=True))

    class SheddingProtocol(HttpToolsProtocol):
        """Answers 503 at once where that is safe, and counts what it lets through."""

        def data_received(self, data: bytes) -> None:
            """Look at the first bytes of a request; everything else is as it was."""
            if data.startswith(_PREDICTIONS) and self._between_requests():
                if admission.full and not admission.draining and is_whole(data):
                    admission.rejected += 1
                    self.transport.write(refusal)
                    self._stay_open()
                    return
                admission.arrive(self.loop)
            super().data_received(data)

        def _between_requests(self) -> bool:
            return self.cycle is None or self.cycle.response_complete

        def _stay_open(self) -> None:
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    return SheddingProtocol


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


def _response(headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = [b"HTTP/1.1 503 Service Unavailable"]
    lines += [name + b": " + value for name, value in headers]
    lines += [b"content-length: %d" % len(body), b"", body]
    return b"\r\n".join(lines)
