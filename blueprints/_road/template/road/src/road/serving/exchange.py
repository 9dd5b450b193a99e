"""One request and its answer on the hot road, as ASGI messages: id, body within limits, answer."""

import itertools
import secrets
import time
import zlib
from http import HTTPStatus

from starlette.types import Message, Receive, Scope, Send

from road.serving.problems import TYPE, Problem

JSON = b"application/json"
CALLER = "caller"
"""Where the name of the caller stands in the state of a request's scope."""
_ID_CHARACTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
_LONGEST_ID = 64
_PROCESS = secrets.token_hex(4)
_numbers = itertools.count(1)


class Exchange:
    """A request being answered."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin: note the time, the headers that matter and the id."""
        self.started = time.perf_counter()
        self.scope = scope
        self._receive = receive
        self._send = send
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.id = _request_id(self.headers.get(b"x-request-id"))

    @property
    def caller(self) -> str | None:
        """Who asks, where the project has a hook that tells it."""
        name: str | None = self.scope.get("state", {}).get(CALLER)
        return name

    async def first(self, limit: int) -> tuple[bytes, bool]:
        """Read what has come of the body, and tell whether there is more."""
        stated = self.headers.get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > limit:
            raise too_long(limit)
        return await self._next()

    async def rest(self, content: bytes, limit: int) -> bytes:
        """Read the rest of the body; `Problem` when it is too long."""
        parts, length, more = [content], len(content), True
        while more and length <= limit:
            part, more = await self._next()
            parts.append(part)
            length += len(part)
        return b"".join(parts)

    def unpacked(self, content: bytes, limit: int) -> bytes:
        """The body as it was before it was packed; `Problem` when it is too long."""
        if len(content) > limit:
            raise too_long(limit)
        encoding = self.headers.get(b"content-encoding")
        if encoding is None or encoding == b"identity":
            return content
        return _unpacked(content, encoding, limit)

    async def answer(
        self,
        body: bytes,
        status: int = 200,
        content_type: bytes = JSON,
        headers: list[tuple[bytes, bytes]] | None = None,
    ) -> None:
        """Send the answer."""
        start: Message = {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", b"%d" % len(body)),
                (b"x-request-id", self.id.encode()),
                *(headers or ()),
            ],
        }
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, problem: Problem, *, error: bool = False) -> None:
        """Send a problem; a body that wasn't read to its end ends the connection."""
        headers = problem.headers
        if problem.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            headers = [*headers, (b"connection", b"close")]
        await self.answer(problem.body(self.id, error=error), problem.status, TYPE, headers)

    async def _next(self) -> tuple[bytes, bool]:
        """Read a part of the body; the protocol ends the connection when it comes too slowly."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Problem(HTTPStatus.REQUEST_TIMEOUT, "The body did not come to its end.")
        return message.get("body", b""), message.get("more_body", False)


def _request_id(given: bytes | None) -> str:
    """The client's id where it is harmless in a log, else one of our own."""
    if given and len(given) <= _LONGEST_ID and _ID_CHARACTERS.issuperset(given):
        return given.decode()
    return f"{_PROCESS}-{next(_numbers):x}"


def _unpacked(content: bytes, encoding: bytes, limit: int) -> bytes:
    if encoding not in (b"gzip", b"deflate"):
        raise unknown_packing()
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # either, by its header
    try:
        unpacked = unpacker.decompress(content, limit + 1)
    except zlib.error as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"The body can't be unpacked: {error}") from error
    if len(unpacked) > limit:
        raise too_long(limit)
    if not unpacker.eof:
        raise Problem(HTTPStatus.BAD_REQUEST, "The body can't be unpacked: it ends too early.")
    return unpacked


def too_long(limit: int) -> Problem:
    """The answer for a body that is longer than the limit, packed or unpacked."""
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is longer than {limit} bytes, the limit.")


def unknown_packing() -> Problem:
    """The answer for a body that is packed in a way that isn't known here."""
    return Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding: only gzip or deflate.")
