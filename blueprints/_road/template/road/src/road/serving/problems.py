"""Errors as problem details (RFC 9457): what was wrong and where, never a traceback."""

import re
from http import HTTPStatus

import msgspec

TYPE = b"application/problem+json"
MISTAKE = "The server made a mistake."
_BLAMED = re.compile(r"Object (?:contains unknown|missing required) field `(.*)`", re.DOTALL)


class Error(msgspec.Struct, frozen=True):
    """One thing that is wrong with a body, and the JSON Pointer to it."""

    pointer: str
    detail: str


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong; `instance` is the id of the request, `error` is for /v2 clients."""

    title: str
    status: int
    detail: str
    instance: str
    type: str = "about:blank"
    errors: list[Error] = []
    error: str = ""


class Problem(Exception):  # noqa: N818 - the standard's word
    """An answer that is not the one asked for."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        errors: tuple[Error, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        """Take what the client is told."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers: list[tuple[bytes, bytes]] = []
        if retry_after is not None:
            self.headers.append((b"retry-after", str(retry_after).encode()))

    def body(self, request_id: str, *, error: bool = False) -> bytes:
        """Give the JSON; with `error` as clients of the Open Inference Protocol read it."""
        details = ProblemDetails(
            title=self.status.phrase,
            status=self.status,
            detail=self.detail,
            instance=f"urn:request:{request_id}",
            errors=list(self.errors),
            error=self.detail if error else "",
        )
        return msgspec.json.encode(details)


def of_body(error: msgspec.DecodeError | UnicodeDecodeError | RecursionError) -> Problem:
    """What a body that can't be decoded is answered with; the field is named."""
    if isinstance(error, msgspec.ValidationError):
        detail, _, path = str(error).partition(" - at ")
        errors = (Error(pointer=_pointer(path) + _field(detail), detail=detail),)
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=errors)
    return Problem(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {_reason(error)}")


def of_status(status: int, detail: str) -> Problem:
    """The problem for a plain HTTP status."""
    return Problem(HTTPStatus(status), detail)


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _pointer(path: str) -> str:
    """`$.rows[0].size` as the JSON Pointer `/rows/0/size`."""
    inner = path.strip("`").removeprefix("$").removeprefix("key in ")
    return re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", inner).replace(".", "/")


def _field(detail: str) -> str:
    """The last step of a pointer, where an object is blamed for a missing or unknown field."""
    found = _BLAMED.match(detail)
    return "/" + found.group(1).replace("~", "~0").replace("/", "~1") if found else ""
