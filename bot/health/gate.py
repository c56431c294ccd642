"""Who may look at the health pages.

With a token, whoever sends it; without one, this machine alone, by one of its own names: a name
that was made to lead here gets nothing (DNS rebinding).
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OPEN: Final = "/healthz"
"""Needs no token: it tells nothing but that we are alive."""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Gate:
    """Stands before the pages; ``local`` where they are served to this machine alone."""

    def __init__(self, token: str, *, local: bool) -> None:
        self._token = token
        self._local = local

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in, or refuse it."""
        try:
            self._check(request)
            response = await handler(request)
        except web.HTTPException as refusal:
            response = web.Response(text=refusal.text, status=refusal.status)
        response.headers.update(_HEADERS)
        return response

    def _check(self, request: web.Request) -> None:
        name = request.host.rpartition(":")[0] or request.host
        if self._local and name not in _LOCAL:
            raise web.HTTPMisdirectedRequest(text="This is not the address of the health pages.")
        if self._token and request.path != OPEN:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), self._token.encode()):
                raise web.HTTPUnauthorized(text="Send Authorization: Bearer and the token.")
