"""Where the project's own Python gets into the server: what stands around it, and who may ask it.

`project.yaml` names the functions under `middleware` and `authenticate`; without them nothing of this runs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from starlette.types import ASGIApp

from road.core.hooks import load_hook
from road.core.project import Project

_BEARER = "Bearer"
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


class Middleware(Protocol):
    """Hook `middleware`: puts something around the whole application."""

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Give an ASGI application that calls `app`; called once, when the server starts.

        It is asked for everything: predictions, probes, metrics, and the beginning and end of the server (the scope
        `lifespan`), which it has to pass on. An error that it lets out ends the request with 500.
        """


class Authenticate(Protocol):
    """Hook `authenticate`: says who asks, or refuses."""

    def __call__(self, headers: Mapping[str, str], path: str) -> str:
        """Give the caller's name, as the access log is to have it.

        `headers` are those of the request by their names in small letters; of one that came twice, the last. `path`
        is the path without its query, decoded. Called before the body is read, on the event loop: it may not wait for
        anything. Raises `Unauthenticated` or `Forbidden`; with any other error nobody is let in, and it is 500.
        """


class RefusedError(Exception):
    """A request that isn't answered; the message is told to the client."""

    status: int

    def __init__(self, detail: str, *, challenge: str = _BEARER) -> None:
        """Take what the client is told, and `challenge`, the header `WWW-Authenticate` (RFC 9110, 11.6.1)."""
        super().__init__(detail)
        self.detail = detail
        self.challenge = _UNPRINTABLE.sub("?", challenge)


class Unauthenticated(RefusedError):  # noqa: N818 - what the standard calls it
    """Nobody knows who asks: 401."""

    status = 401


class Forbidden(RefusedError):  # noqa: N818 - what the standard calls it
    """Who asks is known, and may not: 403."""

    status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """The hooks that a project declares; `middleware` from the outermost to the innermost."""

    middleware: tuple[Middleware, ...] = ()
    authenticate: Authenticate | None = None

    @classmethod
    def of(cls, project: Project) -> Self:
        """Import what the project names; `UserError` says what is wrong with a hook."""
        authenticate: Authenticate | None = None
        if project.authenticate is not None:
            authenticate = load_hook("authenticate", project.authenticate, Authenticate)
        around: list[Middleware] = [load_hook("middleware", one, Middleware) for one in project.middleware]
        return cls(middleware=tuple(around), authenticate=authenticate)
