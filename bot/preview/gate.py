"""Who is let in: this machine's browser, with the link that was printed, from our own page.

The link's token is taken once and becomes a session cookie. A page of another site can neither
read ours nor send anything (Fetch Metadata, Origin, SameSite), and a name that was made to lead
here gets nothing (DNS rebinding), since the Host header has to be our address.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HOST: Final = "127.0.0.1"

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "connect-src 'self' blob:; img-src 'self' blob:; media-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every response says, whoever made it: the page loads from us and sends to us alone."""


_GO_ON: Final = (
    '<!doctype html><title>newsquote preview</title><link rel="icon" href="/newsquote.svg">'
    '<meta http-equiv="refresh" content="0;url=/#ask">'
)


class Gate:
    """Stands before the server on ``port``; ``link`` leads through it, once."""

    def __init__(self, port: Callable[[], int]) -> None:
        self._port = port
        self._token: str | None = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)

    @property
    def link(self) -> str:
        """The address with the token; "" once it was taken."""
        return f"{self._origin}/?token={self._token}" if self._token else ""

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in, or refuse it; say in either case what a browser may do with it."""
        try:
            response = await self._let_in(request, handler)
        except web.HTTPException as refusal:
            # aiohttp's refusals are responses; raised, they would go without the headers.
            response = web.Response(text=refusal.text, status=refusal.status)
        response.headers.update(HEADERS)
        return response

    async def _let_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Host") != f"{HOST}:{self._port()}":
            raise web.HTTPMisdirectedRequest(text="This is not the address of the preview.")
        if request.headers.get("Origin", self._origin) != self._origin:
            raise web.HTTPForbidden(text="Only the preview's own page may ask.")
        if (request.method, request.path) == ("GET", "/") and "token" in request.query:
            return self._take(request.query["token"])
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise web.HTTPForbidden(text="Only the preview's own page may ask.")
        if not _same(request.cookies.get(self._cookie, ""), self._session):
            raise web.HTTPUnauthorized(text="Open the link that `newsquote preview` printed.")
        return await handler(request)

    def _take(self, token: str) -> web.Response:
        if self._token is None or not _same(token, self._token):
            raise web.HTTPUnauthorized(
                text="This link was used before, or is of another preview. Go on where it was"
                " opened, or start `newsquote preview` again for a new one."
            )
        self._token = None
        # From a page of ours, so that it counts as ours wherever the link was found. simcord's page
        # wants a fragment for its own key, which is added on the way to its server instead.
        response = web.Response(text=_GO_ON, content_type="text/html")
        response.set_cookie(self._cookie, self._session, httponly=True, samesite="Strict", path="/")
        return response

    @property
    def _origin(self) -> str:
        return f"http://{HOST}:{self._port()}"

    @property
    def _cookie(self) -> str:
        # Cookies know no ports: two previews must not take each other's.
        return f"newsquote-{self._port()}"


def _same(given: str, ours: str) -> bool:
    return hmac.compare_digest(given.encode(), ours.encode())
